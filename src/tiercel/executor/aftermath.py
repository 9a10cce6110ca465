"""What follows a commit: answers, timers, work for the crew, children to prepare, news for those who follow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from functools import partial

from tiercel.errors import TiercelError, UnavailableError
from tiercel.executor.draft import Draft
from tiercel.executor.endings import Endings
from tiercel.executor.intake import Intake
from tiercel.executor.letters import JobKey, Letter, Newborn, key_of
from tiercel.executor.memory import Memory
from tiercel.executor.ports import Staff
from tiercel.executor.residents import Resident
from tiercel.executor.stream import Stream
from tiercel.model.command import RestartChild, StartChild
from tiercel.model.event import ChildRefused, ChildStarted, RestartRequested, TaskRunEnded
from tiercel.model.execution import Execution
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment, Crew
from tiercel.repository.database import Database
from tiercel.repository.executions import get_execution
from tiercel.repository.records import Job

_ASSIGNED_AT_ONCE = 100
_PATIENCE_SECONDS = 1.0
_log = logging.getLogger("tiercel.executor")


class Aftermath:
    """Carries out what drafts left for after their commit."""

    def __init__(self, memory: Memory, intake: Intake, endings: Endings, database: Database, stream: Stream) -> None:
        self._database = database
        self._memory = memory
        self._endings = endings
        self._intake = intake
        self._stream = stream
        self._clock = memory.clock
        self._starting: dict[tuple[str, JobKey], asyncio.Task[None]] = {}
        self._staff: Staff | None = None

    def open(self, staff: Staff) -> None:
        """Say who works and who prepares children; before the first commit."""
        self._staff = staff

    def is_starting(self, job: Job) -> bool:
        """Tell whether a child is being prepared for that job."""
        return (job.execution_id, job.task_run_id) in self._starting

    def follow(self, draft: Draft) -> Iterator[None]:
        """Do all that waited for the commit of the draft; others may have the loop between its steps."""
        for execution_id, names in draft.timers.items():
            for name, value in names.items():
                if value is None:
                    self._memory.timers.cancel(execution_id, name)
                else:
                    self._memory.timers.set(execution_id, name, value[0])
        for letter in draft.letters:
            letter.settle()
        draft.publish(self._stream)
        if self._staff is not None:
            self._stream.tally.dispatched += len(draft.assignments)
            yield from _assign(list(draft.assignments.values()), self._staff.crew)
            self._cancel(draft, self._staff.crew)
        for (execution_id, key), (resident, work) in draft.starts.items():
            task = asyncio.create_task(self._start(resident, work))
            self._starting[execution_id, key] = task
            task.add_done_callback(partial(self._forget, (execution_id, key)))
        for resident in draft.over.values():
            resident.untold_ends -= 1
            self._stream.tally.note_end(resident.run.execution)
            self._endings.tell(resident.run.execution)
        for resident in draft.touched.values():
            is_resident = self._memory.residents.find(resident.id) is resident
            if is_resident and resident.run.execution.is_over and resident.may_leave:
                self._memory.residents.drop(resident.id)

    def stop(self) -> None:
        """Stop preparing children."""
        for task in list(self._starting.values()):
            task.cancel()

    def _forget(self, which: tuple[str, JobKey], task: asyncio.Task[None]) -> None:
        del task
        self._starting.pop(which, None)

    def _cancel(self, draft: Draft, crew: Crew) -> None:
        for execution_id, task_run_id, token, is_killed in draft.cancels:
            is_here = crew.cancel(execution_id, task_run_id, token, is_killed=is_killed)
            if is_killed and not is_here:
                event = TaskRunEnded(at=self._clock(), task_run_id=task_run_id, token=token, state=State.KILLED)
                self._intake.deliver(Letter(execution_id, event))

    async def _start(self, resident: Resident, work: StartChild | RestartChild) -> None:
        """Prepare a child execution, or restart one, and tell the parent; goes on trying while the database is away."""
        while True:
            try:
                letter = await self._prepare(resident.run.execution, work)
            except UnavailableError:
                await asyncio.sleep(_PATIENCE_SECONDS)
                continue
            except Exception as error:  # noqa: BLE001 (the parent must not wait for ever)
                _log.exception("a child of execution %s could not be prepared", resident.id)
                letter = self._refusal(resident.run.execution, work, f"{type(error).__name__}: {error}")
            self._intake.deliver(letter)
            return

    async def _prepare(self, parent: Execution, work: StartChild | RestartChild) -> Letter:
        if self._staff is None:
            raise UnavailableError("the server is still starting; the same call may be repeated in a moment")
        key, now = key_of(work), self._clock()
        try:
            if isinstance(work, RestartChild):
                await self._database.read(partial(get_execution, execution_id=work.child_id))
                started = ChildStarted(
                    at=now, task_run_id=work.task_run_id, child_id=work.child_id, position=work.position
                )
                return Letter(parent.id, started, job=key, errand=(work.child_id, RestartRequested(at=now)))
            child = await self._staff.starter.prepare(parent, work)
            plan = await self._intake.add(child)
        except UnavailableError:
            raise
        except TiercelError as error:
            return self._refusal(parent, work, str(error))
        started = ChildStarted(at=now, task_run_id=work.task_run_id, child_id=child.id, position=work.position)
        return Letter(parent.id, started, job=key, newborn=Newborn(child, plan))

    def _refusal(self, parent: Execution, work: StartChild | RestartChild, message: str) -> Letter:
        refused = ChildRefused(at=self._clock(), task_run_id=work.task_run_id, message=message, position=work.position)
        return Letter(parent.id, refused, job=key_of(work))


def _assign(assignments: Sequence[Assignment], crew: Crew) -> Iterator[None]:
    for start in range(0, len(assignments), _ASSIGNED_AT_ONCE):
        crew.assign(assignments[start : start + _ASSIGNED_AT_ONCE])
        yield
