"""Flow control: tasks the engine carries out itself, and what concerns flows."""
