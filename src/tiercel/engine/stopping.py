"""Ending what still runs: at once and for good, or by a kill that running tasks answer."""

from __future__ import annotations

from tiercel.engine.children import Children
from tiercel.engine.decision import Decision
from tiercel.engine.scope import OVER
from tiercel.model.command import CancelTask, CloseDirectory, KillChild
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskKind
from tiercel.model.state import LIVE, State

WORKING_DIRECTORY = "working_directory"
PAUSED_BY_HAND = "paused_by_hand"
"""The note of an execution that somebody paused: nothing begins until it is resumed, forced or killed."""
DISPATCHED = frozenset({State.SUBMITTED, State.RUNNING})


def end_all(decision: Decision, state: State) -> None:
    """End every live task run in ``state``; results that come later are void."""
    for task_run in [one for one in decision.run.task_runs.values() if one.state in LIVE]:
        end_now(decision, task_run, state)


def end_below(decision: Decision, task_run: TaskRun, state: State) -> None:
    """End a task run and every live one below it in ``state``."""
    scope = decision.run.scopes.get(task_run.id)
    for child_id in list(scope.children) if scope is not None else ():
        child = decision.run.task_runs[child_id]
        if child.state in LIVE:
            end_below(decision, child, state)
    end_now(decision, task_run, state)


def is_about_to_end(decision: Decision, task_run: TaskRun) -> bool:
    """Whether an inline task is under way at or below a task run: it ends in this very pass, so its end counts."""
    run = decision.run
    if run.task_of(task_run).is_inline:
        return task_run.state is State.CREATED and task_run.token > 0
    scope = run.scopes.get(task_run.id)
    children = (run.task_runs[one] for one in (scope.children if scope is not None else ()))
    return any(is_about_to_end(decision, child) for child in children if child.state in LIVE)


def end_now(decision: Decision, task_run: TaskRun, state: State) -> None:
    """End one live task run in ``state``; its worker or its children are told to stop."""
    task = decision.run.task_of(task_run)
    if task.kind is TaskKind.RUNNABLE and task_run.state in DISPATCHED:
        decision.order(CancelTask(task_run.id, task_run.token, is_killed=False))
        if task_run.state is State.SUBMITTED:
            decision.open_attempt(task_run)  # It was handed out: a worker may have begun.
    if task.control == WORKING_DIRECTORY and task_run.state is State.RUNNING:
        decision.order(CloseDirectory(task_run.id, task_run.token, task, state))
    for child_id in waited_children(decision, task_run):
        decision.order(KillChild(child_id))
    if task.kind is not TaskKind.RUNNABLE:
        decision.set_phase(decision.run.scope(task_run.id), OVER)
    decision.close_attempt(task_run, state)
    decision.enter(task_run, state)


def waited_children(decision: Decision, task_run: TaskRun) -> list[str]:
    """Ids of the executions a task run waits for."""
    child_id = task_run.notes.get("child")
    if child_id:
        return [child_id]
    scope = decision.run.scopes.get(task_run.id)
    if scope is None or not isinstance(scope.cursor, Children):
        return []
    return [one for one in scope.cursor.running.values() if one]
