"""One turn of one execution: its mail is read, decisions are made, their commands carried out or put in the draft.

A turn reads mail first, so that a kill or a pause never waits behind work. Inline tasks and evaluations run at
once, until the turn's time is over; what is left stays pending and is kept as job rows if the draft is committed
before the next turn. Everything that reaches outside waits in the draft for the commit.
"""

from __future__ import annotations

from collections.abc import Iterable

from tiercel.engine import Facts, Run
from tiercel.engine.decide import decide_all
from tiercel.executor.abandon import abandon
from tiercel.executor.draft import Draft, token_of
from tiercel.executor.letters import JobKey, Letter, Newborn, key_of
from tiercel.executor.memory import Memory
from tiercel.executor.orders import Office, Orders
from tiercel.executor.residents import Resident
from tiercel.executor.timers import TimerName
from tiercel.model.command import (
    Evaluate,
    NotifyParent,
    RunTask,
    StoreOutputs,
)
from tiercel.model.event import (
    ChildEnded,
    ChildStarted,
    Event,
    ExecutionAdmitted,
    RestartRequested,
    TaskRunEnded,
    TaskRunStarted,
)
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment, Crew
from tiercel.repository.records import Work

TASK_RUNS_A_TURN = 500
TASK_RUNS_AT_ONCE = 100
"""So many inline task runs are decided about together, since nothing interrupts a decision."""

MICROS_A_TURN = 5_000
_NOT_ADMITTED = frozenset({State.CREATED, State.RESTARTED})
_ENDS = (TaskRunStarted, TaskRunEnded, ChildEnded)
_ENDS_AT_ONCE = 50
_EVERY_TOKEN = 2**31 - 1
SCHEDULED = "@scheduled"
"""Key of the executor's own timer for an execution that is to start later."""


def take_turn(office: Office, draft: Draft, resident: Resident) -> None:
    """Let an execution do what it has to, within the limits of a turn."""
    Turn(office, draft, resident).take()


class Turn:
    """The turn under way."""

    __slots__ = ("_draft", "_execution", "_office", "_orders", "_resident", "_run")

    def __init__(self, office: Office, draft: Draft, resident: Resident) -> None:
        self._office = office
        self._draft = draft
        self._resident = resident
        self._run: Run = resident.run
        self._execution: Execution = resident.run.execution
        self._orders = Orders(office, draft, resident)

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
        if self._execution.error is not None:
            self._execution.error = office.world.mask(self._execution.error, self._execution.inputs)
        if resident.announced < len(self._execution.history):
            self._orders.announce_states()
        self._draft.weight += 1 + TASK_RUNS_A_TURN - left

    def _take_wave(self, limit: int, deadline: int) -> int:
        """Carry out the commands of the last decision and decide once about all they led to; tells how many."""
        resident, clock = self._resident, self._office.clock
        answers: list[Event] = []
        count = min(limit, len(resident.pending), TASK_RUNS_AT_ONCE)
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
            if _is_set_again(draft, self._office.memory, resident.id, letter.timer):
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
            self._orders.carry_out(letter.command)
        elif letter.newborn is not None:
            self._bear(letter.newborn, letter.event)
        elif letter.errand is not None and letter.event is not None:
            self._tell(letter.event)
            self._orders.post(*letter.errand)
        elif letter.is_internal and isinstance(letter.event, RestartRequested):
            self._begin_again(letter.event)
        elif letter.event is not None:
            self._receive(letter.event, events)
        elif letter.is_arrival:
            self._arrive(events)

    def _receive(self, event: Event, events: list[Event]) -> None:
        if isinstance(event, TaskRunEnded) and event.task_run_id in self._resident.jobs:
            task_run = self._run.task_runs.get(event.task_run_id)
            if task_run is None or task_run.token == event.token:
                self._draft.end_job(self._resident, event.task_run_id, event.token)
        verdict = self._office.memory.admission.before(self._run, event)
        events.extend(verdict.events)
        if verdict.start is not None:
            self._draft.limit_starts.append(verdict.start)
        for execution_id in verdict.following:
            self._orders.post(execution_id, ExecutionAdmitted(at=self._office.clock()))

    def _begin_again(self, event: RestartRequested) -> None:
        """Restart for the parent's sake; one that cannot begin again tells it so, or it would wait for ever."""
        self._tell(event)
        if self._execution.state.is_terminal:
            self._orders.notify_parent(NotifyParent(self._execution.state))

    def _abandon(self, reason: str) -> None:
        resident = self._resident
        resident.pending.clear()
        resident.unsaved.clear()
        for key in list(resident.jobs):
            self._draft.end_job(resident, key, _EVERY_TOKEN)
        for command in abandon(self._run, reason, Facts(self._office.clock(), self._office.new_id)):
            self._orders.carry_out(command)

    def _arrive(self, events: list[Event]) -> None:
        """Let a new execution begin now, or at its time."""
        due = self._execution.scheduled_at
        if self._execution.is_over:  # refused before it was stored
            self._draft.note_over(self._resident)
            if self._resident.announced == 0:
                self._orders.announce_end(self._execution.state)
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
            self._orders.create(newborn.execution, newborn.plan)
            self._tell(event)

    def _tell(self, event: Event) -> None:
        self._tell_all((event,))

    def _tell_all(self, events: Iterable[Event]) -> None:
        """Decide about events. Commands that may take long go to the pending ones, the others are done at once."""
        resident = self._resident
        office = self._office
        for command in decide_all(self._run, events, Facts(office.clock(), office.new_id, office.world.encrypt)):
            if isinstance(command, Evaluate) or (isinstance(command, RunTask) and command.task.is_inline):
                key = key_of(command)
                resident.pending[key] = command
                resident.unsaved[key] = command
            else:
                self._orders.carry_out(command)
        if self._execution.state is State.RESTARTED:
            again: list[Event] = []
            self._admit(again)
            self._tell_all(again)

    def _answer(self, key: JobKey, work: Work) -> Event | None:
        """Run an inline task or evaluate; None when it is handed to a worker or no longer wanted."""
        resident = self._resident
        resident.unsaved.pop(key, None)
        task_run_id = None if isinstance(work, StoreOutputs) else work.task_run_id
        task_run = self._run.task_runs.get(task_run_id) if task_run_id else None
        if isinstance(work, RunTask) and not _is_wanted(task_run, work):
            if key in resident.jobs:
                self._draft.end_job(resident, key, work.token)
            return None
        assignment = self._orders.assignment(work, task_run)
        event = _try_here(self._office.crew, self._draft, assignment)
        if event is None:
            self._orders.assign(assignment)
        elif key in resident.jobs:
            self._draft.end_job(resident, key, token_of(work))
        return event


def _is_set_again(draft: Draft, memory: Memory, execution_id: str, timer: TimerName) -> bool:
    """Tell whether a timer that fired was set anew before its execution could read that it did."""
    return draft.timers.get(execution_id, {}).get(timer) is not None or timer in memory.timers.names(execution_id)


def _is_wanted(task_run: TaskRun | None, work: RunTask) -> bool:
    """Tell whether the attempt may still begin: it was not killed, ended or dispatched anew."""
    return task_run is not None and task_run.token == work.token and not task_run.state.is_terminal


def _try_here(crew: Crew, draft: Draft, assignment: Assignment) -> Event | None:
    """Do work at once, if that can be done without a worker."""
    if isinstance(assignment.work, Evaluate):
        return crew.evaluate(assignment)
    result = crew.run_inline(assignment)
    if result is None:
        return None
    draft.logs.extend(result.logs)
    draft.metrics.extend(result.metrics)
    return result.event
