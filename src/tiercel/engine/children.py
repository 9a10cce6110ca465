"""How far the executions that one task run started are: iterations of a Loop, batches of a ForEachItem.

It is memory, not a record: a task run with 100,000 children must not be written with each of them. What a reload needs
is in the child executions themselves, which are loaded with the run that owns them.
"""

from __future__ import annotations

from collections.abc import Iterable

from tiercel.model.execution import Execution, Iteration
from tiercel.model.json import Json
from tiercel.model.state import State

POSITION = "position"
GIVEN = "given"
MARKS = 32


class Children:
    """The children of one task run.

    Attributes:
        opened: How many were ordered.
        running: Id by position of those that have not ended; the empty text before it is known.
        failed: Id by position of those that ended FAILED or KILLED.
        counts: How many ended in each state.
        listed: What those that ended gave, as a Loop shows it, in order of completion.
        paused: Positions of those that are paused.
    """

    __slots__ = ("counts", "failed", "listed", "opened", "paused", "running")

    def __init__(self) -> None:
        self.opened = 0
        self.running: dict[int, str] = {}
        self.failed: dict[int, str] = {}
        self.counts: dict[str, int] = {}
        self.listed: list[Json] = []
        self.paused: set[int] = set()

    @property
    def ended(self) -> int:
        """How many have ended."""
        return sum(self.counts.values())

    def end(self, position: int, child_id: str, state: State) -> bool:
        """Note that a child ended; False when that was known."""
        if position not in self.running:
            return False
        del self.running[position]
        self.paused.discard(position)
        self.counts[state.value] = self.counts.get(state.value, 0) + 1
        if state in {State.FAILED, State.KILLED}:
            self.failed[position] = child_id
        return True

    def again(self) -> dict[int, str]:
        """Take the failed ones as running again; gives them by position."""
        again, self.failed = self.failed, {}
        for state in (State.FAILED, State.KILLED):
            self.counts.pop(state.value, None)
        self.running.update(again)
        self.listed = [entry for entry in self.listed if entry["item"]["iteration"] not in again]
        return again


def position_of(child: Execution) -> int:
    """Which child of its task run an execution is, from 0."""
    if child.iteration is not None:
        return child.iteration.index
    return int(child.notes.get(POSITION, 0))


def gather(executions: Iterable[Execution]) -> Children:
    """What the stored child executions of one task run say; those that ended first come first."""
    children = Children()
    for child in sorted(executions, key=lambda one: one.history[-1][1]):
        position = position_of(child)
        children.opened = max(children.opened, position + 1)
        children.running[position] = child.id
        if child.state.is_terminal:
            children.end(position, child.id, child.state)
            if child.iteration is not None and child.notes.get(GIVEN):
                children.listed.append(listing(child.iteration, child.notes[GIVEN]))
        elif child.state is State.PAUSED:
            children.paused.add(position)
    return children


def listing(iteration: Iteration, outputs: dict[str, Json]) -> dict[str, Json]:
    """One entry of a Loop's ``outputs``."""
    item: dict[str, Json] = {"value": iteration.value, "iteration": iteration.index}
    if iteration.key is not None:
        item["key"] = iteration.key
    return {"item": item, "outputs": outputs}
