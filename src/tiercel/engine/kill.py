"""Killing: nothing new starts, running tasks are told to stop, and the execution ends when all have."""

from __future__ import annotations

from tiercel.engine import conclusion
from tiercel.engine.decision import Decision
from tiercel.engine.plan import ERRORS, FINALLY
from tiercel.engine.scope import OVER, Scope
from tiercel.engine.stopping import DISPATCHED, PAUSED_BY_HAND, WORKING_DIRECTORY, waited_children
from tiercel.model.command import CancelTask, CloseDirectory, KillChild
from tiercel.model.event import KillRequested
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition, TaskKind
from tiercel.model.state import LIVE, State

LAST_LISTS = {State.FAILED: ERRORS, State.CANCELLED: FINALLY}
"""What still runs after a broken promise (SLA) has ended an execution in such a state."""


def request(decision: Decision, event: KillRequested) -> None:
    """Begin to kill; asking twice is once."""
    execution = decision.run.execution
    if execution.state.is_terminal or execution.state is State.KILLING:
        return
    execution.notes["killed_to"] = event.state.value
    if event.state is State.KILLED and execution.state not in {State.CREATED, State.QUEUED}:
        decision.enter_execution(State.KILLING)
    execution.notes["is_killing"] = True
    execution.notes.pop(PAUSED_BY_HAND, None)
    decision.run.touch()
    for task_run in [one for one in decision.run.task_runs.values() if one.state in LIVE]:
        _stop(decision, task_run, is_cascading=event.is_cascading)
    advance_root(decision)


def advance(decision: Decision, scope: Scope) -> None:
    """End a flowable when nothing below it runs any more."""
    owner = scope.owner
    if owner is None or owner.state not in LIVE or waited_children(decision, owner):
        return
    if any(tally.live for tally in scope.tallies.values()):
        return
    task = decision.run.task_of(owner)
    if task.control == WORKING_DIRECTORY and owner.state in {State.RUNNING, State.KILLING}:
        decision.order(CloseDirectory(owner.id, owner.token, task, State.KILLED))
    end(decision, owner)


def advance_root(decision: Decision) -> None:
    """End the execution when no task run is live any more."""
    run = decision.run
    if run.live or run.execution.state.is_terminal:
        return
    notes = run.execution.notes
    state = State(notes.pop("killed_to", State.KILLED.value))
    notes.pop("is_killing", None)
    notes.pop("outputs", None)
    notes["ending"] = state.value
    scope = run.scope(None)
    last = LAST_LISTS.get(state)
    if last is not None and run.plan.children(scope.task_id, last) and not scope.tally(last).created:
        decision.set_phase(scope, last)
        decision.advance(None)
        return
    decision.set_phase(scope, OVER)
    conclusion.conclude(decision)


def end(decision: Decision, task_run: TaskRun) -> None:
    """End one task run as KILLED."""
    decision.close_attempt(task_run, State.KILLED)
    decision.enter(task_run, State.KILLED)


def is_killing(decision: Decision) -> bool:
    """Whether the execution is being killed."""
    return bool(decision.run.execution.notes.get("is_killing"))


def _stop(decision: Decision, task_run: TaskRun, *, is_cascading: bool) -> None:
    task = decision.run.task_of(task_run)
    if task.kind is TaskKind.RUNNABLE and task_run.state in DISPATCHED:
        decision.order(CancelTask(task_run.id, task_run.token))
        return
    children = waited_children(decision, task_run)
    if children and is_cascading and task_run.state is not State.CREATED:
        _mark(decision, task_run, task)
        for child_id in children:
            decision.order(KillChild(child_id))
        return
    if task.kind is TaskKind.FLOWABLE and task_run.state in DISPATCHED:
        _mark(decision, task_run, task)
        decision.advance(task_run.id)
        return
    end(decision, task_run)


def _mark(decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
    is_flowable = task.kind is TaskKind.FLOWABLE
    if decision.run.plan.rules.marks_killing and is_flowable and task_run.state is State.RUNNING:
        decision.enter(task_run, State.KILLING)
