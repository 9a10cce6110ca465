"""How the scheduler is told of what it has to look at: that triggers were changed, and that others fired for events."""

from __future__ import annotations

import asyncio

from tiercel.operations.pulse import Pulse
from tiercel.repository.triggers import TriggerKey


class Bell:
    """One who waits, and those who ring; all on one event loop. A ring while nobody waits is kept.

    Attributes:
        pulse: How the one who waits does.
    """

    def __init__(self) -> None:
        self.pulse = Pulse()
        self._rung = asyncio.Event()
        self._ends: list[str] = []
        self._fired: dict[TriggerKey, int] = {}

    def ring(self) -> None:
        """Wake the one who waits."""
        self._rung.set()

    def follow(self, execution_id: str) -> None:
        """Have a trigger told of the end of an execution that was begun without the scheduler."""
        self._ends.append(execution_id)
        self._rung.set()

    def note_fired(self, key: TriggerKey, at: int) -> None:
        """Note when a trigger fired without the scheduler; it is stored before long, and wakes nobody."""
        self._fired[key] = at

    def take_followed(self) -> list[str]:
        """Give the executions to be followed, each once."""
        taken, self._ends = self._ends, []
        return taken

    def take_fired(self) -> dict[TriggerKey, int]:
        """Give when triggers fired lately, each once."""
        taken, self._fired = self._fired, {}
        return taken

    async def wait(self, timeout_seconds: float) -> bool:
        """Wait for a ring, or until the time is over; tells which it was."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True
