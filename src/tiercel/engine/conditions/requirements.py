"""What a Flow trigger waits for: each requirement may be met by another execution, and is remembered when it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import regex
from msgspec import Struct

from tiercel.engine.conditions.context import ConditionContext, needed_upstream
from tiercel.engine.conditions.evaluate import holds, nested
from tiercel.engine.conditions.executions import has_labels
from tiercel.engine.conditions.upstream import Upstream
from tiercel.engine.conditions.windows import Tumbling, Window, read_time_window, read_window
from tiercel.engine.durations import microseconds
from tiercel.errors import ExpressionError
from tiercel.expressions import is_truthy
from tiercel.model.flow import ConditionDefinition, TriggerDefinition
from tiercel.model.json import Json

Test = Callable[[ConditionContext], bool]
_REGEX_SECONDS = 1.0


class Requirement(Struct, frozen=True):
    """One thing to be met by an execution; ``key`` is what it is remembered under."""

    key: str
    test: Test


class Group(Struct, frozen=True, kw_only=True):
    """Requirements that must be met together.

    Attributes:
        id: What its memory is kept under.
        needed: How many of them must be met.
        forgets: Whether all must be met anew after it was complete.
        is_once: Whether it is complete once in a span at most.
    """

    id: str
    requirements: tuple[Requirement, ...]
    needed: int
    window: Window = Tumbling()
    forgets: bool = True
    is_once: bool = False


def read_groups(trigger: TriggerDefinition) -> tuple[Group, ...]:
    """Read what a trigger waits for, in the words of either dialect.

    Raises:
        ValueError: A property cannot be read.
    """
    groups = [_multiple(condition) for condition in trigger.conditions if condition.type.endswith(".MultipleCondition")]
    given = trigger.properties.get("preconditions")
    if isinstance(given, dict):
        groups.append(_preconditions(given))
    if isinstance(trigger.properties.get("dependsOn"), list):
        groups.append(_dependencies(trigger.id, trigger.properties))
    return tuple(group for group in groups if group.requirements)


def _multiple(condition: ConditionDefinition) -> Group:
    given = condition.properties
    found = tuple(Requirement(key, partial(holds, inner)) for key, inner in nested(given))
    named = given.get("timeWindow")
    window = read_time_window(named) if isinstance(named, dict) else _old_window(given)
    return _all(str(given.get("id")), found, window, given)


def _old_window(given: Mapping[str, Json]) -> Window:
    every = microseconds(given.get("window") or "P1D")
    return Tumbling(every, microseconds(given.get("windowAdvance") or "PT0S"))


def _preconditions(given: dict[str, Json]) -> Group:
    flows = [Requirement(f"flow {index}", _flow_test(entry)) for index, entry in enumerate(_maps(given.get("flows")))]
    where = [Requirement(f"where {entry.get('id')}", _filters_test(entry)) for entry in _maps(given.get("where"))]
    named = given.get("timeWindow")
    window = read_time_window(named) if isinstance(named, dict) else Tumbling()
    return _all(str(given.get("id")), (*flows, *where), window, given)


def _all(name: str, requirements: tuple[Requirement, ...], window: Window, given: Mapping[str, Json]) -> Group:
    forgets = given.get("resetOnSuccess") is not False
    return Group(id=name, requirements=requirements, needed=len(requirements), window=window, forgets=forgets)


def _dependencies(name: str, given: Mapping[str, Json]) -> Group:
    entries = _maps(given.get("dependsOn"))
    found = tuple(Requirement(f"flow {index}", _dependency_test(entry)) for index, entry in enumerate(entries))
    match given.get("mode") or "ALL":
        case "ANY":
            needed = 1
        case "AT_LEAST":
            needed = min(int(str(given.get("minSatisfied") or 1)), len(found))
        case _:
            needed = len(found)
    named = given.get("window")
    window = named if isinstance(named, dict) else {}
    is_once = window.get("fireOnce") is True
    return Group(id=name, requirements=found, needed=needed, window=read_window(window), is_once=is_once)


def _maps(given: Json) -> list[dict[str, Json]]:
    return [entry for entry in given if isinstance(entry, dict)] if isinstance(given, list) else []


def _flow_test(entry: dict[str, Json]) -> Test:
    def test(context: ConditionContext) -> bool:
        upstream = needed_upstream(context)
        states = entry.get("states")
        return (
            entry.get("namespace") in (None, upstream.namespace)
            and entry.get("flowId") in (None, upstream.flow_id)
            and (not isinstance(states, list) or upstream.state.value in states)
            and has_labels(upstream.labels, entry.get("labels"), context)
        )

    return test


def _dependency_test(entry: dict[str, Json]) -> Test:
    is_flow, when = _flow_test(entry), entry.get("when")

    def test(context: ConditionContext) -> bool:
        return is_flow(context) and (when is None or is_truthy(context.render(str(when))))

    return test


def _filters_test(entry: dict[str, Json]) -> Test:
    filters = _maps(entry.get("filters"))
    is_enough = any if entry.get("operand") == "OR" else all

    def test(context: ConditionContext) -> bool:
        return is_enough(_passes(one, context) for one in filters)

    return test


def _passes(one: dict[str, Json], context: ConditionContext) -> bool:
    kind, value = str(one.get("type")), one.get("value")
    if one.get("field") == "EXPRESSION":
        actual = context.render(str(value))
        return {
            "IS_TRUE": is_truthy(actual),
            "IS_FALSE": not is_truthy(actual),
            "IS_NULL": not actual,
            "IS_NOT_NULL": bool(actual),
        }.get(kind, False)
    return _compares(kind, _field(one, needed_upstream(context)), str(value), one.get("values"))


def _field(one: dict[str, Json], upstream: Upstream) -> str:
    match one.get("field"):
        case "FLOW_ID":
            return upstream.flow_id
        case "NAMESPACE":
            return upstream.namespace
        case _:
            return upstream.state.value


def _compares(kind: str, actual: str, value: str, values: Json) -> bool:
    several = values if isinstance(values, list) else []
    match kind:
        case "EQUAL_TO":
            return actual == value
        case "NOT_EQUAL_TO":
            return actual != value
        case "IN" | "NOT_IN":
            return (actual in several) is (kind == "IN")
        case "STARTS_WITH":
            return actual.startswith(value)
        case "ENDS_WITH":
            return actual.endswith(value)
        case "CONTAINS":
            return value in actual
        case "REGEX":
            return _fits(value, actual)
        case _:
            return kind in {"IS_TRUE", "IS_NOT_NULL"}


def _fits(pattern: str, actual: str) -> bool:
    try:
        return regex.fullmatch(pattern, actual, timeout=_REGEX_SECONDS) is not None
    except (regex.error, TimeoutError) as error:
        raise ExpressionError("evaluation", f"the pattern {pattern!r} cannot be used: {error}") from None
