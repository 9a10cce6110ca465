"""The way of a letter to its execution: into the mail of one in memory, or after reading it from the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from tiercel.engine import Plan, Run
from tiercel.engine.outputs import Loader
from tiercel.errors import InvalidError, NotFoundError, UnavailableError
from tiercel.executor.abandon import empty_plan
from tiercel.executor.letters import JobKey, Letter
from tiercel.executor.memory import Memory
from tiercel.executor.plans import Plans
from tiercel.executor.ports import Staff
from tiercel.executor.residents import Resident
from tiercel.model.claims import FlowKey
from tiercel.model.command import Evaluate, RestartChild, RunTask, StartChild
from tiercel.model.event import TaskRunEnded, TaskRunLost
from tiercel.model.execution import Execution, ExecutionKind
from tiercel.model.state import State
from tiercel.repository.database import Database
from tiercel.repository.limits import read_ledger
from tiercel.repository.records import Job
from tiercel.repository.recovery import Stored, read_stored

_AT_ONCE = 64
_COUNTING = frozenset({"loop", "foreach_item_items"})
_PATIENCE_SECONDS = 1.0
_log = logging.getLogger("tiercel.executor")


class Intake:
    """Delivers letters in the order of their coming, for each execution.

    ``is_alive`` tells whether somebody is at work on a job of an execution.
    """

    def __init__(self, memory: Memory, database: Database, is_alive: Callable[[Job], bool]) -> None:
        self._memory = memory
        self._database = database
        self._is_alive = is_alive
        self._plans: Plans | None = None
        self._load_outputs: Loader | None = None
        self._absent: dict[str, list[Letter]] = {}
        self._reading: asyncio.Task[None] | None = None

    def open(self, staff: Staff) -> None:
        """Say who reads flows and outputs."""
        self._plans = Plans(staff.load_flow, staff.edition)
        self._load_outputs = staff.load_outputs

    def prepare(self, run: Run) -> Run:
        """Let the expressions of a run read outputs that are in storage."""
        if self._load_outputs is not None:
            run.outputs.load = self._load_outputs
        return run

    def deliver(self, letter: Letter) -> None:
        """Put a letter into the mail of its execution, as soon as that is in memory."""
        waiting = self._absent.get(letter.execution_id)
        if waiting is not None:
            waiting.append(letter)
            return
        resident = self._memory.residents.find(letter.execution_id)
        if resident is not None:
            self._put(resident, [letter])
            return
        self._absent[letter.execution_id] = [letter]
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_all())

    def is_expected(self, execution_id: str) -> bool:
        """Tell whether an execution is being read, because letters for it came first."""
        return execution_id in self._absent

    async def add(self, execution: Execution) -> Plan:
        """Make ready what a new execution needs before it can be taken in.

        Raises:
            NotFoundError: Its flow revision does not exist.
            InvalidError: Its flow no longer parses.
        """
        if self._plans is None:
            raise UnavailableError("the server is still starting; the same call may be repeated in a moment")
        plan = await self._plans.get((execution.namespace, execution.flow_id, execution.revision))
        await self._learn_limit(execution, plan)
        return plan

    def clear(self) -> list[Letter]:
        """Stop reading; gives the letters that were not delivered."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        undelivered = [letter for letters in self._absent.values() for letter in letters]
        self._absent.clear()
        return undelivered

    async def _read_all(self) -> None:
        at_once = _AT_ONCE
        while self._absent:
            wanted = list(self._absent)[:at_once]
            try:
                await self._read_some(wanted)
            except UnavailableError as error:
                self._refuse_those_who_wait(error)
                await asyncio.sleep(_PATIENCE_SECONDS)
            except Exception as error:  # noqa: BLE001 (one that cannot be read must not keep the others out)
                if len(wanted) == 1:
                    self._give_up(wanted[0], error)
                at_once = 1  # the one that cannot be read is found by reading one at a time
            else:
                at_once = _AT_ONCE
        self._reading = None

    def _give_up(self, execution_id: str, error: Exception) -> None:
        """Leave an execution as it is stored, since nothing can be made of its rows."""
        _log.error("execution %s cannot be read", execution_id, exc_info=error)
        for letter in self._absent.pop(execution_id, ()):
            letter.settle(UnavailableError(f"execution {execution_id} cannot be read: {error}"))

    def _refuse_those_who_wait(self, error: UnavailableError) -> None:
        for execution_id, letters in list(self._absent.items()):
            kept = [letter for letter in letters if letter.waiter is None]
            for letter in letters:
                letter.settle(error)
            if kept:
                self._absent[execution_id] = kept
            else:
                del self._absent[execution_id]

    async def _read_some(self, execution_ids: list[str]) -> None:
        found = await self._database.read(lambda connection: read_stored(connection, execution_ids))
        for execution_id in execution_ids:
            stored = found.get(execution_id)
            if stored is None:
                for letter in self._absent.pop(execution_id, ()):
                    letter.settle(NotFoundError("execution", execution_id))
            elif execution_id in self._absent:
                await self._settle_in(stored)

    async def _settle_in(self, stored: Stored) -> Resident:
        """Make an execution resident and give it the letters that waited for it."""
        execution = stored.execution
        fault = None
        try:
            plan = await self.add(execution)
        except (NotFoundError, InvalidError) as error:
            plan = empty_plan(execution)
            fault = f"The flow of this execution can no longer be read: {error}"
        owner = await self._owner_of(execution)
        run = Run.load(
            plan,
            execution,
            stored.task_runs,
            parent=owner.run if owner else None,
            children=_counted_children(plan, stored),
        )
        resident = Resident(self.prepare(run), owner=owner)
        letters = self._absent.pop(execution.id, [])
        if fault is not None:
            letters.insert(0, Letter(execution.id, fault=fault, is_internal=True))
        self._take_up(resident, stored.jobs, letters)
        self._memory.residents.add(resident)
        self._put(resident, letters)
        return resident

    async def _owner_of(self, execution: Execution) -> Resident | None:
        """Give the execution whose Loop this one is an iteration of; what it expects of it must be in memory."""
        if execution.kind is not ExecutionKind.LOOP or execution.parent_id is None:
            return None
        parent_id = execution.parent_id
        resident = self._memory.residents.find(parent_id)
        if resident is not None:
            return resident
        found = await self._database.read(lambda connection: read_stored(connection, [parent_id]))
        stored = found.get(parent_id)
        return await self._settle_in(stored) if stored is not None else None

    def _take_up(self, resident: Resident, jobs: list[Job], letters: list[Letter]) -> None:
        """Take up commands that were not answered when they were last in memory."""
        answered = {_answer_to(letter) for letter in letters}
        for job in jobs:
            resident.jobs.add(job.task_run_id)
            if (job.task_run_id, job.token) in answered or self._is_alive(job):
                continue
            work = job.work
            if isinstance(work, Evaluate) or (isinstance(work, RunTask) and work.task.is_inline):
                resident.pending[job.task_run_id] = work
            elif isinstance(work, RunTask):
                lost = TaskRunLost(at=self._memory.clock(), task_run_id=job.task_run_id, token=job.token)
                letters.append(Letter(resident.id, lost, is_internal=True))
            else:
                letters.append(Letter(resident.id, command=work, is_internal=True))

    async def _learn_limit(self, execution: Execution, plan: Plan) -> None:
        limits = plan.flow.concurrency
        if limits is None:
            return
        admission, key = self._memory.admission, (execution.namespace, execution.flow_id)
        admission.note_limits(key, execution.revision, limits)
        if not admission.is_known(key):
            await self.learn_limits(key)

    async def learn_limits(self, key: FlowKey) -> None:
        """Read the ledger of a flow and what it says of limits, unless they are known.

        Raises:
            UnavailableError: The database cannot be read.
        """
        admission = self._memory.admission
        if admission.is_known(key):
            return
        admission.begin_learning(key)
        ledger = await self._database.read(lambda connection: read_ledger(connection, key))
        revisions = {one.revision for one in ledger.standings} | {ledger.revision}
        for revision in sorted(revisions, reverse=True):
            try:
                plan = None if self._plans is None else await self._plans.get((*key, revision))
            except (NotFoundError, InvalidError):
                continue  # it limits nothing; who waits is told what is wrong when it is let in
            if plan is not None:
                admission.note_limits(key, revision, plan.flow.concurrency)
                break
        admission.learn(key, ledger.standings, ledger.starts)

    def _put(self, resident: Resident, letters: list[Letter]) -> None:
        self._memory.residents.touch(resident)
        resident.mail.extend(letters)
        if resident.has_work:
            self._memory.wake(resident)


