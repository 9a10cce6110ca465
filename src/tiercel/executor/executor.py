"""The executor: everything that happens to executions goes through its one loop.

What comes in (new executions, requests, reports of workers, due timers) becomes letters in the mail of executions in
memory. The loop gives each execution that has mail a turn; the turns that fit before the commit under way is done
make up the next draft, which is then committed as one transaction while the turns after it are taken. Only after the
commit do its consequences leave: answers, jobs, timers, changes for those who follow.

Failures. A turn that raises fails its execution, nothing else. A commit that fails voids all that is in memory, since
later turns were built on it: the executor then does what it does after a crash, takes up from the last commit, and is
told again what workers had reported. Requests that were not committed are refused as safe to repeat.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from tiercel.engine import Run
from tiercel.errors import ConflictError, NotFoundError, TiercelError, UnavailableError
from tiercel.executor.aftermath import Aftermath
from tiercel.executor.draft import Draft
from tiercel.executor.intake import Intake
from tiercel.executor.letters import Letter
from tiercel.executor.loading import read_unfinished
from tiercel.executor.memory import Memory
from tiercel.executor.ports import Staff
from tiercel.executor.residents import Resident
from tiercel.executor.shards import Shards
from tiercel.executor.stream import Stream
from tiercel.executor.turn import Office, take_turn
from tiercel.model.event import Event, TimerFired
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.operations.ids import shard_of
from tiercel.repository.connection import Connection
from tiercel.repository.database import Database
from tiercel.repository.executions import find_execution
from tiercel.repository.inbox import list_inbox
from tiercel.repository.records import Job

_SLICE_MICROS = 5_000
_INBOX_PAGE = 1_000
_LONGEST_PATIENCE_SECONDS = 5.0
_log = logging.getLogger("tiercel.executor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an executor is made of.

    Attributes:
        clock: Microseconds UTC.
        name: Tells this executor from others in leases.
        shards: How many a new installation gets.
        residents: How many executions are kept in memory, beyond those at work.
    """

    database: Database
    clock: Callable[[], int]
    new_id: Callable[[], str]
    name: str
    shards: int = 64
    residents: int = 2_000
    stream: Stream = field(default_factory=Stream)


