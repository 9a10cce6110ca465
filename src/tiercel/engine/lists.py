"""Which list of a scope runs: its tasks, then ``errors`` after a failure, then ``finally``, then its owner ends.

The rule is the same for the flow and for every flowable. ``errors`` and ``finally`` run one task after another,
whatever the owner does with its tasks, and a failure in them stops nothing.
"""

from __future__ import annotations

from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.plan import ERRORS, FINALLY, MAIN
from tiercel.engine.scope import OVER, Scope
from tiercel.model.state import State


def advance(decision: Decision, scope: Scope, flowable: Flowable) -> None:
    """Create what may be created now in a scope; end its owner when nothing is left."""
    if scope.phase == MAIN and not _advance_main(decision, scope, flowable):
        return
    if scope.phase == ERRORS and create_next(decision, scope, ERRORS, flowable):
        if flowable.is_last_list(decision, scope):
            decision.set_phase(scope, OVER)
        else:
            _to_finally(decision, scope)
    if scope.phase == FINALLY and create_next(decision, scope, FINALLY, flowable):
        decision.set_phase(scope, OVER)
    if scope.phase == OVER:
        _end(decision, scope, flowable)


def create_next(decision: Decision, scope: Scope, section: str, flowable: Flowable) -> bool:
    """Create the next task of a list that runs one after another; tell whether the list is done."""
    tally = scope.tally(section)
    if tally.live:
        return False
    tasks = decision.run.plan.children(scope.task_id, section)
    if tally.created >= len(tasks):
        return True
    decision.create(scope, tasks[tally.created], section, iteration=flowable.iteration(scope))
    return False


def final_state(decision: Decision, scope: Scope) -> State:
    """The state the children give their parent, before allowFailure and allowWarning."""
    main = scope.main
    for state in decision.run.plan.rules.ranking:
        if main.has(state):
            return state
    return State.SUCCESS


def is_left_behind(decision: Decision, scope: Scope) -> bool:
    """Whether a flowable around this one has already ended, so that nothing new is started here."""
    run = decision.run
    if scope.owner is None or not run.execution.notes.get("leaves_running"):
        return False
    return any(one.state.is_terminal for one in run.ancestors(scope.owner))


def _advance_main(decision: Decision, scope: Scope, flowable: Flowable) -> bool:
    """Go on with the tasks; tell whether another list has its turn now."""
    if flowable.is_cut(scope) or is_left_behind(decision, scope):
        decision.set_phase(scope, OVER)
        return True
    if flowable.has_failed(scope):
        if decision.run.plan.children(scope.task_id, ERRORS):
            decision.set_phase(scope, ERRORS)
        else:
            _to_finally(decision, scope)
        return True
    if not flowable.create_next(decision, scope) or scope.main.live:
        return False
    _to_finally(decision, scope, flowable)
    return True


def _to_finally(decision: Decision, scope: Scope, flowable: Flowable | None = None) -> None:
    """Go over to ``finally`` once no task runs any more, or to the end when there is none."""
    has_finally = bool(decision.run.plan.children(scope.task_id, FINALLY))
    if not has_finally or (flowable is not None and flowable.skips_finally(decision, scope)):
        decision.set_phase(scope, OVER)
    elif not scope.main.live:
        decision.set_phase(scope, FINALLY)


def _end(decision: Decision, scope: Scope, flowable: Flowable) -> None:
    if scope.main.live and not flowable.may_leave(decision, scope):
        return
    flowable.end(decision, scope, final_state(decision, scope))
