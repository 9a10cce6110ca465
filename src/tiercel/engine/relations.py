"""How two flows depend on each other, read from their definitions alone.

A flow leads to another when one of its tasks starts it, or when the other has a trigger that listens to it. What only
an execution can tell (its state, labels or values) is taken to hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from tiercel.model.flow import ConditionDefinition, Flow, TaskDefinition, TriggerDefinition
from tiercel.model.json import Json

STARTING_CONTROLS = frozenset({"subflow", "foreach_item"})
FLOW_TRIGGERS = frozenset({"io.kestra.plugin.core.trigger.Flow"})
CONDITION_PREFIXES = ("io.kestra.plugin.core.condition.", "io.kestra.core.models.conditions.types.")


class FlowRelation(StrEnum):
    """Why one flow leads to another."""

    FLOW_TASK = "FLOW_TASK"
    FLOW_TRIGGER = "FLOW_TRIGGER"


def find_relation(parent: Flow, child: Flow) -> FlowRelation | None:
    """Tell how ``parent`` leads to ``child``; None when it does not."""
    if any(_starts(task, child) for task in all_tasks(parent)):
        return FlowRelation.FLOW_TASK
    if (parent.namespace, parent.id) == (child.namespace, child.id):
        return None
    if any(_listens(trigger, parent) for trigger in child.triggers):
        return FlowRelation.FLOW_TRIGGER
    return None


def all_tasks(flow: Flow) -> Iterator[TaskDefinition]:
    """Every task of every list, nested ones after the task that holds them."""
    for tasks in (flow.tasks, flow.errors, flow.finally_, flow.after_execution):
        yield from _nested(tasks)
    for listener in flow.listeners:
        yield from _nested(listener.tasks)


def _nested(tasks: Sequence[TaskDefinition]) -> Iterator[TaskDefinition]:
    for task in tasks:
        yield task
        for branch in task.branches.values():
            yield from _nested(branch)


def _starts(task: TaskDefinition, child: Flow) -> bool:
    wanted = (task.properties.get("namespace"), task.properties.get("flowId"))
    return task.control in STARTING_CONTROLS and wanted == (child.namespace, child.id)


def _listens(trigger: TriggerDefinition, parent: Flow) -> bool:
    if trigger.type not in FLOW_TRIGGERS or trigger.is_disabled:
        return False
    depends_on = trigger.properties.get("dependsOn")
    preconditions = trigger.properties.get("preconditions")
    if depends_on and not _names_flow(depends_on, parent):
        return False
    if isinstance(preconditions, Mapping) and not _holds_preconditions(preconditions, parent):
        return False
    return all(_holds(_name(condition.type), condition.properties, parent) for condition in trigger.conditions)


def _names_flow(entries: Json, parent: Flow) -> bool:
    return any(
        entry.get("namespace") == parent.namespace and entry.get("flowId") in (None, parent.id)
        for entry in entries
        if isinstance(entry, Mapping)
    )


def _holds_preconditions(preconditions: Mapping[str, Json], parent: Flow) -> bool:
    flows, where = preconditions.get("flows") or (), preconditions.get("where") or ()
    if flows and _names_flow(flows, parent):
        return True
    groups = [entry for entry in where if isinstance(entry, Mapping)]
    return any(_holds_filters(group, parent) for group in groups) if groups else not flows


def _holds_filters(group: Mapping[str, Json], parent: Flow) -> bool:
    fields = {"FLOW_ID": parent.id, "NAMESPACE": parent.namespace}
    found = [
        FILTERS.get(str(entry.get("type")), _always)(fields[str(entry["field"])], entry)
        for entry in group.get("filters") or ()
        if entry.get("field") in fields
    ]
    return any(found) if group.get("operand") == "OR" and found else all(found)


def _always(_actual: str, _filter: Mapping[str, Json]) -> bool:
    return True


FILTERS: Mapping[str, Callable[[str, Mapping[str, Json]], bool]] = {
    "EQUAL_TO": lambda actual, entry: actual == entry.get("value"),
    "NOT_EQUAL_TO": lambda actual, entry: actual != entry.get("value"),
    "IN": lambda actual, entry: actual in (entry.get("values") or ()),
    "NOT_IN": lambda actual, entry: actual not in (entry.get("values") or ()),
    "STARTS_WITH": lambda actual, entry: actual.startswith(str(entry.get("value"))),
    "ENDS_WITH": lambda actual, entry: actual.endswith(str(entry.get("value"))),
    "CONTAINS": lambda actual, entry: str(entry.get("value")) in actual,
    "REGEX": lambda actual, entry: re.fullmatch(str(entry.get("value")), actual) is not None,
}


def _name(type_: str) -> str:
    for prefix in CONDITION_PREFIXES:
        type_ = type_.removeprefix(prefix)
    return type_.removesuffix("Condition") if type_ != "MultipleCondition" else type_


def _holds(name: str, properties: Mapping[str, Json], parent: Flow) -> bool:
    check = CONDITIONS.get(name)
    return check is None or check(properties, parent)


def _nested_conditions(properties: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    given = properties.get("conditions") or ()
    for condition in given.values() if isinstance(given, Mapping) else given:
        if isinstance(condition, ConditionDefinition):
            yield _name(condition.type), condition.properties
        elif isinstance(condition, Mapping):
            yield _name(str(condition.get("type"))), condition


def _multiple(properties: Mapping[str, Json], parent: Flow) -> bool:
    # Each of its conditions may be met by another execution, so one that names the flow is enough.
    nested = [pair for pair in _nested_conditions(properties) if pair[0] in CONDITIONS]
    return any(_holds(name, inner, parent) for name, inner in nested) if nested else True


def _namespace(properties: Mapping[str, Json], parent: Flow) -> bool:
    wanted = str(properties.get("namespace"))
    comparison = properties.get("comparison") or ("PREFIX" if properties.get("prefix") else "EQUALS")
    if comparison == "PREFIX":
        return parent.namespace.startswith(wanted)
    return parent.namespace.endswith(wanted) if comparison == "SUFFIX" else parent.namespace == wanted


def _flow(properties: Mapping[str, Json], parent: Flow) -> bool:
    return (properties.get("namespace"), properties.get("flowId")) == (parent.namespace, parent.id)


def _not(properties: Mapping[str, Json], parent: Flow) -> bool:
    nested = [pair for pair in _nested_conditions(properties) if pair[0] in CONDITIONS]
    return not any(_holds(name, inner, parent) for name, inner in nested)


def _or(properties: Mapping[str, Json], parent: Flow) -> bool:
    nested = list(_nested_conditions(properties))
    return any(_holds(name, inner, parent) for name, inner in nested)


CONDITIONS: Mapping[str, Callable[[Mapping[str, Json], Flow], bool]] = {
    "ExecutionFlow": _flow,
    "Flow": _flow,
    "ExecutionNamespace": _namespace,
    "FlowNamespace": _namespace,
    "MultipleCondition": _multiple,
    "Not": _not,
    "Or": _or,
}
