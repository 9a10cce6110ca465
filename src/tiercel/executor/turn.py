"""One turn of one execution: its mail is read, decisions are made, their commands carried out or put in the draft.

A turn reads mail first, so that a kill or a pause never waits behind work. Inline tasks and evaluations run at
once, until the turn's time is over; what is left stays pending and is kept as job rows if the draft is committed
before the next turn. Everything that reaches outside waits in the draft for the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import assert_never

from tiercel.engine import Facts, Plan, Run, World, variables
from tiercel.engine.decide import decide_all
from tiercel.executor.abandon import abandon
from tiercel.executor.draft import Draft, token_of
from tiercel.executor.letters import JobKey, Letter, Newborn, key_of
from tiercel.executor.memory import Memory
from tiercel.executor.residents import Resident
from tiercel.executor.timers import TimerName
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
    WakeAt,
    WriteLog,
)
from tiercel.model.event import (
    ChildEnded,
    ChildPaused,
    ChildStarted,
    Event,
    ExecutionAdmitted,
    KillRequested,
    RestartRequested,
    ResumeRequested,
    TaskRunEnded,
    TaskRunStarted,
)
from tiercel.model.execution import Execution, ExecutionKind, TaskRun
from tiercel.model.log import LogEntry
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment, Crew
from tiercel.repository.records import Work

TASK_RUNS_A_TURN = 500
MICROS_A_TURN = 5_000
_NOT_ADMITTED = frozenset({State.CREATED, State.RESTARTED})
_ENDS = (TaskRunStarted, TaskRunEnded, ChildEnded)
_ENDS_AT_ONCE = 50
_EVERY_TOKEN = 2**31 - 1
SCHEDULED = "@scheduled"
"""Key of the executor's own timer for an execution that is to start later."""


@dataclass(frozen=True, slots=True)
class Office:
    """What turns work with; the same for all of them.

    Attributes:
        clock: Microseconds UTC.
        shard_of: Tells the shard of a new execution.
        on_end: Told of every execution whose main part has ended, within the turn.
    """

    crew: Crew
    memory: Memory
    world: World
    clock: Callable[[], int]
    new_id: Callable[[], str]
    shard_of: Callable[[str], int]
    on_end: Callable[[Execution, State], None]


def take_turn(office: Office, draft: Draft, resident: Resident) -> None:
    """Let an execution do what it has to, within the limits of a turn."""
    Turn(office, draft, resident).take()


