"""Letting a paused execution go on, or ending it where it stands."""

from __future__ import annotations

from tiercel.engine import conclusion, stopping
from tiercel.engine.decision import Decision
from tiercel.engine.scope import OVER
from tiercel.model.command import NotifyParent
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.state import State

RESUMES = "resumes"
"""Note of an execution: how many of its attempts were only pauses that ended."""


def count_attempt(execution: Execution) -> None:
    """Count a pause that ended as an attempt, as the published versions do, and keep that it was no new try."""
    execution.attempt_number += 1
    execution.notes[RESUMES] = int(execution.notes.get(RESUMES, 0)) + 1


def let_go_on(decision: Decision) -> None:
    """Bring a paused execution back to RUNNING, through RESTARTED, and tell the parent."""
    execution = decision.run.execution
    decision.run.touch()
    if execution.state is not State.PAUSED:
        return
    execution.notes.pop("paused_by_hand", None)
    decision.enter_execution(State.RESTARTED)
    decision.enter_execution(State.RUNNING)
    if execution.parent_id is not None:
        decision.order(NotifyParent(State.RUNNING))


def cancel(decision: Decision, task_run: TaskRun) -> None:
    """End a task run, the flowables around it and the execution as CANCELLED; no ``errors``, no ``finally``."""
    run = decision.run
    stopping.end_all(decision, State.CANCELLED)
    run.touch(task_run)
    decision.set_phase(run.scope(None), OVER)
    run.execution.notes["ending"] = State.CANCELLED.value
    conclusion.conclude(decision)
