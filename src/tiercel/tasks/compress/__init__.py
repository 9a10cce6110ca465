"""Compressed files, archives and encrypted files."""
