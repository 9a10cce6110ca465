"""What the worker of this process has done since it started. For one event loop."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from tiercel.model.state import State

_MOST_SERIES = 10_000
"""Kinds of work beyond are counted together, under empty names."""


class WorkKey(Struct, frozen=True):
    """Which task runs are counted together."""

    namespace: str
    flow_id: str
    task_type: str
    state: State


class Done(Struct):
    """How many attempts ended, and how long all of them took."""

    count: int = 0
    micros: int = 0


class Load(Struct, frozen=True):
    """Attempts that a worker carries out, and those that wait for a thread."""

    running: int = 0
    pending: int = 0


class WorkTally:
    """The counts.

    Attributes:
        ended: Attempts of tasks that were reported.
        queued: Waits for a thread.
        timed_out: Attempts whose time was over.
        load: Tells what is under way now.
    """

    def __init__(self) -> None:
        self.ended: dict[WorkKey, Done] = {}
        self.queued = Done()
        self.timed_out = 0
        self.load: Callable[[], Load] = Load

    def note_end(self, key: WorkKey, *, waited: int, took: int, is_timed_out: bool) -> None:
        """Count an attempt that was reported; times in microseconds."""
        if key not in self.ended and len(self.ended) >= _MOST_SERIES:
            key = WorkKey("", "", "", key.state)
        done = self.ended.setdefault(key, Done())
        done.count += 1
        done.micros += took
        self.queued.count += 1
        self.queued.micros += waited
        self.timed_out += is_timed_out

    @property
    def killed(self) -> int:
        """Attempts that were killed."""
        return sum(done.count for key, done in self.ended.items() if key.state is State.KILLED)
