"""Redis: keys, lists and channels."""
