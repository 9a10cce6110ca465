"""What people ask of a running or waiting execution: pause, resume, breakpoints, labels, a state by hand."""

from __future__ import annotations

from tiercel.engine import conclusion, kill
from tiercel.engine.controls import control_of
from tiercel.engine.decision import Decision
from tiercel.engine.resuming import count_attempt, let_go_on
from tiercel.engine.stopping import PAUSED_BY_HAND, end_all
from tiercel.model.event import (
    BreakpointResumed,
    ExecutionRefused,
    ExecutionStateRequested,
    LabelsReplaced,
    ResumeRequested,
    ReviewRequested,
)
from tiercel.model.flow import TaskKind
from tiercel.model.log import LogLevel
from tiercel.model.state import ENDS, EXECUTION_TRANSITIONS, State

SYSTEM = "system."


def pause(decision: Decision) -> None:
    """Start nothing more; what runs finishes."""
    execution = decision.run.execution
    if execution.state is not State.RUNNING or kill.is_killing(decision):
        return
    execution.notes[PAUSED_BY_HAND] = True
    decision.enter_execution(State.PAUSED)


def resume(decision: Decision, event: ResumeRequested) -> None:
    """Let one paused task run, or all and the execution, go on."""
    run = decision.run
    if run.execution.state is not State.PAUSED:
        return
    if event.task_run_id is not None:
        wanted = [run.task_runs[event.task_run_id]] if event.task_run_id in run.task_runs else []
    else:
        wanted = [one for one in run.task_runs.values() if one.state is State.PAUSED or one.notes.get("waits")]
    was_by_hand = bool(run.execution.notes.get(PAUSED_BY_HAND))
    for task_run in wanted:
        control_of(run.task_of(task_run)).resume(decision, task_run, event)
    if was_by_hand:
        if run.execution.state is State.PAUSED:
            count_attempt(run.execution)
        run.execution.notes.pop(PAUSED_BY_HAND, None)
        let_go_on(decision)
        wake_all(decision)


def review(decision: Decision, event: ReviewRequested) -> None:
    """Pass a decision on to the Approval it is about."""
    task_run = decision.run.task_runs.get(event.task_run_id)
    if task_run is not None and not kill.is_killing(decision):
        control_of(decision.run.task_of(task_run)).review(decision, task_run, event)


def wake_all(decision: Decision) -> None:
    """Look at everything once: task runs that were held back begin, parents go on."""
    run = decision.run
    for task_run in list(run.task_runs.values()):
        if task_run.state in {State.CREATED, State.RESTARTED}:
            decision.begin(task_run)
        elif task_run.state is State.RUNNING and run.task_of(task_run).kind is not TaskKind.RUNNABLE:
            decision.advance(task_run.id)
    decision.advance(None)


def leave_breakpoint(decision: Decision, event: BreakpointResumed) -> None:
    """Go on from a breakpoint, up to the next ones."""
    run = decision.run
    if run.execution.state is not State.BREAKPOINT:
        return
    run.execution.breakpoints = list(event.breakpoints)
    decision.enter_execution(State.RUNNING)
    for task_run in [one for one in run.task_runs.values() if one.state is State.BREAKPOINT]:
        task_run.notes["passed"] = True
        decision.enter(task_run, State.CREATED)
        decision.begin(task_run)


def refuse(decision: Decision, event: ExecutionRefused) -> None:
    """End before anything ran; only what comes after the end runs. What a restart or replay would run ends likewise."""
    if decision.run.execution.state.is_terminal:
        return
    end_all(decision, event.state)
    level = LogLevel.ERROR if event.state is State.FAILED else LogLevel.WARN
    decision.log(None, level, event.message)
    decision.run.execution.error = event.message
    decision.enter_execution(event.state)
    conclusion.announce_end(decision)


def set_state(decision: Decision, event: ExecutionStateRequested) -> None:
    """Set the state of an ended execution; nothing runs."""
    state = decision.run.execution.state
    if state.is_terminal and event.state in ENDS & EXECUTION_TRANSITIONS[state]:
        decision.enter_execution(event.state)


def replace_labels(decision: Decision, event: LabelsReplaced) -> None:
    """Replace what is no system label; a system label given is added to those there."""
    execution = decision.run.execution
    given = {key for key, _ in event.labels}
    system = [(key, value) for key, value in execution.labels if key.startswith(SYSTEM) and key not in given]
    execution.labels = list(event.labels) + system
    decision.run.touch()


def is_held(decision: Decision) -> bool:
    """Whether nothing may begin because somebody paused the execution."""
    return bool(decision.run.execution.notes.get(PAUSED_BY_HAND))
