"""Whether an execution that entered a state makes a Flow trigger fire.

The order is that of both published versions: the states of the trigger, its plain conditions and ``when``, all on the
execution at hand; then what it waits for, of which the execution may meet a part. What is met is remembered within the
window, and the trigger fires when enough of it is. A condition that cannot be told does not hold, and is reported.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from tiercel.engine.conditions.context import ConditionContext, needed_upstream
from tiercel.engine.conditions.evaluate import MULTIPLE, all_hold, short_name
from tiercel.engine.conditions.requirements import Group, read_groups
from tiercel.engine.conditions.upstream import Upstream
from tiercel.engine.conditions.windows import Sliding
from tiercel.errors import ExpressionError
from tiercel.model.execution import ExecutionKind
from tiercel.model.flow import ConditionDefinition, TriggerDefinition
from tiercel.model.memory import Memory, Met
from tiercel.model.state import TERMINAL, State

DEFAULT_STATES = TERMINAL | {State.PAUSED}


class FlowTriggerPlan(Struct, frozen=True, kw_only=True):
    """A Flow trigger, ready to be asked; ``flow`` is namespace and id of its own flow, which never triggers itself."""

    flow: tuple[str, str]
    states: frozenset[State]
    conditions: tuple[ConditionDefinition, ...] = ()
    when: str | None = None
    groups: tuple[Group, ...] = ()


class Match(Struct, frozen=True, kw_only=True):
    """What came of one execution.

    Attributes:
        fires: An execution of the trigger's flow is to be made.
        memories: By group, those that changed; None where it is to be forgotten.
        met: What made it fire, oldest first; what the execution at hand met is the last.
        reason: Why it does not fire, as one sentence for people.
        errors: What could not be told.
    """

    fires: bool
    memories: dict[str, Memory | None] = field(default_factory=dict)
    met: tuple[Met, ...] = ()
    reason: str = ""
    errors: tuple[str, ...] = ()


def plan_flow_trigger(trigger: TriggerDefinition, flow: tuple[str, str]) -> FlowTriggerPlan:
    """Read a Flow trigger.

    Raises:
        ValueError: A property cannot be read.
    """
    states = trigger.properties.get("states")
    return FlowTriggerPlan(
        flow=flow,
        states=frozenset(State(str(state)) for state in states) if isinstance(states, list) else DEFAULT_STATES,
        conditions=tuple(found for found in trigger.conditions if short_name(found.type) != MULTIPLE),
        when=trigger.when,
        groups=read_groups(trigger),
    )


def match(plan: FlowTriggerPlan, memories: Mapping[str, Memory], now: int, context: ConditionContext) -> Match:
    """Test one execution in the state it has just entered.

    Args:
        plan: The trigger.
        memories: What is remembered, by id of the group.
        now: The time.
        context: With the execution as ``upstream`` and the variables its expressions see.
    """
    upstream = needed_upstream(context)
    reason = _refusal(plan, upstream)
    if reason:
        return Match(fires=False, reason=reason)
    try:
        if not all_hold(plan.conditions, plan.when, context):
            return Match(fires=False, reason="Its conditions do not hold.")
    except ExpressionError as error:
        return Match(fires=False, reason="Its conditions cannot be told.", errors=(str(error),))
    if not plan.groups:
        return Match(fires=True, met=(_met("", upstream, now),))
    return _match_groups(plan.groups, memories, now, context)


def _refusal(plan: FlowTriggerPlan, upstream: Upstream) -> str:
    if upstream.kind is not ExecutionKind.NORMAL:
        return f"Executions of kind {upstream.kind} trigger nothing."
    if (upstream.namespace, upstream.flow_id) == plan.flow:
        return "A flow does not trigger itself."
    if upstream.state not in plan.states:
        return f"It does not look at state {upstream.state}."
    return ""


def _match_groups(
    groups: tuple[Group, ...], memories: Mapping[str, Memory], now: int, context: ConditionContext
) -> Match:
    changed: dict[str, Memory | None] = {}
    errors: list[str] = []
    current: dict[str, Memory | None] = {}
    for group in groups:
        current[group.id] = memory = _current(group, memories.get(group.id), now)
        met = _newly_met(group, now, context, errors) if memory is not None else ()
        if memory is not None and met:
            keys = {one.key for one in met}
            kept = tuple(one for one in memory.met if one.key not in keys)
            changed[group.id] = current[group.id] = Memory(
                start=memory.start, end=memory.end, met=(*kept, *met), has_fired=memory.has_fired
            )
    if not changed:
        return Match(fires=False, reason="It waits for other executions than this.", errors=tuple(errors))
    missing = sum(_missing(group, current[group.id]) for group in groups)
    if missing:
        reason = f"It waits for {missing} more."
        return Match(fires=False, memories=changed, reason=reason, errors=tuple(errors))
    return _fire(groups, current, tuple(errors))


def _current(group: Group, memory: Memory | None, now: int) -> Memory | None:
    """What is remembered and still counts; None when nothing counts at this time."""
    span = group.window.span(now)
    if span is None:
        return None
    start, end = span
    if isinstance(group.window, Sliding):
        kept = tuple(one for one in memory.met if one.at >= start) if memory is not None else ()
        fired_until = memory.end if memory is not None and memory.has_fired and now < memory.end else None
        return Memory(start=start, end=fired_until or now + now - start, met=kept, has_fired=fired_until is not None)
    if memory is not None and memory.start <= now < memory.end:
        return memory
    return Memory(start=start, end=end)


def _newly_met(group: Group, now: int, context: ConditionContext, errors: list[str]) -> tuple[Met, ...]:
    upstream = needed_upstream(context)
    found = []
    for requirement in group.requirements:
        try:
            if requirement.test(context):
                found.append(_met(requirement.key, upstream, now))
        except ExpressionError as error:
            errors.append(str(error))
    return tuple(found)


def _missing(group: Group, memory: Memory | None) -> int:
    if memory is None or (memory.has_fired and group.is_once):
        return group.needed
    return max(group.needed - len(memory.met), 0)


def _fire(groups: tuple[Group, ...], current: Mapping[str, Memory | None], errors: tuple[str, ...]) -> Match:
    after: dict[str, Memory | None] = {}
    met: list[Met] = []
    for group in groups:
        memory = current[group.id]
        if memory is None:
            continue
        met += memory.met
        if group.is_once:
            after[group.id] = Memory(start=memory.start, end=memory.end, has_fired=True)
        else:
            after[group.id] = None if group.forgets else memory
    return Match(fires=True, memories=after, met=tuple(sorted(met, key=lambda one: one.at)), errors=errors)


def _met(key: str, upstream: Upstream, now: int) -> Met:
    return Met(
        key=key,
        execution_id=upstream.execution_id,
        namespace=upstream.namespace,
        flow_id=upstream.flow_id,
        at=now,
        outputs=upstream.outputs,
    )
