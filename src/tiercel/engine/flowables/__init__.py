"""Flow control, one module each."""
