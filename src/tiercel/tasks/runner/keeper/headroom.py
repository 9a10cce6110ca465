"""How many tasks a program may have that has no control group: a limit of the system's that moves with the machine.

The limit counts all tasks of the user, whoever has started them, so what forks without end uses up what others of the
user may have. It is kept close above what the machine has now, so that little is there to be ended. It rises by what
others have started, never by what the program itself has, and once more after a second: what runs already is not
refused anything because of one that forks without end as soon as it is started, and all others soon stand above it.

It does not hold for root. Imports nothing but the standard library.
"""

from __future__ import annotations

import os
import resource
import time
from contextlib import suppress

from .groups import read

_THREADS = 256  # beyond one a process
_PROVEN = 256  # more, after a second
_PROVEN_SECONDS = 1.0
_WATCH_SECONDS = 0.1
_CLOSE_WATCH_SECONDS = 0.025
_STEP = 64
_KEPT_FREE = 256  # of what the user may have at all, for the server
_TASKS_FIELD = 3  # of /proc/loadavg: runnable and all


class Headroom:
    """Says when to look at one program, and raises its limit, and that of all it starts, while it behaves.

    Attributes:
        first: The limit it begins with; 0 = none.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._seen = _tasks() if processes else 0
        self.first = self._last = _limit(self._seen, processes) if self._seen else 0
        self._is_close = self.first > 0 and os.getuid() != 0
        self._given = {self.first}
        self._began = self._looked = time.monotonic()

    @property
    def pause_seconds(self) -> float:
        """Until the next look."""
        return _CLOSE_WATCH_SECONDS if self._is_close else _WATCH_SECONDS

    def is_due(self) -> bool:
        """Tell whether all that the program has started is to be looked at: the usual time is over, or much is new."""
        is_time = time.monotonic() >= self._looked + _WATCH_SECONDS
        return is_time or (self._is_close and _tasks() >= self._seen + _STEP)

    def follow(self, found: list[int]) -> None:
        """Raise the limit by what others have started; one that a program has set itself is left alone."""
        self._looked = time.monotonic()
        if not self._is_close:
            return
        self._seen = _tasks()
        proven = _PROVEN if self._looked >= self._began + _PROVEN_SECONDS else 0
        wanted = _limit(self._seen - len(found), self._processes + proven)
        if wanted < self._last + _STEP:
            return
        for pid in found:
            with suppress(OSError):
                soft, hard = resource.prlimit(pid, resource.RLIMIT_NPROC)
                if soft in self._given:
                    resource.prlimit(pid, resource.RLIMIT_NPROC, (wanted, hard))
        self._given.add(wanted)
        self._last = wanted


def bound_self(most: int) -> None:
    """Set the limit this process, about to become a program, begins with."""
    resource.setrlimit(resource.RLIMIT_NPROC, (most, resource.getrlimit(resource.RLIMIT_NPROC)[1]))


def _tasks() -> int:
    """Give how many the machine has; 0 where that cannot be read."""
    fields = read("/proc/loadavg").split()
    return int(fields[_TASKS_FIELD].partition("/")[2]) if len(fields) > _TASKS_FIELD else 0


def _limit(tasks: int, processes: int) -> int:
    most = tasks + processes + _THREADS
    soft = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    return most if soft == resource.RLIM_INFINITY else min(most, max(soft - _KEPT_FREE, soft // 2))
