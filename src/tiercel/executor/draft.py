"""One commit being put together: what several turns changed, and what must follow once it is stored.

A draft is applied in memory while it is built, so one that cannot be committed makes every execution it touched void:
those are dropped and read again, and the letters they had read are answered with the error or told anew.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, MutableMapping
from typing import Any, TypeVar

from tiercel.engine.run import Changes
from tiercel.executor.letters import JobKey, Letter, key_of
from tiercel.executor.residents import Resident
from tiercel.executor.stream import Stream, snapshot, snapshot_task_run
from tiercel.executor.timers import TimerName
from tiercel.model.command import RestartChild, StartChild
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.operations.assignments import Assignment
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.repository.connection import Connection
from tiercel.repository.limits import LimitStart
from tiercel.repository.records import Announcement, InboxEntry, Job, Timer, Work

Name = TypeVar("Name")
Item = TypeVar("Item")

ROWS_AT_ONCE = 200
TASK_RUNS_A_BATCH = 5_000
"""A draft that changes more is closed, however long the commit before it takes."""


class Draft:
    """What one commit will store, and the consequences that wait for it.

    Attributes:
        letters: What was read; answered when the commit is through.
        touched: Every execution that changed, by id.
        over: Executions that became over.
        posts: Letters for executions that are not in memory.
        owed: Executions that were told something by this draft and must read it before it is committed.
        assignments: Work to begin after the commit, by execution and key.
        cancels: Attempts to stop after the commit: (execution, task run, token, is_killed).
        starts: Commands the executor itself goes on with after the commit.
        announcements: States entered that Flow triggers look at.
        limit_starts: Starts that a rate counts.
    """

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.touched: dict[str, Resident] = {}
        self.over: dict[str, Resident] = {}
        self.posts: list[Letter] = []
        self.owed: dict[str, Resident] = {}
        self.assignments: dict[tuple[str, JobKey], Assignment] = {}
        self.cancels: list[tuple[str, str, int, bool]] = []
        self.starts: dict[tuple[str, JobKey], tuple[Resident, StartChild | RestartChild]] = {}
        self.announcements: list[Announcement] = []
        self.limit_starts: list[LimitStart] = []
        self.logs: list[LogEntry] = []
        self.metrics: list[MetricEntry] = []
        self.timers: dict[str, dict[TimerName, tuple[int, int] | None]] = {}
        self.weight = 0
        self._jobs: dict[tuple[str, JobKey], Job] = {}
        self._done_jobs: dict[tuple[str, JobKey], int] = {}
        self._changes: list[tuple[Execution, Changes]] = []
        self._unseen: list[str] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store and nobody to answer."""
        return not self.touched

    @property
    def is_full(self) -> bool:
        """Whether it must be committed before anything is added."""
        return self.weight >= TASK_RUNS_A_BATCH

    def touch(self, resident: Resident) -> None:
        """Make an execution part of this commit."""
        if resident.id not in self.touched:
            self.touched[resident.id] = resident
            resident.drafts += 1

    def keep_job(self, resident: Resident, work: Work) -> None:
        """Store a command until it is answered."""
        key = key_of(work)
        execution = resident.run.execution
        token = token_of(work)
        self._jobs[execution.id, key] = Job(
            execution_id=execution.id, task_run_id=key, token=token, shard=execution.shard, work=work
        )
        resident.jobs.add(key)

    def end_job(self, resident: Resident, key: JobKey, token: int) -> None:
        """Forget a command that was answered; one dispatched later under the same key stays."""
        kept = self._jobs.get((resident.id, key))
        if kept is not None and kept.token <= token:
            del self._jobs[resident.id, key]
            self.assignments.pop((resident.id, key), None)
            kept = None
        if kept is None:
            resident.jobs.discard(key)
        self._done_jobs[resident.id, key] = token

    def set_timer(self, resident: Resident, name: TimerName, at: int | None) -> None:
        """Set a timer, or cancel it when ``at`` is None."""
        shard = resident.run.execution.shard
        self.timers.setdefault(resident.id, {})[name] = None if at is None else (at, shard)

    def seal(self, epochs: dict[int, int], stream: Stream) -> Iterator[Callable[[Connection], None] | None]:
        """Make the rows, some at a time; nothing may be added and nobody may decide until all are made.

        Yields:
            What writes them, or None after work without rows; all belong into one transaction, in order.
        """
        batch = Batch(epochs=epochs)
        for resident in self.touched.values():
            yield from self._keep_unsaved(resident)
            changes = resident.run.take_changes()
            if changes.execution is not None:
                batch.executions.append(changes.execution)
            batch.removed_task_runs.extend((resident.id, task_run_id) for task_run_id in changes.removed)
            copies = self._remember(resident, changes, stream)
            for task_run in changes.task_runs:
                batch.task_runs.append(task_run)
                if copies is not None:
                    copies.append(snapshot_task_run(task_run))
                if _is_enough(batch):
                    yield prepare_batch(batch)
                    batch = Batch()
            if _is_enough(batch):
                yield prepare_batch(batch)
                batch = Batch()
        done = [(one, key, token) for (one, key), token in self._done_jobs.items()]
        batch = yield from _fill(batch, done, lambda one: one.done_jobs)  # what is removed comes first
        batch = yield from _fill(batch, list(self._jobs.values()), lambda one: one.jobs)
        batch = yield from _fill(batch, self.logs, lambda one: one.logs)
        batch.metrics = self.metrics
        batch.done_inbox.extend(letter.inbox_id for letter in self.letters if letter.inbox_id)
        batch.inbox.extend(_inbox_entries(self.posts))
        batch.announcements = self.announcements
        batch.limit_starts = self.limit_starts
        self._add_timers(batch)
        yield prepare_batch(batch)

    def _keep_unsaved(self, resident: Resident) -> Iterator[None]:
        for number, work in enumerate(resident.unsaved.values(), 1):
            self.keep_job(resident, work)
            if number % ROWS_AT_ONCE == 0:
                yield None
        resident.unsaved.clear()

    def note_over(self, resident: Resident) -> None:
        """Note that an execution is over, which those who wait for it are told after the commit."""
        if resident.id not in self.over:
            self.over[resident.id] = resident
            resident.untold_ends += 1

    def expel(self, resident: Resident) -> list[Letter]:
        """Take everything of one execution out; gives the letters it had read."""
        self.touched.pop(resident.id, None)
        self.over.pop(resident.id, None)
        self.owed.pop(resident.id, None)
        for keyed in (self.assignments, self.starts, self._jobs, self._done_jobs):
            _remove(keyed, resident.id)
        self.timers.pop(resident.id, None)
        self.cancels = [cancel for cancel in self.cancels if cancel[0] != resident.id]
        self.announcements = [one for one in self.announcements if one.execution_id != resident.id]
        self.limit_starts = [one for one in self.limit_starts if one.execution_id != resident.id]
        self.logs = [entry for entry in self.logs if entry.execution_id != resident.id]
        self.metrics = [entry for entry in self.metrics if entry.execution_id != resident.id]
        letters = [letter for letter in self.letters if letter.execution_id == resident.id]
        self.letters = [letter for letter in self.letters if letter.execution_id != resident.id]
        return letters

    def publish(self, stream: Stream) -> None:
        """Tell followers what was committed."""
        for execution, changes in self._changes:
            stream.publish_execution(execution, changes.task_runs, changes.removed)
        for execution_id in self._unseen:
            stream.publish_missed(execution_id)
        lines: dict[str, list[LogEntry]] = {}
        for entry in self.logs:
            if entry.execution_id is not None and stream.has_followers(entry.execution_id):
                lines.setdefault(entry.execution_id, []).append(entry)
        for execution_id, entries in lines.items():
            stream.publish_logs(execution_id, entries)

    def release(self) -> None:
        """Let go of the executions after the commit."""
        for resident in self.touched.values():
            resident.drafts -= 1

    def _add_timers(self, batch: Batch) -> None:
        for execution_id, names in self.timers.items():
            for (task_run_id, key), value in names.items():
                if value is None:
                    batch.cancelled_timers.append((execution_id, task_run_id, key))
                else:
                    at, shard = value
                    batch.timers.append(
                        Timer(execution_id=execution_id, shard=shard, key=key, at=at, task_run_id=task_run_id)
                    )

    def _remember(self, resident: Resident, changes: Changes, stream: Stream) -> list[TaskRun] | None:
        """Keep copies for those who follow, since the records go on changing; gives the list for those of task runs."""
        if not changes:
            return None
        if not stream.has_followers(resident.id):
            self._unseen.append(resident.id)  # somebody may come before the commit is through
            return None
        copies: list[TaskRun] = []
        self._changes.append((snapshot(resident.run.execution), Changes(created=copies, removed=changes.removed)))
        return copies


def _is_enough(batch: Batch) -> bool:
    return len(batch.task_runs) + len(batch.executions) >= ROWS_AT_ONCE


def _fill(
    batch: Batch, rows: list[Item], into: Callable[[Batch], list[Item]]
) -> Generator[Callable[[Connection], None], None, Batch]:
    """Add rows to a batch; each time it holds enough it is made ready, and another one begun, which is given back."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        into(batch).extend(part)
        if len(part) == ROWS_AT_ONCE:
            yield prepare_batch(batch)
            batch = Batch()
    return batch


def token_of(work: Work) -> int:
    """Give the fencing token of a command; 0 for those without one."""
    return int(getattr(work, "token", 0))


def _remove(keyed: MutableMapping[tuple[str, Name], Any], execution_id: str) -> None:
    for key in [key for key in keyed if key[0] == execution_id]:
        del keyed[key]


def _inbox_entries(letters: Iterable[Letter]) -> Iterable[InboxEntry]:
    for letter in letters:
        if letter.event is not None:
            yield InboxEntry(execution_id=letter.execution_id, shard=letter.shard, event=letter.event)
