"""The protocol of a database: transactions for plain functions, shared by callers that come at the same time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from tiercel.repository.connection import Connection

T = TypeVar("T")


class Database(Protocol):
    """A database that is open. Both methods may be called from any task of the event loop that opened it."""

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on a snapshot of what is committed; it must not write.

        Raises:
            UnavailableError: The database cannot answer.
        """

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction and return after its commit is on disk.

        Calls that come together share one commit, in their order. Each is whole by itself: one that raises is undone
        alone and its exception reaches its caller only.

        Raises:
            UnavailableError: A statement or the commit failed; nothing of ``work`` is kept.
        """

    async def close(self) -> None:
        """Finish what was asked for, then let go of the database."""
