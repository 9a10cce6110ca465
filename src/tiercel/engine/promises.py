"""The promises of a flow (SLA): how long an execution may last, and what must hold at each of its changes.

A deadline is a timer that counts from the creation of the execution, so that waiting for a slot counts too. What must
hold is asked for before the execution starts and whenever a state has changed. A broken promise acts once: it writes a
line, adds its labels and, unless it only notes, ends the execution. A restart makes no new promises.
"""

from __future__ import annotations

from tiercel.engine import conclusion, kill
from tiercel.engine.decision import Decision
from tiercel.engine.durations import microseconds
from tiercel.engine.effects import with_labels
from tiercel.engine.plan import PROMISES
from tiercel.engine.stopping import end_all
from tiercel.expressions import is_truthy
from tiercel.model.command import Evaluate, WakeAt
from tiercel.model.event import Evaluated, KillRequested
from tiercel.model.execution import Execution
from tiercel.model.flow import Sla
from tiercel.model.log import LogLevel
from tiercel.model.state import State

_ENDS = {"FAIL": State.FAILED, "CANCEL": State.CANCELLED}
_NOT_STARTED = frozenset({State.CREATED, State.QUEUED})
_BROKEN = "broken"
_OPENING = "opening"
"""Note: which promises must be known to hold before the execution starts."""


def are_made(execution: Execution) -> bool:
    """Whether the promises of the flow are about this execution: those of a Loop are about the whole of it."""
    return execution.iteration is None


def watch(decision: Decision) -> None:
    """Set the deadlines of an execution that has not started."""
    execution = decision.run.execution
    if not are_made(execution) or execution.state is not State.CREATED:
        return
    for index, promise in decision.run.plan.deadlines:
        at = execution.history[0][1] + microseconds(promise.duration)
        decision.order(WakeAt(f"{PROMISES}{index}", at))


def must_hold_first(decision: Decision) -> bool:
    """Ask what must hold before the execution starts; whether there is anything to wait for."""
    execution = decision.run.execution
    if not decision.run.plan.assertions or not are_made(execution) or execution.notes.get(_OPENING) == []:
        return False
    execution.notes[_OPENING] = [index for index, _ in decision.run.plan.assertions]
    decision.run.touch()
    _ask(decision)
    return True


def ask_again(decision: Decision) -> None:
    """Ask what must hold, after a change."""
    execution = decision.run.execution
    if are_made(execution) and not (execution.state.is_terminal or execution.state in _NOT_STARTED):
        _ask(decision)


def answered(decision: Decision, event: Evaluated) -> bool:
    """Judge one promise; tells whether that was the last one the start has waited for."""
    execution = decision.run.execution
    if execution.state.is_terminal or kill.is_killing(decision):
        return False
    index = int(event.purpose.removeprefix(PROMISES))
    promise = decision.run.plan.flow.slas[index]
    if event.error is not None:
        decision.log(None, LogLevel.ERROR, f"SLA {promise.id} cannot be told: {event.error}")
        if decision.run.plan.rules.fails_on_untold_promise:
            _end(decision, State.FAILED, f"SLA {promise.id} cannot be told: {event.error}")
    elif not is_truthy(event.value):
        _break(decision, index, promise, f"SLA {promise.id} is broken: {promise.assertion} does not hold")
    opening = execution.notes.get(_OPENING)
    if not opening or index not in opening or execution.state.is_terminal:
        return False
    execution.notes[_OPENING] = left = [one for one in opening if one != index]
    decision.run.touch()
    return not left


def due(decision: Decision, key: str) -> None:
    """Break a promise whose deadline has come."""
    if decision.run.execution.state.is_terminal or kill.is_killing(decision):
        return
    index = int(key.removeprefix(PROMISES))
    promise = decision.run.plan.flow.slas[index]
    _break(decision, index, promise, f"SLA {promise.id} is broken: it lasts longer than {promise.duration}")


def _ask(decision: Decision) -> None:
    broken = decision.run.execution.notes.get(_BROKEN, ())
    for index, promise in decision.run.plan.assertions:
        if index not in broken:
            decision.order(Evaluate(None, f"{PROMISES}{index}", promise.assertion))


def _break(decision: Decision, index: int, promise: Sla, message: str) -> None:
    execution = decision.run.execution
    broken = execution.notes.setdefault(_BROKEN, [])
    if index in broken:
        return
    broken.append(index)
    execution.labels = with_labels(execution.labels, list(promise.labels))
    decision.run.touch()
    decision.log(None, LogLevel.WARN, message)
    state = _ENDS.get(promise.behavior)
    if state is not None:
        _end(decision, state, message)


def _end(decision: Decision, state: State, reason: str) -> None:
    """End the execution: before its start at once, later as a kill does, with ``errors`` or ``finally``."""
    execution = decision.run.execution
    if state is State.FAILED:
        execution.error = reason
    if execution.state in _NOT_STARTED:
        end_all(decision, state)
        decision.enter_execution(state)
        conclusion.announce_end(decision)
    elif decision.run.plan.rules.voids_what_runs:
        _void(decision, state)
    else:
        kill.request(decision, KillRequested(at=decision.now, state=state))


def _void(decision: Decision, state: State) -> None:
    """End all that runs as if it had never begun; the list that would come after is begun and ended at once."""
    run = decision.run
    under_way = [one for one in run.task_runs.values() if not one.state.is_terminal]
    end_all(decision, state)
    for task_run in under_way:
        task_run.attempts.clear()
        task_run.history = [task_run.history[0], task_run.history[-1]]
        run.touch(task_run)
    scope = run.scope(None)
    section = kill.LAST_LISTS[state]
    tasks = run.plan.children(scope.task_id, section)
    if tasks and not scope.tally(section).created:
        kill.end(decision, decision.create(scope, tasks[0], section))
    kill.request(decision, KillRequested(at=decision.now, state=state))
