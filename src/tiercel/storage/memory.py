"""Storage that is gone with the process, for tests and one-off runs."""

from __future__ import annotations

from obstore.store import MemoryStore

from tiercel.storage.objects import ObjectStorage


def open_memory_storage() -> ObjectStorage:
    """An empty storage."""
    return ObjectStorage(MemoryStore())
