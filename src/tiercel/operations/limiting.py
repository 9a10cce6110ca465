"""What a new execution counts in: its key, pool and priority are rendered once and kept with it."""

from __future__ import annotations

from tiercel.engine.context import variables
from tiercel.engine.run import Run
from tiercel.errors import ExpressionError, InvalidError, Violation
from tiercel.expressions.context import Context, Host
from tiercel.expressions.template import compile_template
from tiercel.model.claims import NOTE, note_of
from tiercel.model.execution import Execution
from tiercel.model.flow import Concurrency, Flow
from tiercel.operations.environment import Environment
from tiercel.operations.outside import expression_context, with_host, world_of

LONGEST_KEY = 500
_MOST_PRIORITY = 1_000_000_000


async def note_limits(environment: Environment, flow: Flow, execution: Execution) -> None:
    """Note in an execution that was not stored yet what it counts in.

    Raises:
        InvalidError: The key or the priority cannot be rendered, or is none; or nobody defines the pool.
    """
    limits = flow.concurrency
    execution.notes.pop(NOTE, None)
    if limits is None or not (limits.key or limits.pool or limits.priority):
        return
    if limits.pool and environment.pools.slots_of(limits.pool) is None:
        raise _wrong("pool", f"there is no pool {limits.pool}; define it in the settings under pools, or by the API")
    run = Run.load(environment.flows.plan_of(flow), execution)

    def render(host: Host) -> tuple[str | None, float]:
        context = expression_context(environment, flow, variables(run, None, world_of(environment)), host)
        return _key(flow, limits, context), _priority(flow, limits, context)

    key, priority = await with_host(environment, flow.namespace, render)
    note = note_of(limits, key, priority)
    if note:
        execution.notes[NOTE] = note


def _key(flow: Flow, limits: Concurrency, context: Context) -> str | None:
    if limits.key is None:
        return None
    key = _render("key", limits.key, flow, context)
    if len(key) > LONGEST_KEY:
        raise _wrong("key", f"the key has {len(key)} characters; at most {LONGEST_KEY} are possible")
    return key


def _priority(flow: Flow, limits: Concurrency, context: Context) -> float:
    if not limits.priority:
        return 0.0
    text = _render("priority", limits.priority, flow, context)
    try:
        number = float(text)
    except ValueError:
        raise _wrong("priority", f"{text!r} is not a number") from None
    if not -_MOST_PRIORITY <= number <= _MOST_PRIORITY:
        raise _wrong("priority", f"{text} is not between -{_MOST_PRIORITY} and {_MOST_PRIORITY}")
    return number


def _render(name: str, template: str, flow: Flow, context: Context) -> str:
    try:
        return compile_template(template, flow.dialect).render(context)
    except ExpressionError as error:
        raise _wrong(name, f"{name} cannot be rendered: {error}") from error


def _wrong(name: str, message: str) -> InvalidError:
    return InvalidError([Violation(message, path=f"concurrency.{name}", code="bad-limit")])
