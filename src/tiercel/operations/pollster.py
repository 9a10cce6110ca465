"""Who looks on behalf of polling triggers, and tries tasks out: the protocol a worker fulfils."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from tiercel.model.log import LogEntry
from tiercel.operations.assignments import Assignment, InlineResult

Tell: TypeAlias = Callable[[Sequence[LogEntry]], None]
"""Called on the event loop with lines as they are written."""


class Pollster(Protocol):
    """Those who look on behalf of polling triggers."""

    async def poll(self, assignment: Assignment, seconds: float, tell: Tell | None = None) -> InlineResult:
        """Carry out one look, or one try of a task, within that time; a failure of any kind is part of the result.

        Whoever is to be told of lines gets those that were written a moment ago together; the result has all of them.
        A caller that goes away ends it.
        """
