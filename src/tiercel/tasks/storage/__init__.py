"""Files of the internal storage."""
