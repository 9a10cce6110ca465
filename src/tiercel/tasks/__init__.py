"""The types that come with Tiercel, written with what any author of plugins has."""

from tiercel.tasks.catalogue import TYPES

__all__ = ["TYPES"]
