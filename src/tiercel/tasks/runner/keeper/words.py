"""What a fork says of itself by a pipe of its own: why it is no program, or with which code it ends.

A Python program says its code when nothing of it is left to run, so that nobody waits until the system has taken its
memory apart. Imports nothing but the standard library.
"""

from __future__ import annotations

import os
from contextlib import suppress

DESCRIPTOR = 3
"""Where the fork has the pipe."""

_END = b"\0"  # before the code and whether there are children; what begins otherwise is a problem
_END_BYTES = 3
_MOST_BYTES = 4096


class Words:
    """The pipe, as the leader has it.

    Attributes:
        writing: The end for the fork; to be closed here once it has it.
        problem: Why it could not become the program; empty as long as it said nothing of the kind.
        code: With which it says to end; None before.
        is_childless: It says that it leaves no process behind.
        is_over: It says nothing more.
    """

    def __init__(self) -> None:
        self._reading, self.writing = os.pipe()
        os.set_blocking(self._reading, False)
        self.problem = ""
        self.code: int | None = None
        self.is_childless = False
        self.is_over = False

    def fileno(self) -> int:
        """Give what to wait at."""
        return self._reading

    def hear(self) -> None:
        """Take what was said since."""
        try:
            said = os.read(self._reading, _MOST_BYTES)
        except BlockingIOError:
            return
        self.is_over = self.is_over or not said
        if said.startswith(_END) and len(said) == _END_BYTES:
            self.code, self.is_childless = said[1], said[2] == 0
        else:
            self.problem += said.decode(errors="replace")

    def close(self) -> None:
        """Hear nothing more."""
        os.close(self._reading)


def say_problem(text: str) -> None:
    """Say, in the fork, that it cannot become the program."""
    os.write(DESCRIPTOR, text.encode())


def say_end(code: int) -> None:
    """Say, in the fork, that the program has ended: its output is whole."""
    for descriptor in (1, 2):
        with suppress(OSError):  # the program did it
            os.close(descriptor)
    with suppress(OSError):  # closed by the program, so its end is seen when it is gone
        os.write(DESCRIPTOR, _END + bytes([code, _has_children()]))


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
