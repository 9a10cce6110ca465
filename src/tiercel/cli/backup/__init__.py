"""Backups of an installation in one file: made while it runs, restored while it does not."""
