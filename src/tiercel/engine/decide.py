"""What happens next: takes one event into a run and gives the orders that follow from it.

``decide`` is deterministic and total: what it must know beyond the run comes in the facts, and what it must have
rendered it asks for with a command that an event answers. Late and repeated events change nothing.
"""

from __future__ import annotations

from typing import assert_never

from tiercel.engine import attempts, flow_outputs, lists, retries, root, starting
from tiercel.engine.controls import control_of
from tiercel.engine.decision import Decision, Facts
from tiercel.engine.plan import AFTER
from tiercel.engine.run import Run
from tiercel.model.command import Command
from tiercel.model.event import (
    Evaluated,
    Event,
    ExecutionAdmitted,
    TaskRunEnded,
    TaskRunLost,
    TaskRunStarted,
    TimerFired,
)
from tiercel.model.state import State

_ROOT = root.Root()


def decide(run: Run, event: Event, facts: Facts) -> list[Command]:
    """Apply one event; give the commands it leads to, in order."""
    decision = Decision(run, facts)
    _take(decision, event)
    _settle(decision)
    return decision.commands


def _take(decision: Decision, event: Event) -> None:
    match event:
        case ExecutionAdmitted():
            _admit(decision)
        case Evaluated():
            _answer(decision, event)
        case TaskRunStarted():
            attempts.started(decision, event)
        case TaskRunEnded():
            attempts.ended(decision, event)
        case TaskRunLost():
            attempts.lost(decision, event)
        case TimerFired():
            _wake(decision, event)
        case _:
            assert_never(event)


def _admit(decision: Decision) -> None:
    decision.enter_execution(State.RUNNING)
    decision.advance(None)


def _answer(decision: Decision, event: Evaluated) -> None:
    if event.task_run_id is None:
        if event.purpose.startswith(flow_outputs.PURPOSE) and flow_outputs.answer(decision, event):
            root.conclude(decision)
        return
    task_run = decision.run.task_runs.get(event.task_run_id)
    if task_run is None:
        return
    if event.purpose == starting.PURPOSE:
        starting.answered(decision, task_run, event)
    elif not task_run.state.is_terminal:
        control_of(decision.run.task_of(task_run)).answered(decision, task_run, event)


def _wake(decision: Decision, event: TimerFired) -> None:
    task_run = decision.run.task_runs.get(event.task_run_id or "")
    if task_run is None:
        return
    if event.key == retries.TIMER:
        retries.due(decision, task_run)


def _settle(decision: Decision) -> None:
    """Do the work that is queued until none is left."""
    run = decision.run
    while (step := decision.next_step()) is not None:
        begins, task_run_id = step
        task_run = run.task_runs.get(task_run_id) if task_run_id else None
        if begins:
            if task_run is not None:
                starting.begin(decision, task_run)
        elif task_run is not None:
            if task_run.state is State.RUNNING:
                lists.advance(decision, run.scope(task_run.id), control_of(run.task_of(task_run)))
        elif task_run_id is None:
            _advance_root(decision)


def _advance_root(decision: Decision) -> None:
    scope = decision.run.scope(None)
    if scope.phase == AFTER:
        root.advance_after(decision, scope)
    elif not decision.run.execution.state.is_terminal:
        lists.advance(decision, scope, _ROOT)
