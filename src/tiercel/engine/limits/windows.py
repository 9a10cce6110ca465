"""Starts of the last while: a sliding window, so that no stretch of the period ever holds more than the limit.

A token bucket would allow twice the limit around a moment; a log of the starts costs one number for each that counts.
"""

from __future__ import annotations

from collections import deque

from tiercel.model.flow import Rate
from tiercel.model.moments import micros_in


class Window:
    """The starts of one scope, in order of time, and those that are about to start."""

    __slots__ = ("_promised", "_starts")

    def __init__(self) -> None:
        self._starts: deque[int] = deque()
        self._promised: set[str] = set()

    def add(self, at: int) -> None:
        """Count a start that was read from the database; in order of time."""
        self._starts.append(at)

    def promise(self, execution_id: str) -> None:
        """Count one that was let in and will start as soon as it is told so."""
        self._promised.add(execution_id)

    def start(self, execution_id: str, now: int) -> None:
        """Count a start from the moment it happens."""
        self._promised.discard(execution_id)
        self._starts.append(now)

    def withdraw(self, execution_id: str) -> None:
        """Forget one that was let in and will not start."""
        self._promised.discard(execution_id)

    def count(self, rate: Rate, now: int) -> int:
        """How many count now."""
        self._trim(rate, now)
        return len(self._starts) + len(self._promised)

    def free_at(self, rate: Rate, now: int) -> int | None:
        """When the next may start: now, later, or (None) when one that was let in has started or gone."""
        if self.count(rate, now) < rate.limit:
            return now
        left = rate.limit - len(self._promised)
        if left <= 0:
            return None
        return self._starts[len(self._starts) - left] + micros_in(rate.period)

    def _trim(self, rate: Rate, now: int) -> None:
        begin = now - micros_in(rate.period)
        while self._starts and self._starts[0] <= begin:
            self._starts.popleft()
