"""A leader: it runs one program after another, and reports the end of each when nothing of it is left.

Imports nothing but the standard library.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from contextlib import suppress
from typing import Any

from .groups import Group
from .letters import receive, send
from .processes import (
    SET_SUBREAPER,
    children,
    descendants,
    drain,
    end_all,
    kill,
    libc,
    reap,
    resident_bytes,
    wake_on_child,
)
from .spare import Spare

_WATCH_SECONDS = 0.1


class Leader:
    """Runs programs for whoever is at the other end of the socket, in its group if it has one."""

    def __init__(self, control: socket.socket, group: Group | None) -> None:
        self._control = control
        self._group = group
        self._spare: Spare | None = None
        self._wake = wake_on_child()

    def serve(self) -> None:
        """Run what is asked for until the other end is gone."""
        libc.prctl(SET_SUBREAPER, 1, 0, 0, 0)
        _go_first()
        while True:
            request, descriptors = receive(self._control)
            if request is None:
                return
            if not descriptors:
                self._spare = self._spare or Spare()  # it is kept for what comes next
                continue
            try:
                answer = self._run(request, descriptors)
            except OSError as error:
                answer = {"problem": str(error)}
                self._end_all()
            if self._group is not None:
                self._group.bound(0, 0)
            try:
                send(self._control, answer)
            except OSError:
                return

    def _run(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        failing, failed = os.pipe()
        if self._group is not None:
            self._group.bound(request.get("processes") or 0, request.get("memory_bytes") or 0)
        request = {**request, "is_bounded": self._group is not None}
        pid = self._start(request, (*descriptors, failed))
        for descriptor in (*descriptors, failed):
            os.close(descriptor)
        status, reason = self._attend(pid, request)
        reason = reason or self._refusal()
        left = self._end_all()
        problem = os.read(failing, 4096).decode(errors="replace")
        os.close(failing)
        if problem:
            return {"problem": problem}
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        code = os.WEXITSTATUS(status) if number is None else 128 + number
        return {"code": code, "signal": number, "reason": reason, "left": left}

    def _start(self, request: dict[str, Any], descriptors: tuple[int, ...]) -> int:
        spare, self._spare = self._spare, None
        if spare is not None:
            try:
                spare.become(request, descriptors)
            except OSError:
                self._end_all()  # somebody killed it while it waited
            else:
                return spare.pid
        spare = Spare()
        spare.become(request, descriptors)
        return spare.pid

    def _attend(self, pid: int, request: dict[str, Any]) -> tuple[int, str]:
        """Wait for the program; end it when that is asked for or it goes beyond its limits."""
        reason = ""
        end_at = None
        watching = time.monotonic() + _WATCH_SECONDS
        while True:
            status = reap(pid)
            if status is not None:
                return status, reason
            now = time.monotonic()
            if end_at is not None and now >= end_at:
                self._end_all(keep=pid)
                return os.waitpid(pid, 0)[1], reason
            if now >= watching and not reason:
                reason = self._refusal() or _excess(request)
                watching = now + _WATCH_SECONDS
                end_at = now if reason else end_at
                continue
            until = watching if end_at is None else min(end_at, watching)
            ready = select.select(
                [self._wake] + ([self._control] if end_at is None else []), [], [], max(0.0, until - now)
            )[0]
            if self._wake in ready:
                drain(self._wake)
            if self._control in ready:
                end_at = time.monotonic() + self._grace()
                for each in descendants(os.getpid()):
                    kill(each, signal.SIGTERM)
                    kill(each, signal.SIGCONT)

    def _refusal(self) -> str:
        """Say what the system refused the program, where it can be asked."""
        return self._group.excess() if self._group is not None else ""

    def _end_all(self, keep: int | None = None) -> list[int]:
        if self._group is not None and children(os.getpid()):
            self._group.shut()
        return end_all(keep)

    def _grace(self) -> float:
        """Read how long the program has to end; no time when the server is gone."""
        try:
            message = receive(self._control)[0]
            return float(message["grace"]) if message is not None else 0.0
        except (KeyError, OSError):
            return 0.0


def _go_first() -> None:
    """Be scheduled before all that programs start, however many they are, where that is allowed; forks are not."""
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def _excess(request: dict[str, Any]) -> str:
    """Say which limit of all its processes together a program is beyond."""
    most, most_bytes = request.get("processes"), request.get("memory_bytes")
    if not most and not most_bytes:
        return ""
    found = descendants(os.getpid())
    if most and len(found) > most:
        return f"it ran {len(found)} processes of at most {most}"
    if most_bytes:
        used = sum(map(resident_bytes, found))
        if used > most_bytes:
            return f"it used {used:,} bytes of memory of at most {most_bytes:,}"
    return ""
