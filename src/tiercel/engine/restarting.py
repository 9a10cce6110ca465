"""Beginning again under the same id: from failed task runs, or from one whose state was set by hand."""

from __future__ import annotations

from tiercel.engine import listeners
from tiercel.engine.children import GIVEN
from tiercel.engine.controls import control_of
from tiercel.engine.decision import Decision
from tiercel.engine.effects import with_labels
from tiercel.engine.plan import MAIN
from tiercel.engine.requests import wake_all
from tiercel.engine.run import Run
from tiercel.engine.scope import SIDE_SECTIONS
from tiercel.model.event import ChildEnded, TaskRunStateRequested
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskKind
from tiercel.model.state import ENDS, TASK_RUN_TRANSITIONS, State

RESTARTED_LABEL = ("system.restarted", "true")
AGAIN = frozenset({State.FAILED, State.KILLED, State.CANCELLED, State.PAUSED, State.RETRIED})


def restart(decision: Decision) -> None:
    """Begin again from the task runs that failed; without any nothing changes."""
    run = decision.run
    failed = _failed(run)
    if not failed or not (run.execution.state.is_terminal or run.execution.state is State.PAUSED):
        return
    _reopen(decision, is_labelled=True)
    for task_run in failed:
        if task_run.id in run.task_runs:
            _again(decision, task_run)
            _reopen_around(decision, task_run)


def set_task_run_state(decision: Decision, event: TaskRunStateRequested) -> None:
    """Set the state of one task run by hand and go on from there."""
    run = decision.run
    task_run = run.task_runs.get(event.task_run_id)
    if task_run is None or not run.execution.state.is_terminal or event.state not in ENDS:
        return
    if event.state is not task_run.state and event.state not in TASK_RUN_TRANSITIONS[task_run.state]:
        return
    _reopen(decision, is_labelled=run.plan.rules.labels_marked)
    if task_run.id in run.task_runs:
        decision.close_attempt(task_run, event.state)
        if task_run.attempts:
            task_run.attempts[-1].history[-1] = (event.state, task_run.attempts[-1].history[-1][1])
        decision.enter(task_run, event.state)
        _reopen_around(decision, task_run)


def take_mended_child(decision: Decision, task_run: TaskRun, event: ChildEnded) -> None:
    """A child that had failed a Subflow was made to succeed by hand: its parent goes on as if it had at once."""
    is_mended = event.state in {State.SUCCESS, State.WARNING} and task_run.notes.get("ended_child") == event.child_id
    if not is_mended or task_run.state is not State.FAILED or not decision.run.execution.state.is_terminal:
        return
    task_run.outputs = {"executionId": event.child_id, "state": event.state.value}
    if event.outputs:
        task_run.outputs["outputs"] = event.outputs
    set_task_run_state(decision, TaskRunStateRequested(event.at, task_run.id, event.state))


def go_on(decision: Decision) -> None:
    """Run again after admission."""
    run = decision.run
    for task_run_id in run.execution.notes.pop("reopened", []):
        task_run = run.task_runs.get(task_run_id)
        if task_run is not None and task_run.state.is_terminal:
            decision.set_phase(run.scope(task_run_id), MAIN)
            decision.open_attempt(task_run)
            if len(task_run.attempts) > 1:
                task_run.attempts.pop(-2)
    wake_all(decision)


def _failed(run: Run) -> list[TaskRun]:
    """Task runs to begin again: failed ones without a failed child, and those around nothing that failed."""
    failed = {
        one.id: one
        for one in run.task_runs.values()
        if one.state in AGAIN and not any(each.section in SIDE_SECTIONS for each in (one, *run.ancestors(one)))
    }
    inner = {above.id for one in failed.values() for above in run.ancestors(one)}
    found = []
    for one in failed.values():
        around = run.ancestors(one)
        whole = next((above for above in reversed(around) if run.task_of(above).control == "working_directory"), None)
        if whole is not None:
            one = whole  # noqa: PLW2901 (a WorkingDirectory begins again as a whole)
        elif one.id in inner:
            continue
        if all(above.state in AGAIN for above in run.ancestors(one)) and one not in found:
            found.append(one)
    return found


def _reopen(decision: Decision, *, is_labelled: bool) -> None:
    run = decision.run
    execution = run.execution
    execution.is_over = False
    execution.outputs = None
    execution.notes.pop(GIVEN, None)
    execution.error = None
    execution.attempt_number += 1
    if is_labelled:
        execution.labels = with_labels(execution.labels, [RESTARTED_LABEL])
    decision.enter_execution(State.RESTARTED)
    listeners.forget(decision)
    _clear(decision, None)


def _again(decision: Decision, task_run: TaskRun) -> None:
    """Make one task run ready to begin again, with nothing below it left."""
    run = decision.run
    task = run.task_of(task_run)
    scope = run.scope(task_run.id)
    for child_id in list(scope.children):
        run.remove(run.task_runs[child_id])
    scope.forget_cursor()
    task_run.notes = {"attempts_before": len(task_run.attempts), **_kept_notes(task_run)}
    if task.kind is not TaskKind.RUNNABLE:
        control_of(task).prepare_restart(decision, task_run)
        decision.set_phase(scope, MAIN)
    decision.enter(task_run, State.RESTARTED)


def _kept_notes(task_run: TaskRun) -> dict[str, object]:
    kept = ("values", "splits", "ended_child", "failed", "opened", "stops")
    return {name: task_run.notes[name] for name in kept if name in task_run.notes}


def _reopen_around(decision: Decision, task_run: TaskRun) -> None:
    """Let the flowables around a task run run again, each without its ``errors`` and ``finally``."""
    run = decision.run
    reopened = run.execution.notes.setdefault("reopened", [])
    for above in run.ancestors(task_run):
        _clear(decision, above.id)
        for note in ("ending", "ahead", "waits", "closes"):
            above.notes.pop(note, None)
        if above.id not in reopened:
            reopened.insert(0, above.id)
        run.touch(above)


def _clear(decision: Decision, owner_id: str | None) -> None:
    run = decision.run
    scope = run.scope(owner_id)
    for child_id in list(scope.children):
        child = run.task_runs[child_id]
        if child.section in SIDE_SECTIONS or child.section.startswith("listeners."):
            run.remove(child)
    scope.forget_cursor()
    decision.set_phase(scope, MAIN)
