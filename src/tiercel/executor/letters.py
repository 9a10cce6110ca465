"""What an execution is told, with all that must be stored or answered in the commit that applies it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from tiercel.engine.plan import Plan
from tiercel.model.command import (
    CloseDirectory,
    Evaluate,
    OpenDirectory,
    RestartChild,
    RunTask,
    StartChild,
    StoreOutputs,
)
from tiercel.model.event import Event
from tiercel.model.execution import Execution
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.repository.records import Work

JobKey = str
"""Key of a job row within its execution: the task run, or what `key_of` makes for commands without an attempt."""


def key_of(work: Work) -> JobKey:
    """Make the key of the row that keeps a command until it is answered."""
    match work:
        case RunTask() | OpenDirectory() | CloseDirectory():
            return work.task_run_id
        case Evaluate():
            return f"{work.task_run_id or ''}/evaluate/{work.purpose}"
        case StartChild():
            return f"{work.task_run_id}/start/{work.position}"
        case RestartChild():
            return f"{work.task_run_id}/restart/{work.position}"
        case StoreOutputs():
            return "/store"


@dataclass(slots=True, frozen=True, eq=False)
class Newborn:
    """A new execution with the plan of its flow."""

    execution: Execution
    plan: Plan


@dataclass(slots=True, eq=False)
class Letter:
    """One thing an execution is told.

    Attributes:
        event: None when only lines and figures are handed over, or when it only wakes the execution.
        newborn: A child that comes to be with this letter, if its task run still waits for it.
        command: One that its execution gave before and that is to be carried out again.
        fault: Why the execution cannot go on; it fails with this message.
        errand: What another execution is told once this one has been told the event.
        is_arrival: The execution is new: it begins now, or at its time.
        shard: Of the execution, for a letter that may have to wait in the inbox.
        is_internal: A decision of this executor made it, and would make it again.
        inbox_id: The row that keeps the letter until it is applied; 0 when there is none.
        timer: Key of the timer row that this letter answers, if any.
        job: The job row that this letter answers, if it is not that of the event's own task run.
        waiter: Told when the letter is committed, or why it cannot be.
    """

    execution_id: str
    event: Event | None = None
    newborn: Newborn | None = None
    command: Work | None = None
    fault: str | None = None
    errand: tuple[str, Event] | None = None
    is_arrival: bool = False
    shard: int = 0
    is_internal: bool = False
    inbox_id: int = 0
    timer: tuple[str | None, str] | None = None
    job: JobKey | None = None
    logs: Sequence[LogEntry] = ()
    metrics: Sequence[MetricEntry] = ()
    waiter: asyncio.Future[None] | None = field(default=None, repr=False)

    def settle(self, error: BaseException | None = None) -> None:
        """Tell the waiter, if there is one that still waits."""
        if self.waiter is None or self.waiter.done():
            return
        if error is None:
            self.waiter.set_result(None)
        else:
            self.waiter.set_exception(error)
