"""How an execution ends: the final state, what is announced, and what runs after the end."""

from __future__ import annotations

from tiercel.engine import flow_outputs, listeners
from tiercel.engine.decision import Decision
from tiercel.engine.plan import AFTER, PROMISES
from tiercel.engine.scope import OVER, Scope
from tiercel.model.command import AnnounceEnd, AnnounceOver, CancelTimer, NotifyParent
from tiercel.model.event import OutputsStored
from tiercel.model.log import LogLevel
from tiercel.model.state import State


def end_main(decision: Decision, state: State) -> None:
    """End the main part in ``state``, once the flow outputs are known."""
    execution = decision.run.execution
    if "ending" in execution.notes or execution.state.is_terminal:
        return
    execution.notes["ending"] = state.value
    decision.run.touch()
    if not flow_outputs.ask(decision):
        conclude(decision)


def conclude(decision: Decision) -> None:
    """Enter the final state, announce it, and go on with what runs after the end.

    An iteration whose outputs are to be in a file does so once they are.
    """
    execution = decision.run.execution
    failure = flow_outputs.settle(decision, State(execution.notes["ending"]))
    if not flow_outputs.is_storing(execution):
        _enter_last(decision, failure)


def stored(decision: Decision, event: OutputsStored) -> None:
    """End an iteration that waited for its outputs to be in their file; any other has gone on without."""
    if flow_outputs.is_storing(decision.run.execution):
        _enter_last(decision, flow_outputs.stored(decision, event))


def _enter_last(decision: Decision, failure: str | None) -> None:
    execution = decision.run.execution
    state = State(execution.notes.pop("ending"))
    decision.enter_execution(state)
    if failure is not None:
        decision.log(None, LogLevel.ERROR, failure)
        execution.error = failure
        if state is not State.FAILED:
            decision.enter_execution(State.FAILED)
    announce_end(decision, has_failed_outputs=failure is not None)


def announce_end(decision: Decision, *, has_failed_outputs: bool = False) -> None:
    """Tell everybody who waits that the main part has ended, then run ``afterExecution``."""
    run = decision.run
    for index, _ in run.plan.deadlines:
        decision.order(CancelTimer(f"{PROMISES}{index}"))
    decision.order(AnnounceEnd(run.execution.state))
    if run.execution.parent_id is not None:
        outputs = flow_outputs.for_parent(run.execution)
        has_failed_outputs = has_failed_outputs or flow_outputs.ASKED_FAILED in run.execution.notes
        decision.order(NotifyParent(run.execution.state, outputs, has_failed_outputs))
    decision.set_phase(run.scope(None), AFTER)
    decision.advance(None)


def advance_after(decision: Decision, scope: Scope) -> None:
    """Run the lists that come after the end, each one task after another, then be over."""
    run = decision.run
    for section in run.plan.after_sections:
        tally = scope.tally(section)
        if tally.live:
            return
        tasks = run.plan.children(scope.task_id, section)
        created = tally.created
        if created < len(tasks):
            is_open = listeners.is_open(decision, section)
            if is_open is None:
                return
            if not is_open:
                continue
            decision.create(scope, tasks[created], section)
            return
    if run.live:
        return
    decision.set_phase(scope, OVER)
    run.execution.is_over = True
    decision.order(AnnounceOver(run.execution.state))
