"""Pause: the execution waits until somebody, or the clock, lets it go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tiercel.engine import durations, ending, resuming
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.plan import MAIN
from tiercel.engine.scope import OVER, Scope
from tiercel.expressions.values import LocalDateTime
from tiercel.model.command import CancelTimer, Evaluate, NotifyParent, WakeAt
from tiercel.model.event import Evaluated, ResumeRequested
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.state import State

PURPOSE = "pause"
DURATION = "pauseDuration"
TIMEOUT = "pauseTimeout"
BEHAVIOR = "behavior"
ON_PAUSE = "onPause"
BY_TIME = {
    "RESUME": State.SUCCESS,
    "WARN": State.WARNING,
    "FAIL": State.FAILED,
    "CANCEL": State.CANCELLED,
}


class Pause(Flowable):
    """Its own ``tasks`` (an old form) run after it was resumed."""

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Ask how long, then pause."""
        if task_run.notes.get("asked"):
            return
        task_run.notes["asked"] = True
        decision.run.touch(task_run)
        own = task.properties
        times = {
            "duration": own.get(DURATION) or own.get("delay"),
            "timeout": task.timeout,
            BEHAVIOR: own.get(BEHAVIOR, "RESUME"),
        }
        decision.order(Evaluate(task_run.id, PURPOSE, times))

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Pause, and set the timer that ends it."""
        if event.purpose != PURPOSE or task_run.state not in {State.CREATED, State.RESTARTED}:
            return
        if event.error is not None:
            ending.fail(decision, task_run, event.error)
            return
        try:
            timer = _timer(event.value)
        except ValueError as error:
            ending.fail(decision, task_run, str(error))
            return
        task_run.notes[BEHAVIOR] = event.value.get(BEHAVIOR)
        decision.open_attempt(task_run)
        decision.enter(task_run, State.PAUSED)
        pause_execution(decision)
        if timer is not None:
            decision.order(WakeAt(timer[0], decision.now + timer[1], task_run.id))
        scope = decision.run.scope(task_run.id)
        for child in decision.run.plan.children(scope.task_id, ON_PAUSE):
            decision.create(scope, child, ON_PAUSE)

    def create_next(self, decision: Decision, scope: Scope) -> bool:
        """The tasks of the old form, one after another."""
        return not decision.run.plan.has_list(scope.task_id, MAIN) or super().create_next(decision, scope)

    def skips_finally(self, decision: Decision, scope: Scope) -> bool:
        """Never: a Pause without tasks has not chosen an empty branch."""
        del decision, scope
        return False

    def woken(self, decision: Decision, task_run: TaskRun, key: str) -> None:
        """The time is up."""
        if task_run.state is not State.PAUSED:
            return
        if key == TIMEOUT:
            task = decision.run.task_of(task_run)
            if decision.run.plan.has_list(task_run.task_id, MAIN):
                decision.enter(task_run, State.RUNNING)
            end_pause(decision, task_run, ending.soften(task, State.FAILED), is_by_hand=False)
        elif key == DURATION:
            state = BY_TIME.get(str(task_run.notes.get(BEHAVIOR)), State.SUCCESS)
            end_pause(decision, task_run, state, is_by_hand=False)

    def resume(self, decision: Decision, task_run: TaskRun, event: ResumeRequested) -> None:
        """End the pause by hand."""
        if task_run.state is State.PAUSED:
            end_pause(decision, task_run, event.state, is_by_hand=True, inputs=event.inputs, by=event.by)


def pause_execution(decision: Decision) -> None:
    """Bring a running execution into PAUSED and tell the parent."""
    execution = decision.run.execution
    if execution.state is not State.RUNNING:
        return
    decision.enter_execution(State.PAUSED)
    if execution.parent_id is not None:
        decision.order(NotifyParent(State.PAUSED))


def end_pause(
    decision: Decision,
    task_run: TaskRun,
    state: State,
    *,
    is_by_hand: bool,
    inputs: dict[str, Json] | None = None,
    by: str | None = None,
) -> None:
    """End a paused task run in ``state`` (RUNNING means as if it had succeeded) and let the execution go on."""
    resumed: dict[str, Json] = {"on": local_time(decision.now), "to": state.value}
    if by is not None:
        resumed["by"] = by
    outputs: dict[str, Json] = {"onResume": inputs or {}} if is_by_hand else {}
    task_run.outputs = {**outputs, "resumed": resumed}
    for key in (DURATION, TIMEOUT):
        decision.order(CancelTimer(key, task_run.id))
    decision.run.touch(task_run)
    execution = decision.run.execution
    resuming.count_attempt(execution)
    if state is State.CANCELLED:
        resuming.cancel(decision, task_run)
        return
    resuming.let_go_on(decision)
    if is_by_hand and not decision.run.plan.rules.resumes_to_any_state:
        state = State.RUNNING
    if state in {State.RUNNING, State.SUCCESS} and decision.run.plan.has_list(task_run.task_id, MAIN):
        decision.enter(task_run, State.RUNNING)
        decision.advance(task_run.id)
        return
    final = State.SUCCESS if state is State.RUNNING else state
    decision.set_phase(decision.run.scope(task_run.id), OVER)
    decision.close_attempt(task_run, final)
    decision.enter(task_run, final)


def _timer(times: Json) -> tuple[str, int] | None:
    if times.get("duration"):
        return DURATION, durations.microseconds(times["duration"])
    if times.get("timeout"):
        return TIMEOUT, durations.microseconds(times["timeout"])
    return None


def local_time(at: int) -> str:
    """A moment as the outputs of tasks that wait tell it: date and time in UTC, without the zone."""
    second, micros = divmod(at, durations.MICROS)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    return str(LocalDateTime(moment.replace(tzinfo=None), micros * 1000))
