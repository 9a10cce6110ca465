"""How the scheduler is told that something it has to look at was changed."""

from __future__ import annotations

import asyncio


class Bell:
    """One who waits, and those who ring; all on one event loop. A ring while nobody waits is kept."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the one who waits."""
        self._rung.set()

    async def wait(self, timeout_seconds: float) -> bool:
        """Wait for a ring, or until the time is over; tells which it was."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True
