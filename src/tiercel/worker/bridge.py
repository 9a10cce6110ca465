"""From threads to the event loop: blocking calls of what is asynchronous there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from tiercel.errors import UnavailableError
from tiercel.repository.connection import Connection
from tiercel.repository.database import Database

T = TypeVar("T")


class Bridge:
    """Lets threads ask the event loop. Never call it on that loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Begin to serve; called on the event loop."""
        self._loop = asyncio.get_running_loop()

    def await_(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the event loop and wait for its result.

        Raises:
            UnavailableError: The server stops.
        """
        if self._loop is None or self._loop.is_closed():
            coroutine.close()
            raise UnavailableError("the server is stopping; the same call may be repeated when it runs again")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Read from the database."""
        return self.await_(self._database.read(work))

    def write(self, work: Callable[[Connection], T]) -> T:
        """Write to the database."""
        return self.await_(self._database.write(work))
