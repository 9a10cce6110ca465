"""What tasks of one process share and keep between runs: pools, connections, interpreters."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar, cast


class Closable(Protocol):
    """Anything that holds something until it is closed."""

    def close(self) -> None:
        """Let go of it."""


R = TypeVar("R", bound=Closable)


class Resources:
    """Shared things by key, each made on first use; for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: dict[str, Closable] = {}

    def get(self, key: str, make: Callable[[], R]) -> R:
        """Give the thing of that key, made now if there is none.

        Args:
            key: Begin it with the name of the package it is of.
            make: Makes it; called under a lock, so that it happens once.
        """
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                found = self._kept[key] = make()
            return cast("R", found)

    def close(self) -> None:
        """Close all, the newest first; what is asked for later is made anew."""
        with self._lock:
            kept, self._kept = list(self._kept.values()), {}
        for one in reversed(kept):
            one.close()
