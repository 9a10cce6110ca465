"""How a task run ends: softened by allowFailure and allowWarning, tried again, or for good."""

from __future__ import annotations

from tiercel.engine.decision import Decision
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.log import LogLevel
from tiercel.model.state import State


def soften(task: TaskDefinition, state: State) -> State:
    """What a state becomes by allowFailure and allowWarning."""
    if state is State.FAILED and task.allow_failure:
        state = State.WARNING
    if state is State.WARNING and task.allow_warning:
        state = State.SUCCESS
    return state


def finish(decision: Decision, task_run: TaskRun, state: State) -> None:
    """End a task run that the engine itself carried out."""
    softened = soften(decision.run.task_of(task_run), state)
    decision.close_attempt(task_run, softened)
    decision.enter(task_run, softened)


def fail(decision: Decision, task_run: TaskRun, message: str) -> None:
    """Fail a task run the engine carries out for what cannot be evaluated: allowFailure does not soften this."""
    decision.log(task_run, LogLevel.ERROR, message)
    if not task_run.attempts or task_run.attempts[-1].state.is_terminal:
        decision.open_attempt(task_run)
    decision.close_attempt(task_run, State.FAILED)
    decision.enter(task_run, State.FAILED)