class Executor:
    """Owns executions from their start to their end; fulfils ``Transport`` and ``Reports``.

    Attributes:
        stream: Committed changes, for those who follow.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.stream = parts.stream
        self._memory = Memory(parts.clock, parts.residents)
        self._intake = Intake(self._memory, parts.database, self._is_alive)
        self._aftermath = Aftermath(self._memory, self._intake, parts.database, parts.stream, parts.clock)
        self._shards = Shards(parts.database, parts.name, parts.clock)
        self._draft = Draft()
        self._committing: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._office: Office | None = None
        self._staff: Staff | None = None
        self._runner: asyncio.Task[None] | None = None
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._last_inbox_id = 0
        self._failures = 0
        self._is_alone = False

    async def open(self, staff: Staff) -> None:
        """Take up what was left unfinished, then begin.

        Raises:
            UnavailableError: The database cannot be read.
        """
        self._event_loop = asyncio.get_running_loop()
        self._staff = staff
        self._intake.open(staff)
        self._aftermath.open(staff)
        await self._shards.claim(self._parts.shards)
        self._office = Office(
            crew=staff.crew,
            memory=self._memory,
            world=staff.world,
            clock=self._parts.clock,
            new_id=self._parts.new_id,
            shard_of=lambda execution_id: shard_of(execution_id, self._shards.count),
            on_end=staff.on_end,
        )
        await self._take_up()
        self._runner = asyncio.create_task(self._run(), name="executor")

    async def close(self) -> None:
        """Commit what was decided, then stop; what is left undone is taken up at the next opening."""
        closing = UnavailableError("the executor stops")
        if self._runner is not None:
            self._runner.cancel()
            with suppress(asyncio.CancelledError):
                await self._runner
        if self._alarm is not None:
            self._alarm.cancel()
        if self._committing is None and not self._draft.is_empty:
            await self._commit_draft()
        if self._committing is not None:
            await self._committing
        self._aftermath.stop(closing)
        for letter in (*self._intake.clear(), *self._memory.clear()):
            letter.settle(closing)
        self.stream.close()
        with suppress(TiercelError):
            await self._shards.release()

    async def start(self, execution: Execution, task_runs: Sequence[TaskRun] = ()) -> None:
        """Store a new execution, with the task runs a replay keeps, and let it begin.

        Raises:
            ConflictError: An execution of that id exists.
            NotFoundError: Its flow revision does not exist.
            InvalidError: Its flow no longer parses.
            UnavailableError: It could not be stored.
        """
        plan = await self._intake.add(execution)
        if self._memory.residents.find(execution.id) is not None:
            raise ConflictError(f"execution {execution.id} exists")
        execution.shard = shard_of(execution.id, self._shards.count)
        self._memory.residents.add(Resident(self._intake.prepare(Run.start(plan, execution, task_runs))))
        await self._send(Letter(execution.id, is_arrival=True))

    async def run(self, execution: Execution, task_runs: Sequence[TaskRun] = ()) -> Execution:
        """Start a new execution and wait until it is over; raises as ``start`` does."""
        end = self._aftermath.expect_end(execution.id)
        try:
            await self.start(execution, task_runs)
            return await end
        finally:
            self._aftermath.unexpect(execution.id, end)

    async def submit(self, execution_id: str, event: Event) -> None:
        """Hand an event to an execution; returns after the commit that applied it.

        Raises:
            NotFoundError: There is no such execution.
            UnavailableError: It could not be stored.
        """
        await self._send(Letter(execution_id, event))

    async def wait(self, execution_id: str) -> Execution:
        """Wait until an execution is over.

        Raises:
            NotFoundError: There is no such execution.
        """
        end = self._aftermath.expect_end(execution_id)
        try:
            resident = self._memory.residents.find(execution_id)
            if resident is not None and resident.run.execution.is_over and not resident.drafts:
                return resident.run.execution
            if resident is None:
                stored = await self._parts.database.read(lambda connection: find_execution(connection, execution_id))
                if stored is None:
                    raise NotFoundError("execution", execution_id)
                if stored.is_over:
                    return stored
            return await end
        finally:
            self._aftermath.unexpect(execution_id, end)

    def report(
        self,
        execution_id: str,
        event: Event | None,
        logs: Sequence[LogEntry] = (),
        metrics: Sequence[MetricEntry] = (),
        job: str | None = None,
    ) -> None:
        """Take what a worker reports; called on the event loop."""
        self._intake.deliver(Letter(execution_id, event, logs=logs, metrics=metrics, job=job))

    async def discard(self, execution_ids: Iterable[str]) -> None:
        """Drop executions that are to be deleted and stop what runs for them; before their rows are removed."""
        for execution_id in execution_ids:
            resident = self._memory.residents.drop(execution_id)
            self._memory.timers.cancel_all(execution_id)
            if resident is None:
                continue
            for letter in (*resident.mail, *self._draft.expel(resident)):
                letter.settle(NotFoundError("execution", execution_id))
            if self._staff is not None:
                for key in resident.jobs:
                    self._staff.crew.cancel(execution_id, key, None, is_killed=False)
        if self._committing is not None:
            await asyncio.shield(self._committing)

    async def _send(self, letter: Letter) -> None:
        letter.waiter = asyncio.get_running_loop().create_future()
        self._intake.deliver(letter)
        await letter.waiter

    def _is_alive(self, job: Job) -> bool:
        if self._staff is not None and self._staff.crew.has(job.execution_id, job.task_run_id, job.token):
            return True
        return self._aftermath.is_starting(job)

    async def _run(self) -> None:
        """Take turns for as long as there are any, committing as often as the disk allows."""
        renewal = asyncio.create_task(self._shards.keep(), name="leases")
        try:
            while True:
                await self._memory.has_work.wait()
                self._memory.has_work.clear()
                try:
                    await self._work()
                except Exception as error:  # noqa: BLE001 (one fault must not stop everything)
                    _log.exception("the executor goes on from the last commit")
                    await self._start_over(self._draft, error)
        finally:
            renewal.cancel()

    async def _work(self) -> None:
        memory = self._memory
        while memory.ready or not self._draft.is_empty:
            if memory.ready and not self._draft.is_full:
                self._take_turns()
            if self._committing is None and not self._draft.is_empty:
                await self._commit_draft()
            elif self._committing is not None and (self._draft.is_full or not memory.ready):
                await asyncio.shield(self._committing)
                continue
            await asyncio.sleep(0)
        self._set_alarm()

    def _take_turns(self) -> None:
        """Give turns for as long as the loop may be kept from others."""
        memory, draft = self._memory, self._draft
        deadline = self._parts.clock() + _SLICE_MICROS
        while memory.ready and not draft.is_full:
            self._take_turn(memory.next_ready())
            if self._parts.clock() >= deadline or (self._is_alone and not draft.is_empty):
                return

    def _take_turn(self, resident: Resident) -> None:
        if self._office is None:
            raise RuntimeError("the executor is not open")
        if self._memory.residents.find(resident.id) is not resident:
            return
        self._draft.owed.pop(resident.id, None)
        try:
            take_turn(self._office, self._draft, resident)
        except Exception as error:  # noqa: BLE001 (a fault of deciding must not stop the others)
            _log.exception("deciding about execution %s failed", resident.id)
            self._expel(resident, f"Internal error while deciding what comes next: {error!r}")
            return
        if resident.has_work:
            self._memory.wake(resident)

    def _expel(self, resident: Resident, reason: str) -> None:
        """Take a broken execution out of the draft, and fail it from what was last committed of it."""
        letters = self._draft.expel(resident)
        letters.extend(resident.mail)
        self._memory.residents.drop(resident.id)
        for letter in letters:
            letter.settle(ConflictError(reason))
        if any(letter.fault is not None for letter in letters):
            return  # even its end cannot be decided; it is left as it was last stored
        self._intake.deliver(Letter(resident.id, fault=reason))

    async def _commit_draft(self) -> None:
        """Close the draft and send it on its way; the next turns go into a new one."""
        draft = self._draft
        while draft.owed:
            self._take_turn(next(iter(draft.owed.values())))
        shards = {resident.run.execution.shard for resident in draft.touched.values()}
        saves: list[Callable[[Connection], None]] = []
        try:
            began_at = self._parts.clock()
            for save in draft.seal(self._shards.of(shards), self.stream):
                saves.append(save)
                if self._parts.clock() - began_at >= _SLICE_MICROS:
                    await asyncio.sleep(0)
                    began_at = self._parts.clock()
        except Exception as error:  # noqa: BLE001 (a record that cannot be written as a row)
            _log.exception("a commit could not be prepared")
            self._draft = Draft()
            self._committing = asyncio.create_task(self._start_over(draft, error))
            return
        self._draft = Draft()
        self._committing = asyncio.create_task(self._commit(draft, saves))

    async def _commit(self, draft: Draft, saves: Sequence[Callable[[Connection], None]]) -> None:
        def save(connection: Connection) -> None:
            for part in saves:
                part(connection)

        try:
            await self._parts.database.write(save)
        except TiercelError as error:
            await self._start_over(draft, error)
            return
        self._failures = 0
        self._committing = None
        self._is_alone = False
        draft.release()
        self._aftermath.follow(draft)
        if draft.posts:
            await self._read_inbox()
        self._memory.residents.trim()
        self._memory.has_work.set()

    async def _start_over(self, draft: Draft, error: Exception) -> None:
        """Go back to the last commit: what is in memory was built on one that failed."""
        self._failures += 1
        patience = min(0.1 * 2**self._failures, _LONGEST_PATIENCE_SECONDS)
        _log.error("a commit failed, going on from the one before: %s", error)
        refusal = UnavailableError(f"the change could not be stored: {error}")
        letters = [*draft.letters, *self._draft.letters, *self._memory.clear(), *self._intake.clear()]
        self._draft = Draft()
        kept: list[Letter] = []
        for letter in letters:
            if letter.waiter is not None:
                letter.settle(refusal)
            elif not (letter.is_internal or letter.inbox_id or letter.timer):
                kept.append(letter)
        await asyncio.sleep(patience)
        await self._take_up_again()
        # The one that cannot be stored is found by committing one execution at a time.
        self._is_alone = not isinstance(error, UnavailableError)
        if self._is_alone and len(draft.touched) == 1:
            for execution_id in draft.touched:
                kept = [letter for letter in kept if letter.execution_id != execution_id]
                kept.append(Letter(execution_id, fault=f"The execution could not be stored: {error}"))
        self._committing = None
        for letter in kept:
            self._intake.deliver(letter)
        self._memory.has_work.set()

    async def _take_up_again(self) -> None:
        while True:
            try:
                await self._take_up()
            except UnavailableError as error:
                _log.warning("the database cannot be read, trying again: %s", error)
                await asyncio.sleep(_LONGEST_PATIENCE_SECONDS)
            else:
                return

    async def _take_up(self) -> None:
        """Go on from the last commit: timers, unread inbox, and executions with commands nobody answered."""
        left = await self._parts.database.read(read_unfinished)
        for execution_id, task_run_id, key, at in left.timers:
            self._memory.timers.set(execution_id, (task_run_id, key), at)
        self._last_inbox_id = 0
        await self._read_inbox()
        for execution_id in left.attention:
            self._intake.deliver(Letter(execution_id, is_arrival=True, is_internal=True))
        self._set_alarm()

    async def _read_inbox(self) -> None:
        """Deliver what was written to the inbox since it was last read."""
        shards = sorted(self._shards.epochs)
        while True:
            page = partial(list_inbox, shards=shards, after_id=self._last_inbox_id, limit=_INBOX_PAGE)
            entries = await self._parts.database.read(page)
            for entry in entries:
                self._last_inbox_id = entry.id
                self._intake.deliver(Letter(entry.execution_id, entry.event, inbox_id=entry.id))
            if len(entries) < _INBOX_PAGE:
                return

    def _set_alarm(self) -> None:
        """Wake up when the next timer is due."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        at = self._memory.timers.next_at()
        if at is not None and self._event_loop is not None:
            delay = max(0.0, (at - self._parts.clock()) / 1_000_000)
            self._alarm = self._event_loop.call_later(min(delay, 3600.0), self._ring)

    def _ring(self) -> None:
        """Tell executions of the timers that are due."""
        now = self._parts.clock()
        for execution_id, (task_run_id, key), _ in self._memory.timers.pop_due(now):
            event = TimerFired(at=now, key=key, task_run_id=task_run_id)
            self._intake.deliver(Letter(execution_id, event, timer=(task_run_id, key)))
        self._set_alarm()
