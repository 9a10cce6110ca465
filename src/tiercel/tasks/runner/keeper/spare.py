"""A fork of a leader that waits to become a program, so that no program waits for a fork.

Imports nothing but the standard library.
"""

from __future__ import annotations

import os
import socket
from typing import Any

from .letters import receive, send
from .program import become, settle


class Spare:
    """The fork, as its leader sees it.

    Attributes:
        pid: Of the process.
    """

    def __init__(self) -> None:
        self._control, there = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            _wait(there)
        there.close()

    def become(self, request: dict[str, Any], descriptors: tuple[int, ...]) -> None:
        """Make it the program; an OSError says that the fork is gone.

        Args:
            request: What to run.
            descriptors: Its output, its errors, and where it says that it cannot become the program.
        """
        try:
            send(self._control, request, descriptors)
        finally:
            self._control.close()


def _wait(there: socket.socket) -> None:
    """Become what the leader sends; end when it sends nothing more."""
    try:
        control = settle(there)
        request, descriptors = receive(control)
        if request is not None:
            become(request, descriptors)
    finally:
        os._exit(0)
