"""Threads for synchronous tasks: made when needed, kept, and replaced when one never comes back.

A thread cannot be killed. One that ignores its kill is abandoned: it no longer counts against the limit, and ends
when its call returns, if ever.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Call:
    """One call given to the threads."""

    function: Callable[[], None]
    has_begun: bool = False
    has_ended: bool = False
    is_abandoned: bool = False
    thread: threading.Thread | None = field(default=None, repr=False)


class Threads:
    """At most ``limit`` calls at once, the rest in order of arrival. A call must not raise."""

    def __init__(self, limit: int, name: str) -> None:
        self._limit = limit
        self._name = name
        self._condition = threading.Condition()
        self._waiting: deque[Call] = deque()
        self._alive = 0
        self._idle = 0
        self._made = 0
        self._is_closed = False
        self.abandoned_count = 0

    def submit(self, function: Callable[[], None]) -> Call:
        """Run a function as soon as a thread is free."""
        call = Call(function)
        with self._condition:
            self._waiting.append(call)
            self._fill()
            self._condition.notify()
        return call

    def withdraw(self, call: Call) -> bool:
        """Take back a call that has not begun; False when it has."""
        with self._condition:
            if call.has_begun:
                return False
            self._waiting.remove(call)
            call.has_begun = call.has_ended = True
            return True

    def abandon(self, call: Call) -> None:
        """Give up on a call that does not end; another thread takes its place."""
        with self._condition:
            if call.has_begun and not call.has_ended and not call.is_abandoned:
                call.is_abandoned = True
                self.abandoned_count += 1
                self._alive -= 1
                self._fill()

    def close(self) -> None:
        """Let idle threads end; calls that run are left alone, calls that wait are dropped."""
        with self._condition:
            self._is_closed = True
            self._waiting.clear()
            self._condition.notify_all()

    def _fill(self) -> None:
        if self._is_closed:
            return
        while self._alive < self._limit and len(self._waiting) > self._idle:
            self._alive += 1
            self._idle += 1
            self._made += 1
            # daemon: an abandoned thread must not keep the process alive
            threading.Thread(target=self._work, name=f"{self._name}-{self._made}", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._condition:
                while not self._waiting and not self._is_closed:
                    self._condition.wait()
                if self._is_closed:
                    self._idle -= 1
                    self._alive -= 1
                    return
                call = self._waiting.popleft()
                call.has_begun = True
                call.thread = threading.current_thread()
                self._idle -= 1
            call.function()
            with self._condition:
                call.has_ended = True
                if call.is_abandoned:
                    return
                self._idle += 1
