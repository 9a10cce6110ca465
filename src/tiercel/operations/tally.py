"""What this process has done since it started, counted for those who watch over it. For one event loop."""

from __future__ import annotations

from msgspec import Struct

from tiercel.model.execution import Execution, ExecutionKind
from tiercel.model.state import State
from tiercel.operations.failures import Failures
from tiercel.operations.work_tally import WorkTally

_MOST_SERIES = 10_000
"""Flows beyond are counted together, under the empty name."""


class EndKey(Struct, frozen=True):
    """Which executions are counted together."""

    namespace: str
    flow_id: str
    state: State


class Ends(Struct):
    """How many executions ended, and how long all of them took."""

    count: int = 0
    micros: int = 0


class Tally:
    """The counts.

    Attributes:
        dispatched: Jobs handed to workers.
        ends: Executions that are over; iterations of loops are not counted.
        work: What the worker has done.
        failures: Failed executions that nobody has been told of yet.
    """

    def __init__(self) -> None:
        self.dispatched = 0
        self.failures = Failures()
        self.work = WorkTally()
        self.ends: dict[EndKey, Ends] = {}

    def note_end(self, execution: Execution) -> None:
        """Count an execution that is over."""
        self.failures.note(execution)
        if execution.kind is ExecutionKind.LOOP:
            return
        key = EndKey(execution.namespace, execution.flow_id, execution.state)
        if key not in self.ends and len(self.ends) >= _MOST_SERIES:
            key = EndKey("", "", execution.state)
        ends = self.ends.setdefault(key, Ends())
        ends.count += 1
        ends.micros += execution.history[-1][1] - execution.history[0][1]
