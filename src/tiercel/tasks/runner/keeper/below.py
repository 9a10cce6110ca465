"""All processes below this one, but for a fork that waits: found, ended, waited for.

Imports nothing but the standard library.
"""

from __future__ import annotations

import os
import signal
import time

from .processes import children, children_of_thread, descendants, kill

_LONGEST_END_SECONDS = 10.0


class Below:
    """What runs below this process.

    Attributes:
        spare: The fork that waits, which is none of them; None while there is none.
    """

    def __init__(self) -> None:
        self.spare: int | None = None

    def reap(self) -> dict[int, int]:
        """Take away what has ended; gives each with its status."""
        ended: dict[int, int] = {}
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            ended[pid] = status
        if self.spare in ended:
            self.spare = None
        return ended

    def nearest(self) -> list[int]:
        """List the children of this process, which has one thread."""
        return [pid for pid in children_of_thread(os.getpid(), os.getpid()) if pid != self.spare]

    def all(self) -> list[int]:
        """List every process below this one, the nearest first."""
        return [pid for pid in descendants(os.getpid()) if pid != self.spare]

    def signal(self, *numbers: int) -> None:
        """Send signals to all of them."""
        for pid in self.all():
            for number in numbers:
                kill(pid, number)

    def end_all(self, keep: int | None = None) -> list[int]:
        """Kill all of them, and wait until they are gone; gives what would not go.

        All are stopped first, whole process groups by one call where they have groups, until no new ones are found:
        what forks faster than it is killed cannot get away. The one to keep is killed too, but left to be waited for.
        """
        deadline = time.monotonic() + _LONGEST_END_SECONDS
        groups: set[int] = {os.getpgrp()}
        stopped: set[int] = set()
        fresh = _stop(self.nearest(), stopped, groups)
        while fresh:
            # What was stopped just now may have been about to fork: its children are read once more, and no oftener.
            again = [child for pid in fresh for child in children(pid)]
            fresh = _stop([*again, *self.nearest()], stopped, groups)
        for group in groups - {os.getpgrp()}:
            kill(-group, signal.SIGKILL)
        for pid in stopped:
            kill(pid, signal.SIGKILL)
        if keep is not None:
            return []
        while True:
            self.reap()
            left = self.all()
            if not left or time.monotonic() > deadline:
                return left
            for pid in left:
                kill(pid, signal.SIGKILL)
            time.sleep(0.001)


def _stop(found: list[int], stopped: set[int], groups: set[int]) -> list[int]:
    """Stop processes with their groups and all that is below them; gives those that had not been stopped."""
    fresh = []
    waiting = list(found)
    while waiting:
        pid = waiting.pop()
        if pid in stopped:
            continue
        stopped.add(pid)
        fresh.append(pid)
        try:
            group = os.getpgid(pid)
        except OSError:
            continue
        if group not in groups:
            groups.add(group)
            kill(-group, signal.SIGSTOP)
        kill(pid, signal.SIGSTOP)
        waiting += children(pid)
    return fresh
