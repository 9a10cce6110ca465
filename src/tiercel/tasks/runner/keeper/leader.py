"""A leader: it runs one program after another, and reports the end of each when nothing of it runs any more.

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

from .below import Below
from .groups import Group
from .headroom import Headroom
from .letters import receive, send
from .processes import SET_SUBREAPER, drain, libc, resident_bytes, wake_on_child
from .spare import Spare
from .words import Words

_LEAVING_SECONDS = 0.05


class Leader:
    """Runs programs for whoever is at the other end of the socket, in its group if it has one."""

    def __init__(self, control: socket.socket, group: Group | None) -> None:
        self._control = control
        self._group = group
        self._below = Below()
        self._spare: Spare | None = None
        self._wake = wake_on_child()

    def serve(self) -> None:
        """Run what is asked for until the other end is gone."""
        libc.prctl(SET_SUBREAPER, 1, 0, 0, 0)
        _go_first()
        self._keep_spare()
        while True:
            request, descriptors = receive(self._control)
            if request is None:
                return
            try:
                answer = self._run(request, descriptors)
            except OSError as error:
                answer = {"problem": str(error)}
                self._end_all()
            try:
                send(self._control, answer)
            except OSError:
                return
            self._clear()

    def _run(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        words = Words()
        try:
            if self._group is not None:
                self._group.bound(request.get("processes") or 0, request.get("memory_bytes") or 0)
            headroom = Headroom(0 if self._group is not None else request.get("processes") or 0)
            pid = self._start({**request, "most_tasks": headroom.first}, (*descriptors, words.writing))
            for descriptor in (*descriptors, words.writing):
                os.close(descriptor)
            self._keep_spare()  # made while the program runs, so that the next one need not wait for it
            status, reason = self._attend(pid, request, headroom, words)
            reason = reason or self._refusal()
            if status is None:
                return {"code": words.code, "signal": None, "reason": reason, "left": []}
            left = self._end_all()
            words.hear()
        finally:
            words.close()
        if words.problem:
            return {"problem": words.problem}
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        code = os.WEXITSTATUS(status) if number is None else 128 + number
        return {"code": code, "signal": number, "reason": reason, "left": left}

    def _start(self, request: dict[str, Any], descriptors: tuple[int, ...]) -> int:
        spare, self._spare, self._below.spare = self._spare, None, None
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

    def _attend(self, pid: int, request: dict[str, Any], headroom: Headroom, words: Words) -> tuple[int | None, str]:
        """Wait for the program; end it when that is asked for or it goes beyond its limits.

        Returns:
            Its status, None when it has said its code and nothing else is left; and why it was ended.
        """
        reason = ""
        end_at = None
        watching = time.monotonic() + headroom.pause_seconds
        while True:
            ended = self._below.reap()
            if pid in ended:
                return ended[pid], reason
            if words.is_childless and end_at is None and self._below.nearest() == [pid]:
                return None, reason
            now = time.monotonic()
            if end_at is not None and now >= end_at:
                self._end_all(keep=pid)
                return os.waitpid(pid, 0)[1], reason
            if now >= watching and not reason:
                reason = self._look(request, headroom)
                watching = now + headroom.pause_seconds
                end_at = now if reason else end_at
                continue
            until = watching if end_at is None else min(end_at, watching)
            awaited: list[Any] = [self._wake, *([] if words.is_over else [words])]
            awaited += [self._control] if end_at is None else []
            ready = select.select(awaited, [], [], max(0.0, until - now))[0]
            if self._wake in ready:
                drain(self._wake)
            if words in ready:
                words.hear()
            if self._control in ready:
                end_at = time.monotonic() + self._grace()
                self._below.signal(signal.SIGTERM, signal.SIGCONT)

    def _look(self, request: dict[str, Any], headroom: Headroom) -> str:
        """Say why the program is to be ended, if it is."""
        if not headroom.is_due():
            return ""
        found = self._below.all()
        reason = self._refusal() or _excess(found, request)
        if not reason:
            headroom.follow(found)
        return reason

    def _clear(self) -> None:
        """See off a program that said its end, kill one that stays all the same, and make ready for the next."""
        end = time.monotonic() + _LEAVING_SECONDS
        while True:
            self._below.reap()
            left = end - time.monotonic()
            if left < 0 or not self._below.nearest():
                break
            select.select([self._wake], [], [], left)
            drain(self._wake)
        self._end_all()
        if self._group is not None:
            self._group.bound(0, 0)
        self._keep_spare()

    def _keep_spare(self) -> None:
        """Have a fork that waits, if the system lets one be made."""
        if self._below.spare is None:
            with suppress(OSError):
                self._spare = Spare()
                self._below.spare = self._spare.pid

    def _refusal(self) -> str:
        """Say what the system refused the program, where it can be asked."""
        return self._group.excess() if self._group is not None else ""

    def _end_all(self, keep: int | None = None) -> list[int]:
        if not self._below.nearest():
            return []
        if self._group is not None:
            self._group.shut()
        return self._below.end_all(keep)

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


def _excess(found: list[int], request: dict[str, Any]) -> str:
    """Say which limit of all its processes together a program is beyond."""
    most, most_bytes = request.get("processes"), request.get("memory_bytes")
    if most and len(found) > most:
        return f"it ran {len(found)} processes of at most {most}"
    if most_bytes:
        used = sum(map(resident_bytes, found))
        if used > most_bytes:
            return f"it used {used:,} bytes of memory of at most {most_bytes:,}"
    return ""
