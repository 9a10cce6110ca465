"""How a created task run begins: kill, breakpoint and runIf first, then by its kind."""

from __future__ import annotations

from tiercel.engine import kill, requests
from tiercel.engine.attempts import dispatch
from tiercel.engine.controls import control_of
from tiercel.engine.decision import Decision
from tiercel.expressions import is_truthy
from tiercel.model.command import Evaluate
from tiercel.model.event import Evaluated
from tiercel.model.execution import Attempt, TaskRun
from tiercel.model.flow import TaskKind
from tiercel.model.log import LogLevel
from tiercel.model.state import State

PURPOSE = "runIf"
READY = frozenset({State.CREATED, State.RESTARTED})
NOT_STARTED = frozenset({State.CREATED, State.QUEUED, State.RESTARTED})


def begin(decision: Decision, task_run: TaskRun) -> None:
    """Let a created task run begin, or ask whether it may."""
    if task_run.state not in READY:
        return
    if kill.is_killing(decision):
        decision.enter(task_run, State.KILLED)
        return
    if requests.is_held(decision) or decision.run.execution.state in NOT_STARTED:
        return
    if _stops_at(decision, task_run):
        decision.enter(task_run, State.BREAKPOINT)
        decision.enter_execution(State.BREAKPOINT)
        return
    task = decision.run.task_of(task_run)
    if task.kind is TaskKind.FLOWABLE and control_of(task).ask_early(decision, task_run, task):
        return
    if not task.run_if:
        start(decision, task_run)
    elif "{" not in task.run_if:
        _start_if(decision, task_run, task.run_if)
    else:
        decision.order(Evaluate(task_run.id, PURPOSE, task.run_if))


def answered(decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
    """Go on when runIf is known; one that cannot be rendered fails the task run for good."""
    if task_run.state not in READY or requests.is_held(decision):
        return
    if event.error is not None:
        decision.log(task_run, LogLevel.ERROR, f"{PURPOSE}: {event.error}")
        decision.enter(task_run, State.FAILED)
    else:
        _start_if(decision, task_run, event.value)


def start(decision: Decision, task_run: TaskRun) -> None:
    """Start a task run that may run."""
    task = decision.run.task_of(task_run)
    if task.kind is TaskKind.RUNNABLE:
        dispatch(decision, task_run, task)
    else:
        control_of(task).begin(decision, task_run, task)


def _start_if(decision: Decision, task_run: TaskRun, text: str) -> None:
    if is_truthy(text):
        start(decision, task_run)
        return
    task_run.attempts.append(Attempt(history=[(State.CREATED, decision.now), (State.SKIPPED, decision.now)]))
    decision.enter(task_run, State.SKIPPED)


def _stops_at(decision: Decision, task_run: TaskRun) -> bool:
    breakpoints = decision.run.execution.breakpoints
    if not breakpoints or task_run.notes.get("passed"):
        return False
    name = task_run.task_id
    return name in breakpoints or (task_run.value is not None and f"{name}.{task_run.value}" in breakpoints)
