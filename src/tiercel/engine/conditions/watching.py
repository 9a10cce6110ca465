"""Which executions a Flow trigger may look at, so that the others need not be shown to it.

What is given here may be too wide, never too narrow: a trigger whose conditions cannot be told from its text looks at
everything.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tiercel.engine.conditions.evaluate import MULTIPLE, nested, short_name
from tiercel.engine.conditions.flow_trigger import DEFAULT_STATES
from tiercel.model.flow import ConditionDefinition, TriggerDefinition
from tiercel.model.json import Json
from tiercel.model.state import State

Source = tuple[str, str]
"""Namespace and id of a flow; the id is empty for every flow of the namespace, both are for every flow there is."""

EVERYTHING: Source = ("", "")
FLOW_TRIGGER = "io.kestra.plugin.core.trigger.Flow"


class Watched(Struct, frozen=True):
    """What a trigger looks at: executions of these flows, in these states."""

    sources: frozenset[Source]
    states: frozenset[State]


def watched_by(trigger: TriggerDefinition) -> Watched:
    """Tell what a Flow trigger looks at."""
    given = trigger.properties.get("states")
    states = frozenset(State(str(state)) for state in given) if isinstance(given, list) else DEFAULT_STATES
    plain = [one for one in trigger.conditions if short_name(one.type) != MULTIPLE]
    # All conditions must hold on the execution at hand, so any one of them may narrow down which that can be.
    narrowest = min((_of_condition(one) for one in plain), key=_width, default=frozenset({EVERYTHING}))
    return Watched(_of_groups(trigger) if EVERYTHING in narrowest else narrowest, states)


def _width(sources: frozenset[Source]) -> int:
    if EVERYTHING in sources:
        return 2
    return 1 if any(not flow_id for _, flow_id in sources) else 0


def _of_condition(condition: ConditionDefinition) -> frozenset[Source]:
    given = condition.properties
    match short_name(condition.type):
        case "ExecutionFlow":
            return frozenset({_source(given.get("namespace"), given.get("flowId"))})
        case "ExecutionNamespace" if _is_exact(given):
            return frozenset({_source(given.get("namespace"), "")})
        case "Or":
            inner = [_of_condition(one) for _, one in nested(given)]
            return frozenset().union(*inner) if inner else frozenset({EVERYTHING})
        case _:
            return frozenset({EVERYTHING})


def _is_exact(given: dict[str, Json]) -> bool:
    return given.get("comparison") in (None, "EQUALS") and given.get("prefix") in (None, False)


def _of_groups(trigger: TriggerDefinition) -> frozenset[Source]:
    """What the groups wait for, all of them together; everything when there is none."""
    found: set[Source] = set()
    for condition in trigger.conditions:
        if short_name(condition.type) == MULTIPLE:
            for _, one in nested(condition.properties):
                found |= _of_condition(one)
    preconditions = trigger.properties.get("preconditions")
    if isinstance(preconditions, dict):
        if preconditions.get("where"):
            return frozenset({EVERYTHING})
        found |= set(_of_entries(preconditions.get("flows")))
    found |= set(_of_entries(trigger.properties.get("dependsOn")))
    return frozenset(found or {EVERYTHING})


def _of_entries(entries: Json) -> Iterable[Source]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield _source(entry.get("namespace"), entry.get("flowId") or "")


def _source(namespace: Json, flow_id: Json) -> Source:
    """Give what a pair of texts names; one that is rendered only later may name anything."""
    if not isinstance(namespace, str) or _is_template(namespace):
        return EVERYTHING
    if not isinstance(flow_id, str) or _is_template(flow_id):
        return namespace, ""
    return namespace, flow_id


def _is_template(text: str) -> bool:
    return "{{" in text or "{%" in text
