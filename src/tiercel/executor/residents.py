"""The executions in memory: each with its aggregate, its mail and the commands that wait for their turn."""

from __future__ import annotations

from collections import OrderedDict, deque
from itertools import islice

from tiercel.engine.run import Run
from tiercel.executor.letters import JobKey, Letter
from tiercel.repository.records import Work


class Resident:
    """One execution in memory.

    Attributes:
        mail: What it has been told but not yet been decided about, in order.
        pending: Commands of its decisions that have not been carried out yet, in order.
        unsaved: Those of ``pending`` that no job row keeps yet.
        jobs: Keys of the job rows it has, in the draft being built or in the database.
        owner: The execution whose Loop it is an iteration of; it stays in memory as long as this one does.
        pins: How many iterations in memory it owns.
        drafts: How many drafts that are not committed it is part of.
        untold_ends: How many of those drafts hold an end of it.
        announced: How many entries of its history those who look at it were told of.
        is_ready: It stands in the list of those that have something to do.
    """

    __slots__ = (
        *("announced", "drafts", "is_ready", "jobs", "mail", "owner", "pending", "pins", "run", "unsaved"),
        "untold_ends",
    )

    def __init__(self, run: Run, *, owner: Resident | None = None, is_new: bool = False) -> None:
        self.run = run
        self.announced = 0 if is_new else len(run.execution.history)
        self.owner = owner
        self.pins = 0
        self.mail: deque[Letter] = deque()
        self.pending: OrderedDict[JobKey, Work] = OrderedDict()
        self.unsaved: dict[JobKey, Work] = {}
        self.jobs: set[JobKey] = set()
        self.drafts = 0
        self.untold_ends = 0
        self.is_ready = False

    @property
    def id(self) -> str:
        """Of the execution."""
        return self.run.execution.id

    @property
    def has_work(self) -> bool:
        """Whether a turn would do anything."""
        return bool(self.mail or self.pending)

    @property
    def may_leave(self) -> bool:
        """Whether nothing would be lost if it were dropped from memory."""
        return not (self.mail or self.pending or self.drafts or self.jobs or self.pins)


class Residents:
    """All executions in memory, those used last at the end; idle ones leave when there are more than ``limit``."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found: OrderedDict[str, Resident] = OrderedDict()

    def __len__(self) -> int:
        return len(self._found)

    def find(self, execution_id: str) -> Resident | None:
        """Give an execution that is in memory."""
        return self._found.get(execution_id)

    def add(self, resident: Resident) -> None:
        """Take in an execution."""
        self._found[resident.id] = resident
        if resident.owner is not None:
            resident.owner.pins += 1

    def touch(self, resident: Resident) -> None:
        """Note that an execution was used."""
        self._found.move_to_end(resident.id)

    def drop(self, execution_id: str) -> Resident | None:
        """Forget an execution, whatever it has to do."""
        resident = self._found.pop(execution_id, None)
        if resident is not None and resident.owner is not None:
            resident.owner.pins -= 1
        return resident

    def clear(self) -> list[Resident]:
        """Forget all; gives what was there."""
        dropped = list(self._found.values())
        self._found.clear()
        return dropped

    def trim(self) -> None:
        """Let idle executions leave while there are too many, those unused for longest first."""
        surplus = len(self._found) - self._limit
        if surplus <= 0:
            return
        idle = (one.id for one in self._found.values() if one.may_leave)
        for execution_id in list(islice(idle, surplus)):
            self.drop(execution_id)
