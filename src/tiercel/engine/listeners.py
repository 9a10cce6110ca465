"""Listeners of 1.x: whether their conditions hold on the execution that has just ended.

The texts of the conditions are rendered like everything else, by a command that is answered; what is tested then are
conditions that hold no expressions any more. One that cannot be rendered or told does not hold.
"""

from __future__ import annotations

from typing import Never

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.evaluate import holds
from tiercel.engine.conditions.upstream import Upstream
from tiercel.engine.decision import Decision
from tiercel.engine.plan import LISTENERS
from tiercel.errors import ExpressionError
from tiercel.model.command import Evaluate
from tiercel.model.event import Evaluated
from tiercel.model.flow import ConditionDefinition, Listener
from tiercel.model.json import Json
from tiercel.model.log import LogLevel

VERDICTS = "listeners"
"""In the notes of the execution: by the id of a listener, whether it runs; None while that is asked."""


def is_open(decision: Decision, section: str) -> bool | None:
    """Whether the tasks of a listener run; None when that is not known yet, and then it is asked."""
    listener = _listener(decision, section)
    if listener is None or not listener.conditions:
        return True
    verdicts: dict[str, bool | None] = decision.run.execution.notes.setdefault(VERDICTS, {})
    if listener.id not in verdicts:
        verdicts[listener.id] = None
        decision.run.touch()
        decision.order(Evaluate(None, section, [condition.properties for condition in listener.conditions]))
    return verdicts[listener.id]


def answered(decision: Decision, event: Evaluated) -> None:
    """Test the rendered conditions and go on after the end of the execution."""
    listener = _listener(decision, event.purpose)
    verdicts: dict[str, bool | None] = decision.run.execution.notes.get(VERDICTS, {})
    if listener is None or verdicts.get(listener.id, False) is not None:
        return
    error = event.error
    is_holding = False
    if error is None:
        try:
            is_holding = _all_hold(decision, listener, event.value)
        except ExpressionError as failure:
            error = str(failure)
    if error is not None:
        decision.log(None, LogLevel.WARN, f"The conditions of a listener cannot be tested, so it does not run: {error}")
    verdicts[listener.id] = is_holding
    decision.run.touch()
    decision.advance(None)


def forget(decision: Decision) -> None:
    """Ask again at the next end: the execution begins again."""
    decision.run.execution.notes.pop(VERDICTS, None)


class _Rendered(ConditionContext):
    """A context for conditions whose texts are rendered already."""

    __slots__ = ()

    def render(self, template: str) -> str:
        return template


class _Nowhere:
    """The outside of texts that are rendered already: nothing asks for it."""

    def now(self) -> Never:
        raise ExpressionError("evaluation", "there is no clock here")

    def random_bytes(self, count: int) -> Never:
        raise ExpressionError("evaluation", f"{count} random bytes cannot be had here")

    def call(self, name: str, arguments: object, context: object) -> Never:
        del arguments, context
        raise ExpressionError("evaluation", f"{name} cannot be called here")


def _listener(decision: Decision, section: str) -> Listener | None:
    id_ = section.removeprefix(LISTENERS)
    return next((one for one in decision.run.plan.flow.listeners if one.id == id_ and id_ != section), None)


def _all_hold(decision: Decision, listener: Listener, rendered: Json) -> bool:
    run, execution = decision.run, decision.run.execution
    upstream = Upstream(
        execution_id=execution.id,
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        state=execution.state,
        revision=execution.revision,
        labels=tuple(execution.labels),
        outputs=execution.outputs,
        kind=execution.kind,
        attempts=tuple(attempt.state for one in run.task_runs.values() for attempt in one.attempts),
        started_at=execution.history[0][1],
        ended_at=execution.history[-1][1],
    )
    context = _Rendered({}, _Nowhere(), execution.dialect, upstream=upstream)
    return all(
        holds(ConditionDefinition(type=condition.type, properties=properties), context)
        for condition, properties in zip(listener.conditions, rendered, strict=True)
    )
