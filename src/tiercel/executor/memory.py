"""All that an executor holds in memory, and the list of executions that have something to do."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from tiercel.executor.admission import Admission
from tiercel.executor.letters import Letter
from tiercel.executor.residents import Resident, Residents
from tiercel.executor.timers import Timers


class Memory:
    """Everything here can be made anew from the database.

    Attributes:
        clock: Microseconds UTC.
        ready: Executions that have mail or pending commands, in the order of their turns.
        has_work: Set when there is something for the loop.
    """

    def __init__(self, clock: Callable[[], int], residents: int) -> None:
        self.clock = clock
        self.residents = Residents(residents)
        self.timers = Timers()
        self.admission = Admission(clock)
        self.ready: deque[Resident] = deque()
        self.has_work = asyncio.Event()

    def wake(self, resident: Resident) -> None:
        """Give an execution a turn."""
        if not resident.is_ready:
            resident.is_ready = True
            self.ready.append(resident)
            self.has_work.set()

    def next_ready(self) -> Resident:
        """Take the execution whose turn it is."""
        resident = self.ready.popleft()
        resident.is_ready = False
        return resident

    def clear(self) -> list[Letter]:
        """Forget everything; gives the letters that nobody had read."""
        unread = [letter for resident in self.residents.clear() for letter in resident.mail]
        self.timers.clear()
        self.admission.forget()
        self.ready.clear()
        return unread
