"""Where commands run, declared."""
