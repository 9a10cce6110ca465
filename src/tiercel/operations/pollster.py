"""Who looks on behalf of polling triggers: the protocol a worker fulfils."""

from __future__ import annotations

from typing import Protocol

from tiercel.operations.assignments import Assignment, InlineResult


class Pollster(Protocol):
    """Those who look on behalf of polling triggers."""

    async def poll(self, assignment: Assignment, seconds: float) -> InlineResult:
        """Carry out one look within that time; a failure of any kind is part of the result."""
