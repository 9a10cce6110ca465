"""Attempts of runnable tasks: dispatched with a fencing token, ended by a worker, tried again or ended for good."""

from __future__ import annotations

from tiercel.engine import ending, exits, kill, retries
from tiercel.engine.decision import Decision
from tiercel.engine.effects import apply_effects
from tiercel.engine.stopping import WORKING_DIRECTORY
from tiercel.model.command import RunTask
from tiercel.model.event import TaskRunEnded, TaskRunLost, TaskRunStarted
from tiercel.model.execution import Attempt, TaskRun
from tiercel.model.flow import TaskDefinition, TaskKind
from tiercel.model.log import LogLevel
from tiercel.model.state import State

UNDER_WAY = frozenset({State.CREATED, State.RESTARTED, State.SUBMITTED, State.RUNNING, State.KILLING})
"""States in which an attempt may be told to have begun or ended; an inline one is not SUBMITTED before."""


def dispatch(decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
    """Order one attempt; an inline one is answered within the pass and is never SUBMITTED."""
    task_run.token += 1
    if task.is_inline:
        decision.run.touch(task_run)
        decision.order(RunTask(task_run.id, task_run.token, task))
        return
    decision.enter(task_run, State.SUBMITTED)
    decision.order(RunTask(task_run.id, task_run.token, task, _directory_id(decision, task_run)))


def started(decision: Decision, event: TaskRunStarted) -> None:
    """A worker began."""
    task_run = _current(decision, event.task_run_id, event.token)
    if task_run is not None and task_run.state is State.SUBMITTED:
        decision.open_attempt(task_run, event.at, event.worker_id)
        if decision.run.task_of(task_run).kind is TaskKind.FLOWABLE:
            decision.advance(task_run.id)  # A WorkingDirectory is open now.


def ended(decision: Decision, event: TaskRunEnded) -> None:
    """An attempt ended: keep what it produced, then retry or end the task run."""
    task_run = _current(decision, event.task_run_id, event.token)
    if task_run is None:
        return
    if not event.has_run:
        task_run.attempts.append(Attempt(history=[(State.CREATED, decision.now)]))
    elif not task_run.attempts or task_run.attempts[-1].state.is_terminal:
        decision.open_attempt(task_run, event.started_at)
    task_run.token += 1  # The same result told again is void.
    task_run.outputs = event.outputs or None
    task_run.outputs_uri = event.outputs_uri
    if event.error is not None:
        decision.log(task_run, LogLevel.ERROR, event.error)
    exit_state = event.effects.exit_state if event.effects is not None else None
    attempt_state = exit_state or event.state
    if decision.run.task_of(task_run).kind is not TaskKind.RUNNABLE:
        attempt_state = _softened_attempt(decision, task_run, attempt_state)
    decision.close_attempt(task_run, attempt_state, event.log_file)
    state = State.KILLED if kill.is_killing(decision) else event.state
    if event.effects is not None and state is not State.KILLED:
        apply_effects(decision, event.effects)
        if exit_state is not None:
            exits.leave(decision, task_run, exit_state)
            return
    conclude(decision, task_run, state, is_final=event.is_final)


def conclude(decision: Decision, task_run: TaskRun, state: State, *, is_final: bool = False) -> None:
    """End a task run whose attempt ended in ``state``, unless it is to be tried again."""
    if is_final or state is State.KILLED:
        decision.enter(task_run, state)
        return
    if state is State.FAILED and retries.try_again(decision, task_run):
        return
    if state is State.SUCCESS and retries.warns(decision, task_run):
        state = State.WARNING
    decision.enter(task_run, ending.soften(decision.run.task_of(task_run), state))


def end_attempt(decision: Decision, task_run: TaskRun, state: State) -> None:
    """End the attempt of a task run that started other executions, then retry or end the task run."""
    decision.close_attempt(task_run, _softened_attempt(decision, task_run, state))
    conclude(decision, task_run, state)


def end_unstarted(decision: Decision, task_run: TaskRun) -> None:
    """Fail a task run whose execution could not be started; its attempt never ran."""
    moment = decision.now
    if task_run.state is State.RUNNING:
        end_attempt(decision, task_run, State.FAILED)
        return
    task_run.attempts.append(Attempt(history=[(State.CREATED, moment), (State.FAILED, moment)]))
    conclude(decision, task_run, State.FAILED)


def _directory_id(decision: Decision, task_run: TaskRun) -> str | None:
    above = decision.run.local_parent(task_run)
    is_shared = above is not None and decision.run.task_of(above).control == WORKING_DIRECTORY
    return above.id if above is not None and is_shared else None


def _softened_attempt(decision: Decision, task_run: TaskRun, state: State) -> State:
    return ending.soften(decision.run.task_of(task_run), state)


def lost(decision: Decision, event: TaskRunLost) -> None:
    """The worker died: its attempt is RESUBMITTED and another one begins."""
    task_run = _current(decision, event.task_run_id, event.token)
    if task_run is None:
        return
    decision.close_attempt(task_run, State.RESUBMITTED)
    if kill.is_killing(decision):
        decision.enter(task_run, State.KILLED)
    else:
        dispatch(decision, task_run, decision.run.task_of(task_run))


def _current(decision: Decision, task_run_id: str, token: int) -> TaskRun | None:
    """The task run when that attempt is still the one that counts."""
    task_run = decision.run.task_runs.get(task_run_id)
    if task_run is None or task_run.token != token or task_run.state not in UNDER_WAY:
        return None
    return task_run
