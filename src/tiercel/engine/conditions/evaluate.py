"""Testing conditions, one or all of a trigger's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tiercel.engine.conditions import dates, executions
from tiercel.engine.conditions.context import ConditionContext, Properties, needed_text
from tiercel.errors import ExpressionError
from tiercel.expressions import Value, is_truthy
from tiercel.model.flow import ConditionDefinition
from tiercel.model.json import Json

PLUGIN_CONDITION = "plugin.condition"
"""What a host of expressions is asked for to test a condition of a plugin; no function has such a name."""

_BUILT_IN = "io.kestra."
MULTIPLE = "MultipleCondition"
_FALSE = frozenset({"", "0", "false"})


def holds(condition: ConditionDefinition, context: ConditionContext) -> bool:
    """Test one condition.

    Raises:
        ExpressionError: It cannot be told: an expression fails, a property is missing or is none of its kind.
    """
    name = short_name(condition.type)
    if not condition.type.startswith(_BUILT_IN):
        return _ask(condition, context)
    test = _TESTS.get(name)
    if test is None:
        raise ExpressionError("evaluation", f"the condition {condition.type} cannot be tested here")
    return test(condition.properties, context)


def _ask(condition: ConditionDefinition, context: ConditionContext) -> bool:
    """Have whoever answers expressions test a condition of a plugin."""
    asked: dict[str, Value] = {"type": condition.type, "properties": dict(condition.properties)}
    return context.host.call(PLUGIN_CONDITION, asked, context.expressions()) is True


def all_hold(conditions: Iterable[ConditionDefinition], when: str | None, context: ConditionContext) -> bool:
    """Test all conditions of a trigger, those of either dialect, as far as the first that does not hold.

    Raises:
        ExpressionError: As for one.
    """
    if not all(holds(condition, context) for condition in conditions):
        return False
    return when is None or is_truthy(context.render(when))


def is_fixed(condition: ConditionDefinition) -> bool:
    """Tell whether a condition sees nothing of what the trigger adds, so that it is the same for every slot."""
    name = short_name(condition.type)
    if name in {"Not", "Or"}:
        return all(is_fixed(inner) for _, inner in nested(condition.properties))
    return name == "Expression"


def short_name(type_name: str) -> str:
    """Give the last part of a type's name, that of old names without ``Condition`` at the end."""
    name = type_name.rpartition(".")[2]
    if name in _TESTS or name == MULTIPLE:
        return name
    name = name.removesuffix("Condition")
    return "Expression" if name == "Variable" else name


def nested(properties: Properties, name: str = "conditions") -> list[tuple[str, ConditionDefinition]]:
    """Read the conditions inside a condition, a list or a map, with their keys."""
    given: Json = properties.get(name)
    entries = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    return [
        (
            str(key),
            ConditionDefinition(
                type=str(entry.get("type")), properties={name: value for name, value in entry.items() if name != "type"}
            ),
        )
        for key, entry in entries
        if isinstance(entry, dict)
    ]


def _expression(properties: Properties, context: ConditionContext) -> bool:
    """Whether a text is neither blank, ``false`` nor ``0``; ``-0``, false elsewhere, is true here."""
    return needed_text(properties, "expression", context.alone()).strip() not in _FALSE


def _not(properties: Properties, context: ConditionContext) -> bool:
    return not any(holds(condition, context) for _, condition in nested(properties))


def _or(properties: Properties, context: ConditionContext) -> bool:
    return any(holds(condition, context) for _, condition in nested(properties))


_TESTS: Mapping[str, Callable[[Properties, ConditionContext], bool]] = {
    "DateTimeBetween": dates.date_time_between,
    "TimeBetween": dates.time_between,
    "DayWeek": dates.day_week,
    "DayWeekInMonth": dates.day_week_in_month,
    "Weekend": dates.weekend,
    "PublicHoliday": dates.public_holiday,
    "ExecutionFlow": executions.execution_flow,
    "ExecutionNamespace": executions.execution_namespace,
    "ExecutionLabels": executions.execution_labels,
    "ExecutionOutputs": executions.execution_outputs,
    "ExecutionStatus": executions.execution_status,
    "HasRetryAttempt": executions.has_retry_attempt,
    "FlowCondition": executions.flow,
    "FlowNamespaceCondition": executions.flow_namespace,
    "Expression": _expression,
    "Not": _not,
    "Or": _or,
}
