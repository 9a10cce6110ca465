"""The 1.x conditions on executions and flows."""

from __future__ import annotations

from collections.abc import Mapping

from tiercel.engine.conditions.context import (
    ConditionContext,
    Properties,
    needed_text,
    needed_upstream,
    optional_text,
    optional_texts,
)
from tiercel.expressions import is_truthy
from tiercel.model.json import Json


def execution_flow(properties: Properties, context: ConditionContext) -> bool:
    """Whether the execution is one of that flow."""
    upstream = needed_upstream(context)
    return _is_flow(properties, context, (upstream.namespace, upstream.flow_id))


def execution_namespace(properties: Properties, context: ConditionContext) -> bool:
    """Whether the execution is of that namespace; a prefix is one of the text, not of whole parts."""
    return _is_namespace(properties, context, needed_upstream(context).namespace)


def execution_labels(properties: Properties, context: ConditionContext) -> bool:
    """Whether the execution has all of these labels."""
    return has_labels(needed_upstream(context).labels, properties.get("labels"), context)


def execution_outputs(properties: Properties, context: ConditionContext) -> bool:
    """Whether an expression over the outputs holds; not even looked at when there are none."""
    outputs = needed_upstream(context).outputs
    if not outputs:
        return False
    return is_truthy(needed_text(properties, "expression", context.seeing(trigger={"outputs": outputs})))


def execution_status(properties: Properties, context: ConditionContext) -> bool:
    """Whether the execution is in one of these states."""
    return _is_state(properties, context, needed_upstream(context).state)


def has_retry_attempt(properties: Properties, context: ConditionContext) -> bool:
    """Whether some attempt ended in one of these states."""
    return any(_is_state(properties, context, state) for state in needed_upstream(context).attempts)


def flow(properties: Properties, context: ConditionContext) -> bool:
    """Whether the flow is that one."""
    return _is_flow(properties, context, _flow_of(context))


def flow_namespace(properties: Properties, context: ConditionContext) -> bool:
    """Whether the flow is of that namespace."""
    return _is_namespace(properties, context, _flow_of(context)[0])


def has_labels(labels: tuple[tuple[str, str], ...], wanted: Json, context: ConditionContext) -> bool:
    """Whether all wanted labels, a map or a list of key and value, are there with the same value."""
    if isinstance(wanted, list):
        wanted = {str(entry.get("key")): entry.get("value") for entry in wanted if isinstance(entry, Mapping)}
    if not isinstance(wanted, dict):
        return True
    return all((key, optional_text(wanted, key, context)) in labels for key in wanted)


def _flow_of(context: ConditionContext) -> tuple[str, str]:
    if context.flow is not None:
        return context.flow
    upstream = needed_upstream(context)
    return upstream.namespace, upstream.flow_id


def _is_flow(properties: Properties, context: ConditionContext, actual: tuple[str, str]) -> bool:
    return actual == (needed_text(properties, "namespace", context), needed_text(properties, "flowId", context))


def _is_namespace(properties: Properties, context: ConditionContext, actual: str) -> bool:
    wanted = needed_text(properties, "namespace", context)
    comparison = optional_text(properties, "comparison", context)
    if comparison is None:
        comparison = "PREFIX" if optional_text(properties, "prefix", context) == "true" else "EQUALS"
    match comparison:
        case "PREFIX":
            return actual.startswith(wanted)
        case "SUFFIX":
            return actual.endswith(wanted)
        case _:
            return actual == wanted


def _is_state(properties: Properties, context: ConditionContext, state: str) -> bool:
    allowed = optional_texts(properties, "in", context)
    refused = optional_texts(properties, "notIn", context)
    return (allowed is None or state in allowed) and (refused is None or state not in refused)
