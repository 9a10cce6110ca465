"""Which triggers for events are switched off, as read a moment ago: many calls in a second cost a few readings."""

from __future__ import annotations

from tiercel.repository.triggers import TriggerKey

FRESH_MICROS = 200_000
"""So long a reading counts. What this process changes counts at once, so it bounds what others and the scheduler do."""

_MOST = 10_000


class Switches:
    """What was read of each trigger. For one event loop.

    Attributes:
        changes: Goes up whenever somebody switches one.
    """

    def __init__(self) -> None:
        self.changes = 0
        self._read: dict[TriggerKey, tuple[int, tuple[int, int], bool]] = {}

    def forget(self, key: TriggerKey) -> None:
        """Have a trigger read anew: it may have been switched."""
        self.changes += 1
        self._read.pop(key, None)

    def find(self, key: TriggerKey, now: int, stamp: tuple[int, int]) -> bool | None:
        """Tell whether a trigger is switched off, None when that must be read; ``stamp`` counts what changed."""
        known = self._read.get(key)
        if known is None or known[1] != stamp or not known[0] <= now < known[0] + FRESH_MICROS:
            return None
        return known[2]

    def note(self, key: TriggerKey, now: int, stamp: tuple[int, int], *, is_off: bool) -> None:
        """Keep what was read; ``now`` and ``stamp`` are those from before it was."""
        if len(self._read) >= _MOST:
            self._read.clear()
        self._read[key] = (now, stamp, is_off)
