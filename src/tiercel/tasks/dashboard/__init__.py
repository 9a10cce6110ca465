"""Charts and their data, declared."""
