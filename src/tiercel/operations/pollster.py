"""Who looks on behalf of polling triggers, and tries tasks out: the protocol a worker fulfils."""

from __future__ import annotations

from typing import Protocol

from tiercel.operations.assignments import Assignment, InlineResult


class Pollster(Protocol):
    """Those who look on behalf of polling triggers."""

    async def poll(self, assignment: Assignment, seconds: float) -> InlineResult:
        """Carry out one look, or one try of a task, within that time; a failure of any kind is part of the result."""