class Turn:
    """The turn under way."""

    __slots__ = ("_draft", "_execution", "_office", "_resident", "_run")

    def __init__(self, office: Office, draft: Draft, resident: Resident) -> None:
        self._office = office
        self._draft = draft
        self._resident = resident
        self._run: Run = resident.run
        self._execution: Execution = resident.run.execution

    def take(self) -> None:
        """Read the mail, then carry out pending commands."""
        office, resident = self._office, self._resident
        self._draft.touch(resident)
        deadline = office.clock() + MICROS_A_TURN
        left = TASK_RUNS_A_TURN
        while resident.mail and left > 0:
            left -= self._read_mail()
            if office.clock() >= deadline:
                break
        while resident.pending and left > 0:
            left -= self._take_wave(left, deadline)
            if office.clock() >= deadline:
                break
        self._draft.weight += 1 + TASK_RUNS_A_TURN - left

    def _take_wave(self, limit: int, deadline: int) -> int:
        """Carry out the commands of the last decision and decide once about all they led to; tells how many."""
        resident, clock = self._resident, self._office.clock
        answers: list[Event] = []
        count = min(limit, len(resident.pending))
        for done in range(1, count + 1):
            answer = self._answer(*resident.pending.popitem(last=False))
            if answer is not None:
                answers.append(answer)
            if clock() >= deadline:
                count = done
                break
        if answers:
            self._tell_all(answers)
        return count

    def _read_mail(self) -> int:
        """Read a letter; ends that stand side by side are read together and decided about once; tells how many."""
        mail = self._resident.mail
        events: list[Event] = []
        count = 0
        while mail and count < _ENDS_AT_ONCE:
            is_end = isinstance(mail[0].event, _ENDS) and mail[0].newborn is None
            if count and not is_end:
                break
            self._read(mail.popleft(), events)
            count += 1
            if not is_end:
                break
        if events:
            self._tell_all(events)
        return count

    def _read(self, letter: Letter, events: list[Event]) -> None:
        """Note what a letter brings along; what is to be decided about goes to ``events``."""
        draft, resident = self._draft, self._resident
        draft.letters.append(letter)
        draft.logs.extend(letter.logs)
        draft.metrics.extend(letter.metrics)
        if letter.job is not None:
            if letter.job not in resident.jobs:
                return  # answered before, or no longer wanted
            draft.end_job(resident, letter.job, int(getattr(letter.event, "token", 0)))
        if letter.timer is not None:
            if self._is_set_again(letter.timer):
                return
            draft.set_timer(resident, letter.timer, None)
            if letter.timer[1] == SCHEDULED:
                self._admit(events)
                return
        self._act_on(letter, events)

    def _act_on(self, letter: Letter, events: list[Event]) -> None:
        if letter.fault is not None:
            self._abandon(letter.fault)
        elif letter.command is not None:
            self._carry_out(letter.command)
        elif letter.newborn is not None:
            self._bear(letter.newborn, letter.event)
        elif letter.errand is not None and letter.event is not None:
            self._tell(letter.event)
            self._post(*letter.errand)
        elif letter.is_internal and isinstance(letter.event, RestartRequested):
            self._begin_again(letter.event)
        elif letter.event is not None:
            self._receive(letter.event, events)
        elif letter.is_arrival:
            self._arrive(events)

    def _is_set_again(self, timer: TimerName) -> bool:
        """Tell whether a timer that fired was set anew before its execution could read that it did."""
        if self._draft.timers.get((self._resident.id, timer)) is not None:
            return True
        return timer in self._office.memory.timers.names(self._resident.id)

    def _receive(self, event: Event, events: list[Event]) -> None:
        if isinstance(event, TaskRunEnded) and event.task_run_id in self._resident.jobs:
            task_run = self._run.task_runs.get(event.task_run_id)
            if task_run is None or task_run.token == event.token:
                self._draft.end_job(self._resident, event.task_run_id, event.token)
        events.extend(self._office.memory.admission.before(self._run, event))

    def _begin_again(self, event: RestartRequested) -> None:
        """Restart for the parent's sake; one that cannot begin again tells it so, or it would wait for ever."""
        self._tell(event)
        if self._execution.state.is_terminal:
            self._notify_parent(NotifyParent(self._execution.state))

    def _abandon(self, reason: str) -> None:
        resident = self._resident
        resident.pending.clear()
        resident.unsaved.clear()
        for key in list(resident.jobs):
            self._draft.end_job(resident, key, _EVERY_TOKEN)
        for command in abandon(self._run, reason, Facts(self._office.clock(), self._office.new_id)):
            self._carry_out(command)

    def _arrive(self, events: list[Event]) -> None:
        """Let a new execution begin now, or at its time."""
        due = self._execution.scheduled_at
        if self._execution.is_over:  # refused before it was stored
            self._draft.over[self._resident.id] = self._resident
        elif due is not None and due > self._office.clock():
            self._draft.set_timer(self._resident, (None, SCHEDULED), due)
        else:
            self._admit(events)

    def _admit(self, events: list[Event]) -> None:
        if self._execution.state in _NOT_ADMITTED:
            self._receive(ExecutionAdmitted(at=self._office.clock()), events)

    def _bear(self, newborn: Newborn, event: Event | None) -> None:
        """Create a child whose start was prepared, unless its task run was ended in the meantime."""
        if not isinstance(event, ChildStarted):
            return
        task_run = self._run.task_runs.get(event.task_run_id)
        if task_run is not None and not task_run.state.is_terminal:
            self._create(newborn.execution, newborn.plan)
            self._tell(event)

    def _tell(self, event: Event) -> None:
        self._tell_all((event,))

    def _tell_all(self, events: Iterable[Event]) -> None:
        """Decide about events. Commands that may take long go to the pending ones, the others are done at once."""
        resident = self._resident
        for command in decide_all(self._run, events, Facts(self._office.clock(), self._office.new_id)):
            if isinstance(command, Evaluate) or (isinstance(command, RunTask) and command.task.is_inline):
                key = key_of(command)
                resident.pending[key] = command
                resident.unsaved[key] = command
            else:
                self._carry_out(command)
        if self._execution.state is State.RESTARTED:
            again: list[Event] = []
            self._admit(again)
            self._tell_all(again)

    def _answer(self, key: JobKey, work: Work) -> Event | None:
        """Run an inline task or evaluate; None when it is handed to a worker or no longer wanted."""
        resident = self._resident
        resident.unsaved.pop(key, None)
        task_run = self._run.task_runs.get(work.task_run_id) if work.task_run_id else None
        if isinstance(work, RunTask) and not _is_wanted(task_run, work):
            if key in resident.jobs:
                self._draft.end_job(resident, key, work.token)
            return None
        assignment = self._assignment(work, task_run)
        event = self._try_here(assignment)
        if event is None:
            self._assign(assignment)
        elif key in resident.jobs:
            self._draft.end_job(resident, key, token_of(work))
        return event

    def _try_here(self, assignment: Assignment) -> Event | None:
        crew = self._office.crew
        if isinstance(assignment.work, Evaluate):
            return crew.evaluate(assignment)
        result = crew.run_inline(assignment)
        if result is None:
            return None
        self._draft.logs.extend(result.logs)
        self._draft.metrics.extend(result.metrics)
        return result.event

    def _assign(self, assignment: Assignment) -> None:
        work = assignment.work
        self._draft.keep_job(self._resident, work)
        self._draft.assignments[self._execution.id, key_of(work)] = assignment

    def _assignment(self, work: Work, task_run: TaskRun | None) -> Assignment:
        return Assignment(
            work=work,
            flow=self._run.plan.flow,
            execution=self._execution,
            task_run=task_run,
            attempt_number=_attempt_number(work, task_run),
            variables=variables(self._run, task_run, self._office.world),
        )

    def _carry_out(self, command: Command) -> None:  # noqa: C901, PLR0912 (one arm a command)
        draft, resident = self._draft, self._resident
        match command:
            case RunTask() | OpenDirectory() | CloseDirectory():
                self._assign(self._assignment(command, self._run.task_runs.get(command.task_run_id)))
            case Evaluate():
                self._assign(self._assignment(command, None))
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
                self._create(command.execution, self._run.plan)
            case KillChild():
                self._post(command.child_id, KillRequested(at=self._office.clock()))
            case ResumeChild():
                self._post(command.child_id, ResumeRequested(at=self._office.clock()))
            case WriteLog():
                draft.logs.append(self._line(command))
            case NotifyParent():
                self._notify_parent(command)
            case AnnounceEnd():
                self._announce_end(command.state)
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

    def _create(self, child: Execution, plan: Plan) -> None:
        """Take in a new execution; it begins in a turn of its own."""
        office = self._office
        is_iteration = child.kind is ExecutionKind.LOOP
        child.shard = self._execution.shard if is_iteration else office.shard_of(child.id)
        owner = self._resident if is_iteration else None
        newcomer = Resident(Run.start(plan, child, parent=owner.run if owner else None), owner=owner)
        newcomer.run.outputs.load = self._run.outputs.load
        office.memory.residents.add(newcomer)
        newcomer.mail.append(Letter(child.id, is_arrival=True, is_internal=True))
        self._draft.touch(newcomer)
        office.memory.wake(newcomer)

    def _notify_parent(self, command: NotifyParent) -> None:
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
                outputs=execution.outputs,
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
        self._post(execution.parent_id, event)

    def _announce_end(self, state: State) -> None:
        for execution_id in self._office.memory.admission.release(self._execution):
            self._post(execution_id, ExecutionAdmitted(at=self._office.clock()))
        self._office.on_end(self._execution, state)

    def _announce_over(self) -> None:
        """Let nothing of it fire any more."""
        draft, resident = self._draft, self._resident
        for name in self._office.memory.timers.names(resident.id):
            draft.set_timer(resident, name, None)
        for (execution_id, name), at in list(draft.timers.items()):
            if execution_id == resident.id and at is not None:
                draft.set_timer(resident, name, None)
        draft.over[resident.id] = resident

    def _post(self, execution_id: str, event: Event) -> None:
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
            message=command.message,
            namespace=execution.namespace,
            flow_id=execution.flow_id,
            execution_id=execution.id,
            task_id=task_run.task_id if task_run else None,
            task_run_id=command.task_run_id,
            attempt_number=_attempt_number(command, task_run) if task_run else None,
            execution_kind=execution.kind,
        )


def _is_wanted(task_run: TaskRun | None, work: RunTask) -> bool:
    """Tell whether the attempt may still begin: it was not killed, ended or dispatched anew."""
    return task_run is not None and task_run.token == work.token and not task_run.state.is_terminal


def _attempt_number(work: object, task_run: TaskRun | None) -> int:
    """Number the attempt from 1; one that has not been opened yet is the next."""
    if task_run is None or not task_run.attempts:
        return 1
    is_open = not task_run.attempts[-1].state.is_terminal
    return len(task_run.attempts) + (0 if is_open or not isinstance(work, RunTask) else 1)
