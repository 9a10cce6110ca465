"""Pausing for Approvals: the execution goes on while anything else can, and is paused when only they are left."""

from __future__ import annotations

from tiercel.engine.decision import Decision
from tiercel.model.command import NotifyParent
from tiercel.model.state import State

PAUSING = "pausing"
"""In the notes of the execution: an Approval waits."""


def ask(decision: Decision) -> None:
    """Pause the execution when nothing else is left to do."""
    decision.run.execution.notes[PAUSING] = True
    decision.run.touch()


def settle(decision: Decision) -> None:
    """See, at the end of a decision, whether that is so now."""
    run = decision.run
    execution = run.execution
    if PAUSING not in execution.notes or execution.state is not State.RUNNING:
        return
    live = [one for one in run.task_runs.values() if not one.state.is_terminal]
    paused = [one for one in live if one.state is State.PAUSED]
    if not paused:
        execution.notes.pop(PAUSING)
        run.touch()
        return
    around = {above.id for one in paused for above in run.ancestors(one)}
    if any(one.state is not State.PAUSED and one.id not in around for one in live):
        return
    execution.notes.pop(PAUSING)
    decision.enter_execution(State.PAUSING)
    decision.enter_execution(State.PAUSED)
    if execution.parent_id is not None:
        decision.order(NotifyParent(State.PAUSED))
