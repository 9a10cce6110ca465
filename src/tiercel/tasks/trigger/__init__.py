"""Triggers, declared, and what concerns them."""
