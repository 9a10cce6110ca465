"""One piece of work on a worker: what it is, whether it may go on, and what it has written so far."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from enum import Enum

from tiercel.operations.assignments import Assignment
from tiercel.worker.lines import Lines
from tiercel.worker.threads import Call


class Stop(Enum):
    """Why an attempt must end early."""

    KILLED = "killed"
    VOID = "void"
    TIMED_OUT = "timed out"


class Attempt:
    """The state of one assignment that is being carried out.

    Attributes:
        key: As in its job row.
        token: 0 for work without one.
        assigned_at: When it came here; 0 when that is not known.
        stop: Set once it must end early.
        is_watched: It takes so long that its thread tells the event loop what it does.
        is_announced: Its start has been reported.
        is_closed: It has been reported; whatever comes later is void.
        call: Its turn on a thread.
        coroutine: The asynchronous part, while it runs.
        alarms: Timers of the event loop that concern it, one for each purpose.
    """

    def __init__(self, assignment: Assignment, key: str, token: int, lines: Lines) -> None:
        self.assignment = assignment
        self.key = key
        self.token = token
        self.lines = lines
        self.stop: Stop | None = None
        self.is_watched = False
        self.is_announced = False
        self.is_closed = False
        self.call: Call | None = None
        self.coroutine: Future[object] | None = None
        self.assigned_at = 0
        self.started_at: int | None = None
        self.alarms: dict[str, asyncio.TimerHandle] = {}
        self._stopped = threading.Event()

    @property
    def is_stopped(self) -> bool:
        """Whether it must end early."""
        return self.stop is not None

    def end_early(self, why: Stop) -> None:
        """Ask it to end; the first reason counts."""
        if self.stop is None:
            self.stop = why
            self._stopped.set()
            if self.coroutine is not None:
                self.coroutine.cancel()

    def wait(self, seconds: float) -> bool:
        """Sleep, or less when it must end; tells whether it must."""
        self._stopped.wait(max(0.0, seconds))
        return self.is_stopped

    def close(self) -> None:
        """Note that it has been reported."""
        self.is_closed = True
        for alarm in self.alarms.values():
            alarm.cancel()
        self.alarms.clear()
