"""Conditions of 1.x triggers, declared."""
