"""Triggers that listen: the protocol a worker fulfils for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from tiercel.model.event import TaskRunEnded
from tiercel.model.log import LogEntry
from tiercel.operations.assignments import Assignment

Lines = Callable[[Sequence[LogEntry]], None]
"""Takes what a trigger writes while it listens; called on the event loop."""


class Listener(Protocol):
    """Those who listen on behalf of realtime triggers."""

    async def listen(self, assignment: Assignment, on_lines: Lines) -> TaskRunEnded:
        """Listen until it fails or ends of itself, which the result tells; cancel it to stop."""
