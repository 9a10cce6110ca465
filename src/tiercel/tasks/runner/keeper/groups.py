"""A control group, by which the system itself bounds what a leader and its programs use.

Only the second version of control groups is used. A leader moves into a group of its own once, at its start, since
moving takes the system some milliseconds; the programs it forks are born there. Imports nothing but the standard
library.
"""
# ruff: noqa: PTH118, PTH123 (nothing is imported that a program need not have)

from __future__ import annotations

import os

HARD_FACTOR = 4  # tasks the system lets a program have, threads among them, as a multiple of the processes it may have
_OWN_TASKS = 2  # the leader, and a fork that waits


class Group:
    """The group of one leader."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._written: dict[str, str] = {}
        self._most_tasks = 0
        self._most_bytes = 0
        self._before = (0, 0)

    def bound(self, processes: int, memory_bytes: int) -> None:
        """Set what the next program may use; 0 is no bound."""
        self._most_tasks = processes * HARD_FACTOR
        self._most_bytes = memory_bytes
        self._write("pids.max", str(self._most_tasks + _OWN_TASKS) if processes else "max")
        self._write("memory.max", str(memory_bytes) if memory_bytes else "max")
        self._before = self._refusals()

    def excess(self) -> str:
        """Say what was refused to the program since its bounds were set."""
        tasks, memory = self._refusals()
        if tasks > self._before[0]:
            return f"it wanted more than {self._most_tasks:,} processes and threads"
        if memory > self._before[1]:
            return f"it wanted more memory than the {self._most_bytes:,} bytes it may have"
        return ""

    def shut(self) -> None:
        """Let nothing in the group start a process until the next bounds are set."""
        self._write("pids.max", "0")

    def _refusals(self) -> tuple[int, int]:
        return (
            self._count("pids.events", "max") if self._most_tasks else 0,
            self._count("memory.events", "oom_kill") if self._most_bytes else 0,
        )

    def _count(self, name: str, event: str) -> int:
        for line in read(os.path.join(self._directory, name)).splitlines():
            key, _, number = line.partition(" ")
            if key == event:
                return int(number)
        return 0

    def _write(self, name: str, text: str) -> None:
        if self._written.get(name, "max") != text and write(os.path.join(self._directory, name), text):
            self._written[name] = text


def read(path: str) -> str:
    """Read a small file; empty when that is not possible."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def write(path: str, text: str) -> bool:
    """Write a small file; False when that is not possible."""
    try:
        with open(path, "w") as file:
            file.write(text)
    except OSError:
        return False
    return True
