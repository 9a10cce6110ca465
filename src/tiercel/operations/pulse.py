"""How the scheduler of this process does, for those who watch over it. For one event loop."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tiercel.model.execution import Execution

_PATIENCE_MICROS = 60_000_000


@dataclass(slots=True)
class Pulse:
    """What the scheduler last did.

    Attributes:
        is_expected: A scheduler is to run in this process.
        stepped_at: When it last did all that was due.
        fault: What went wrong since.
        faults: How many steps have failed.
        restarts: How often it had to be begun again.
        looks: Polling triggers that workers look for now.
        listeners: Realtime triggers that listen now.
        fired: Executions that triggers started, by type of trigger.
    """

    is_expected: bool = False
    stepped_at: int = 0
    fault: str = ""
    faults: int = 0
    restarts: int = 0
    looks: int = 0
    listeners: int = 0
    fired: Counter[str] = field(default_factory=Counter)

    def begin(self, now: int) -> None:
        """Note that a scheduler begins."""
        self.is_expected, self.stepped_at, self.fault = True, now, ""

    def step(self, now: int, *, looks: int, listeners: int) -> None:
        """Note that all that was due was done."""
        self.stepped_at, self.fault, self.looks, self.listeners = now, "", looks, listeners

    def fail(self, fault: str) -> None:
        """Note that a step failed."""
        self.fault = fault
        self.faults += 1

    def count(self, execution: Execution) -> None:
        """Count an execution that a trigger started."""
        if execution.trigger is not None:
            self.fired[execution.trigger.type] += 1

    def problem(self, now: int) -> str:
        """Say in one sentence what is wrong; empty when nothing is."""
        if not self.is_expected or now - self.stepped_at < _PATIENCE_MICROS:
            return ""
        seconds = (now - self.stepped_at) // 1_000_000
        return f"The scheduler has done nothing for {seconds} seconds{f': {self.fault}' if self.fault else ''}."
