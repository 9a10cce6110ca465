"""Namespace files."""
