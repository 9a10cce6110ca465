"""The executor as others see it: executions are started, told things and waited for here, and workers report here.

What comes in (new executions, requests, reports of workers, due timers) becomes letters in the mail of executions in
memory. `Loop` gives each execution that has mail a turn and commits what the turns changed. Only after the commit do
its consequences leave: answers, jobs, timers, changes for those who follow.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tiercel.engine import Run
from tiercel.errors import ConflictError, NotFoundError, TiercelError, UnavailableError
from tiercel.executor.aftermath import Aftermath
from tiercel.executor.echo import Echo
from tiercel.executor.endings import Endings
from tiercel.executor.intake import Intake
from tiercel.executor.letters import Letter
from tiercel.executor.loop import Loop
from tiercel.executor.memory import Memory
from tiercel.executor.orders import Office
from tiercel.executor.ports import Staff
from tiercel.executor.residents import Resident
from tiercel.executor.shards import Shards
from tiercel.executor.sources import Sources
from tiercel.executor.stream import Stream
from tiercel.model.claims import FlowKey
from tiercel.model.event import Event
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.flow import Concurrency
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.operations.ids import shard_of
from tiercel.repository.database import Database
from tiercel.repository.limits import list_pools
from tiercel.repository.purging import list_existing
from tiercel.repository.records import Job

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
        self._endings = Endings(self._memory, parts.database)
        self._aftermath = Aftermath(self._memory, self._intake, self._endings, parts.database, parts.stream)
        self._shards = Shards(parts.database, parts.name, parts.clock)
        self._sources = Sources(self._memory, self._intake, parts.database, self._shards, parts.clock)
        self._staff: Staff | None = None
        self._loop: Loop | None = None
        self._echo: Echo | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, staff: Staff) -> None:
        """Take up what was left unfinished, then begin.

        Raises:
            UnavailableError: The database cannot be read.
        """
        parts = self._parts
        self._staff = staff
        self._intake.open(staff)
        self._aftermath.open(staff)
        await staff.responder.open()
        await self._shards.claim(parts.shards)
        self._echo = Echo(parts.database, staff.responder)
        self._loop = self._make_loop(staff, on_announced=self._echo.wake)
        self._memory.admission.pool_slots = staff.pools.slots_of
        for pool in await parts.database.read(list_pools):
            staff.pools.put(pool.name, pool.slots)
        staff.pools.on_change = self._let_in_waiting
        await self._sources.take_up()
        self._tasks = [
            asyncio.create_task(self._loop.run(), name="executor"),
            asyncio.create_task(self._shards.keep(), name="leases"),
            asyncio.create_task(self._echo.run(), name="echo"),
        ]
        for task in self._tasks:
            task.add_done_callback(_tell_fault)

    async def until_broken(self) -> None:
        """Wait until something ends that must go on until the closing, such as renewing leases; then nothing works.

        Its reason is logged when it happens.
        """
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        """Commit what was decided, then stop; what is left undone is taken up at the next opening."""
        closing = UnavailableError("the server is stopping; the same call may be repeated when it runs again")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._sources.stop()
        if self._loop is not None:
            await self._loop.finish()
        self._aftermath.stop()
        self._endings.refuse(UnavailableError("the server is stopping; what has begun goes on when it runs again"))
        for letter in (*self._intake.clear(), *self._memory.clear()):
            letter.settle(closing)
        self.stream.close()
        with suppress(TiercelError):
            await self._shards.release()

    async def start(self, execution: Execution, task_runs: Sequence[TaskRun] = (), *, is_fresh: bool = False) -> None:
        """Store a new execution, with the task runs a replay keeps, and let it begin.

        Args:
            execution: As it begins.
            task_runs: Of a replay.
            is_fresh: Its id was made for it just now, so that no execution can have it already.

        Raises:
            ConflictError: An execution of that id exists.
            NotFoundError: Its flow revision does not exist.
            InvalidError: Its flow no longer parses.
            UnavailableError: It could not be stored.
        """
        plan = await self._intake.add(execution)
        if not is_fresh:
            found = await self._parts.database.read(lambda connection: list_existing(connection, [execution.id]))
            if found:
                raise ConflictError(f"execution {execution.id} exists")
        if self._memory.residents.find(execution.id) is not None:
            raise ConflictError(f"execution {execution.id} exists")
        execution.shard = shard_of(execution.id, self._shards.count)
        run = self._intake.prepare(Run.start(plan, execution, task_runs))
        self._memory.residents.add(Resident(run, is_new=True))
        await self._send(Letter(execution.id, is_arrival=True))

    async def run(self, execution: Execution, task_runs: Sequence[TaskRun] = ()) -> Execution:
        """Start a new execution and wait until it is over; raises as ``start`` does."""
        end = self._endings.expect(execution.id)
        try:
            await self.start(execution, task_runs)
            return await end
        finally:
            self._endings.unexpect(execution.id, end)

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
        return await self._endings.wait(execution_id)

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

    async def take_in(self, executions: Iterable[Execution]) -> None:
        """Let executions begin that were just stored by somebody else; after a crash they begin without this."""
        for execution in executions:
            try:
                plan = await self._intake.add(execution)
            except TiercelError:
                pass  # reading it again tells the execution what is wrong
            else:
                if self._memory.residents.find(execution.id) is None and not self._intake.is_expected(execution.id):
                    run = self._intake.prepare(Run.load(plan, execution))
                    self._memory.residents.add(Resident(run, is_new=True))
            self._intake.deliver(Letter(execution.id, is_arrival=True, is_internal=True))

    async def note_saved(self, flow: FlowKey, revision: int, limits: Concurrency | None) -> None:
        """Go by the limits of a flow as it was just saved; who waits starts when they allow it."""
        self._sources.let_in(self._memory.admission.note_saved(flow, revision, limits))
        self._sources.set_alarm()

    def expect_end(self, execution_id: str) -> asyncio.Future[Execution]:
        """Give a future of an execution that has not begun yet, done when it is over. Cancel it to wait no more."""
        future = self._endings.expect(execution_id)
        future.add_done_callback(lambda _: self._endings.unexpect(execution_id, future))
        return future

    async def discard(self, execution_ids: Iterable[str]) -> None:
        """Drop executions that are to be deleted and stop what runs for them; before their rows are removed."""
        gone = list(execution_ids)
        for execution_id in gone:
            resident = self._memory.residents.drop(execution_id)
            self._memory.timers.cancel_all(execution_id)
            if resident is None:
                continue
            if self._staff is not None:
                for key in resident.jobs:
                    self._staff.crew.cancel(execution_id, key, None, is_killed=False)
            if self._loop is not None:
                await self._loop.expel(resident, NotFoundError("execution", execution_id))
        self._sources.let_in(self._memory.admission.withdraw(gone))

    def _make_loop(self, staff: Staff, *, on_announced: Callable[[], None]) -> Loop:
        return Loop(
            _office_of(self._parts, staff, self._memory, self._shards),
            self._intake,
            self._aftermath,
            self._sources,
            self._shards,
            database=self._parts.database,
            stream=self._parts.stream,
            on_announced=on_announced,
        )

    def _let_in_waiting(self) -> None:
        """Give slots to those who may have one, after a limit was changed."""
        self._sources.let_in(self._memory.admission.let_in_all())

    async def _send(self, letter: Letter) -> None:
        letter.waiter = asyncio.get_running_loop().create_future()
        self._intake.deliver(letter)
        await letter.waiter

    def _is_alive(self, job: Job) -> bool:
        if self._staff is not None and self._staff.crew.has(job.execution_id, job.task_run_id, job.token):
            return True
        return self._aftermath.is_starting(job)


def _office_of(parts: Parts, staff: Staff, memory: Memory, shards: Shards) -> Office:
    return Office(
        crew=staff.crew,
        memory=memory,
        world=staff.world,
        clock=parts.clock,
        new_id=parts.new_id,
        shard_of=lambda execution_id: shard_of(execution_id, shards.count),
        is_watched=staff.is_watched,
    )


def _tell_fault(task: asyncio.Task[None]) -> None:
    """Say why a task has ended that nobody awaits before the closing."""
    if not task.cancelled():
        name, error = task.get_name(), task.exception()
        _log.critical("the executor cannot go on, its task '%s' has ended: %s", name, error, exc_info=error)