def _counted_children(plan: Plan, stored: Stored) -> list[Execution]:
    """Give the children of task runs that count theirs, with those that are still being started or restarted."""
    controls = {one.id: plan.tasks[one.task_id].control for one in stored.task_runs if one.task_id in plan.tasks}
    children = {child.id: child for child in stored.children}
    asked: list[Execution] = []
    for job in stored.jobs:
        match job.work:
            case RestartChild(child_id=child_id) if child_id in children:
                children[child_id].state = State.RUNNING
            case StartChild() as work:
                asked.append(_asked_child(stored.execution, work))
            case _:
                pass
    return [
        child for child in (*children.values(), *asked) if controls.get(child.parent_task_run_id or "") in _COUNTING
    ]


def _asked_child(parent: Execution, work: StartChild) -> Execution:
    """Stand in for a child that has no id yet."""
    return Execution(
        id="",
        namespace=work.namespace,
        flow_id=work.flow_id,
        revision=0,
        dialect=parent.dialect,
        history=[(State.CREATED, 0)],
        parent_id=parent.id,
        parent_task_run_id=work.task_run_id,
        notes={"position": work.position},
    )


def _answer_to(letter: Letter) -> tuple[JobKey, int] | None:
    """Which job a letter answers."""
    if letter.job is not None:
        return letter.job, 0
    if isinstance(letter.event, TaskRunEnded):
        return letter.event.task_run_id, letter.event.token
    return None
