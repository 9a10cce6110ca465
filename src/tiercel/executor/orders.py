"""Commands carried out within a turn: what is memory is changed at once, all else waits in the draft for the commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from msgspec.structs import replace

from tiercel.engine import Plan, Run, World, variables
from tiercel.executor.draft import Draft
from tiercel.executor.letters import Letter, key_of
from tiercel.executor.memory import Memory
from tiercel.executor.residents import Resident
from tiercel.model.command import (
    AnnounceEnd,
    AnnounceOver,
    CancelTask,
    CancelTimer,
    CloseDirectory,
    Command,
    CreateExecution,
    Evaluate,
    KillChild,
    NotifyParent,
    OpenDirectory,
    RestartChild,
    ResumeChild,
    RunTask,
    StartChild,
    StoreOutputs,
    WakeAt,
    WriteLog,
)
from tiercel.model.event import (
    ChildEnded,
    ChildPaused,
    Event,
    ExecutionAdmitted,
    KillRequested,
    ResumeRequested,
)
from tiercel.model.execution import LINEAGE, Execution, ExecutionKind, TaskRun
from tiercel.model.log import LogEntry
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment, Crew
from tiercel.repository.announcements import encode
from tiercel.repository.records import Announcement, Work


@dataclass(frozen=True, slots=True)
class Office:
    """What turns work with; the same for all of them.

    Attributes:
        clock: Microseconds UTC.
        shard_of: Tells the shard of a new execution.
        is_watched: Tells whether Flow triggers look at executions of a flow that enter a state.
    """

    crew: Crew
    memory: Memory
    world: World
    clock: Callable[[], int]
    new_id: Callable[[], str]
    shard_of: Callable[[str], int]
    is_watched: Callable[[str, str, State], bool]


class Orders:
    """Carries out the commands of one execution in its turn."""

    __slots__ = ("_draft", "_execution", "_office", "_resident", "_run")

    def __init__(self, office: Office, draft: Draft, resident: Resident) -> None:
        self._office = office
        self._draft = draft
        self._resident = resident
        self._run: Run = resident.run
        self._execution: Execution = resident.run.execution

    def carry_out(self, command: Command) -> None:  # noqa: C901, PLR0912 (one arm a command)
        """Do what a command says."""
        draft, resident = self._draft, self._resident
        match command:
            case RunTask() | OpenDirectory() | CloseDirectory():
                self.assign(self.assignment(command, self._run.task_runs.get(command.task_run_id)))
            case Evaluate() | StoreOutputs():
                self.assign(self.assignment(command, None))
            case StartChild() | RestartChild():
                draft.keep_job(resident, command)
                draft.starts[resident.id, key_of(command)] = (resident, command)
            case CancelTask():
                self._cancel(command)
            case WakeAt():
                draft.set_timer(resident, (command.task_run_id, command.key), command.at)
            case CancelTimer():
                draft.set_timer(resident, (command.task_run_id, command.key), None)
            case CreateExecution():
                self.create(command.execution, self._run.plan)
            case KillChild():
                self.post(command.child_id, KillRequested(at=self._office.clock()))
            case ResumeChild():
                self.post(command.child_id, ResumeRequested(at=self._office.clock()))
            case WriteLog():
                draft.logs.append(self._line(command))
            case NotifyParent():
                self.notify_parent(command)
            case AnnounceEnd():
                self.announce_end(command.state)
            case AnnounceOver():
                self._announce_over()
            case _:
                assert_never(command)

    def _cancel(self, command: CancelTask) -> None:
        resident, key = self._resident, command.task_run_id
        resident.pending.pop(key, None)
        resident.unsaved.pop(key, None)
        if not command.is_killed and key in resident.jobs:
            self._draft.end_job(resident, key, command.token)
        self._draft.cancels.append((resident.id, key, command.token, command.is_killed))

    def create(self, child: Execution, plan: Plan) -> None:
        """Take in a new execution; it begins in a turn of its own."""
        office = self._office
        is_iteration = child.kind is ExecutionKind.LOOP
        child.shard = self._execution.shard if is_iteration else office.shard_of(child.id)
        owner = self._resident if is_iteration else None
        if is_iteration and LINEAGE in self._execution.notes:
            child.notes[LINEAGE] = self._execution.notes[LINEAGE]
        run = Run.start(plan, child, parent=owner.run if owner else None)
        newcomer = Resident(run, owner=owner, is_new=True)
        newcomer.run.outputs.load = self._run.outputs.load
        office.memory.residents.add(newcomer)
        newcomer.mail.append(Letter(child.id, is_arrival=True, is_internal=True))
        self._draft.touch(newcomer)
        office.memory.wake(newcomer)

    def notify_parent(self, command: NotifyParent) -> None:
        """Tell the execution that waits for this one."""
        execution, state = self._execution, command.state
        if execution.parent_id is None or execution.parent_task_run_id is None:
            return
        now, task_run_id = self._office.clock(), execution.parent_task_run_id
        position = execution.iteration.index if execution.iteration else int(execution.notes.get("position", 0))
        if state.is_terminal:
            event: Event = ChildEnded(
                at=now,
                task_run_id=task_run_id,
                child_id=execution.id,
                state=state,
                outputs=command.outputs,
                position=position,
                has_failed_outputs=command.has_failed_outputs,
            )
        else:
            event = ChildPaused(
                at=now,
                task_run_id=task_run_id,
                child_id=execution.id,
                is_paused=state is State.PAUSED,
                position=position,
            )
        self.post(execution.parent_id, event)

    def announce_end(self, state: State) -> None:
        """Give back the slot, and tell those who look at the execution how its main part has ended."""
        for execution_id in self._office.memory.admission.release(self._execution):
            self.post(execution_id, ExecutionAdmitted(at=self._office.clock()))
        self.announce_states()
        self._announce(state, len(self._execution.history) - 1)

    def announce_states(self) -> None:
        """Tell those who look at the execution what it went through; an end is told of when it is final."""
        history, resident = self._execution.history, self._resident
        first, resident.announced = resident.announced, len(history)
        for number in range(first, len(history)):
            state = history[number][0]
            if not state.is_terminal:
                self._announce(state, number)

    def _announce(self, state: State, number: int) -> None:
        execution = self._execution
        is_normal = execution.kind is ExecutionKind.NORMAL
        if not is_normal or not self._office.is_watched(execution.namespace, execution.flow_id, state):
            return
        then = replace(
            execution,
            state=state,
            history=execution.history[: number + 1],
            outputs=execution.outputs if state.is_terminal else None,
            notes={LINEAGE: execution.notes[LINEAGE]} if LINEAGE in execution.notes else {},
        )
        self._draft.announcements.append(
            Announcement(
                execution_id=execution.id,
                number=number,
                at=then.history[-1][1],
                task_run_count=self._run.next_number,
                execution=encode(then),
            )
        )

    def _announce_over(self) -> None:
        """Let nothing of it fire any more."""
        draft, resident = self._draft, self._resident
        for name in self._office.memory.timers.names(resident.id):
            draft.set_timer(resident, name, None)
        for name in list(draft.timers.get(resident.id, ())):
            draft.set_timer(resident, name, None)
        draft.note_over(resident)

    def post(self, execution_id: str, event: Event) -> None:
        """Tell another execution in the same commit; through the inbox when it is not in memory."""
        target = self._office.memory.residents.find(execution_id)
        letter = Letter(execution_id, event, shard=self._office.shard_of(execution_id), is_internal=True)
        if target is None:
            self._draft.posts.append(letter)
            return
        target.mail.append(letter)
        self._draft.owed[target.id] = target
        self._office.memory.wake(target)

    def _line(self, command: WriteLog) -> LogEntry:
        execution = self._execution
        task_run = self._run.task_runs.get(command.task_run_id) if command.task_run_id else None
        return LogEntry(
            at=self._office.clock(),
            level=command.level,
            message=self._office.world.mask(command.message, execution.inputs),
            namespace=execution.namespace,
            flow_id=execution.flow_id,
            execution_id=execution.id,
            task_id=task_run.task_id if task_run else None,
            task_run_id=command.task_run_id,
            attempt_number=_attempt_number(command, task_run) if task_run else None,
            execution_kind=execution.kind,
        )

    def assign(self, assignment: Assignment) -> None:
        """Hand work to a worker, once it is committed."""
        work = assignment.work
        self._draft.keep_job(self._resident, work)
        self._draft.assignments[self._execution.id, key_of(work)] = assignment

    def assignment(self, work: Work, task_run: TaskRun | None) -> Assignment:
        """Put together what is needed to carry out a command."""
        return Assignment(
            work=work,
            flow=self._run.plan.flow,
            execution=self._execution,
            task_run=task_run,
            attempt_number=_attempt_number(work, task_run),
            variables=variables(self._run, task_run, self._office.world),
        )


def _attempt_number(work: object, task_run: TaskRun | None) -> int:
    """Number the attempt from 1; one that has not been opened yet is the next."""
    if task_run is None or not task_run.attempts:
        return 1
    is_open = not task_run.attempts[-1].state.is_terminal
    return len(task_run.attempts) + (0 if is_open or not isinstance(work, RunTask) else 1)
