"""The key-value store of a namespace."""
