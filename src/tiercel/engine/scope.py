"""What a parent knows of its children: counters kept up as each child changes, never counted anew."""

from __future__ import annotations

from tiercel.engine.plan import AFTER, ERRORS, FINALLY, MAIN
from tiercel.model.execution import TaskRun
from tiercel.model.state import LIVE, State

OVER = "over"
"""The phase of a scope in which nothing is left to run."""

SIDE_SECTIONS = frozenset({ERRORS, FINALLY, AFTER, "onPause", "onWait", "onApprove", "onDeny"})
"""Sections whose task runs never count for the state of their parent."""


class Tally:
    """How many children of one list there are in each state.

    Attributes:
        created: How many there are.
        live: How many have not ended.
    """

    __slots__ = ("created", "live", "states")

    def __init__(self) -> None:
        self.created = 0
        self.live = 0
        self.states: dict[State, int] = {}

    def add(self, state: State) -> None:
        """Count a child."""
        self.created += 1
        self._count(state, 1)

    def remove(self, state: State) -> None:
        """Forget a child."""
        self.created -= 1
        self._count(state, -1)

    def move(self, old: State, new: State) -> None:
        """Count a child that went from one state to another."""
        self._count(old, -1)
        self._count(new, 1)

    def has(self, state: State) -> bool:
        """Whether a child is in that state."""
        return self.states.get(state, 0) > 0

    def _count(self, state: State, by: int) -> None:
        self.states[state] = self.states.get(state, 0) + by
        if state in LIVE:
            self.live += by


class Scope:
    """The children of one flowable's task run, or of the flow.

    Attributes:
        owner: The task run; None for the flow.
        task_id: Of the owner's task; None for the flow.
        phase: Which list runs now: ``tasks``, ``errors``, ``finally``, ``afterExecution``, or ``over``.
        tallies: Counters by list; every branch that counts for the owner's state is ``tasks``.
        children: Ids in order of creation.
        ended: Children that ended since the owner's module last looked.
        cursor: What that module keeps to find the next child without looking at all; None until it first looks.
    """

    __slots__ = ("children", "cursor", "ended", "owner", "phase", "tallies", "task_id")

    def __init__(self, owner: TaskRun | None, task_id: str | None, phase: str) -> None:
        self.owner = owner
        self.task_id = task_id
        self.phase = phase
        self.tallies: dict[str, Tally] = {}
        self.children: dict[str, None] = {}
        self.ended: list[TaskRun] = []
        self.cursor: object = None

    @property
    def owner_id(self) -> str | None:
        """Id of the owner's task run."""
        return None if self.owner is None else self.owner.id

    def tally(self, section: str) -> Tally:
        """The counters of one list."""
        key = tally_key(section)
        found = self.tallies.get(key)
        if found is None:
            found = self.tallies[key] = Tally()
        return found

    @property
    def main(self) -> Tally:
        """The counters of what decides about the owner's state."""
        return self.tally(MAIN)

    def add(self, child: TaskRun) -> None:
        """Count a new child."""
        self.children[child.id] = None
        self.tally(child.section).add(child.state)

    def remove(self, child: TaskRun) -> None:
        """Forget a child."""
        self.children.pop(child.id, None)
        self.tally(child.section).remove(child.state)

    def move(self, child: TaskRun, old: State) -> None:
        """Count a child that came from ``old``."""
        self.tally(child.section).move(old, child.state)
        if self.cursor is not None and old in LIVE and child.state not in LIVE:
            self.ended.append(child)
        elif self.ended and self.ended[-1] is child and child.state in LIVE:
            self.ended.pop()  # It goes on after all, with another attempt.

    def take_ended(self) -> list[TaskRun]:
        """The children that ended since this was last asked."""
        ended, self.ended = self.ended, []
        return ended

    def forget_cursor(self) -> None:
        """Look at all children again next time: some are gone or begin anew."""
        self.cursor = None
        self.ended = []


def tally_key(section: str) -> str:
    """Which counters a section belongs to."""
    return section if section in SIDE_SECTIONS or section.startswith("listeners.") else MAIN
