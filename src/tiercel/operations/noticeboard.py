"""Hands notifications to those who follow them in this process. For one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from msgspec import Struct

from tiercel.repository.notifications import Notification

_BACKLOG = 1000


class Posted(Struct, frozen=True):
    """A notification that is new, or that changed.

    Attributes:
        is_read: Whether the user has read it.
        user_name: The only one it changed for; None for everybody who may see it.
    """

    notification: Notification
    is_new: bool
    is_read: bool = False
    user_name: str | None = None


class Noticeboard:
    """Hands on what is posted.

    Attributes:
        readers: Those who follow, each with what they have not been handed yet.
    """

    def __init__(self) -> None:
        self.readers: list[asyncio.Queue[Posted | None]] = []

    def post(self, posted: Iterable[Posted]) -> None:
        """Hand out; who is too far behind loses what is new, and sees it with the next look at the list."""
        for one in posted:
            for reader in self.readers:
                if reader.qsize() < _BACKLOG:
                    reader.put_nowait(one)

    async def follow(self) -> AsyncIterator[Posted]:
        """Give what is posted from now on, until the board is closed."""
        reader: asyncio.Queue[Posted | None] = asyncio.Queue()
        self.readers.append(reader)
        try:
            while (posted := await reader.get()) is not None:
                yield posted
        finally:
            self.readers.remove(reader)

    def close(self) -> None:
        """End it for all who follow."""
        for reader in self.readers:
            reader.put_nowait(None)
