"""What an execution started by a Flow trigger sees as ``trigger``, and what its inputs and labels see before.

Source: recorded flows of both published versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC

from tiercel.engine.conditions.upstream import Upstream
from tiercel.engine.date_text import date_text
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.model.memory import Met

_SYSTEM = "system."


def flow_variables(upstream: Upstream, met: Iterable[Met], dialect: Dialect) -> dict[str, Json]:
    """Give the variables of the trigger.

    Args:
        upstream: The execution that made it fire.
        met: All that made it fire, oldest first.
        dialect: Of the flow of the trigger.
    """
    found: dict[str, Json] = {
        "executionId": upstream.execution_id,
        "executionLabels": {key: value for key, value in upstream.labels if not key.startswith(_SYSTEM)},
        "state": upstream.state.value,
    }
    if dialect is Dialect.V2_0:
        found["startDate"] = date_text(upstream.started_at, UTC, dialect)
        if upstream.ended_at is not None:
            found["endDate"] = date_text(upstream.ended_at, UTC, dialect)
    found |= {"namespace": upstream.namespace, "flowId": upstream.flow_id, "flowRevision": upstream.revision}
    if dialect is Dialect.V2_0:
        optional = {"firstFailedTaskId": upstream.first_failed_task_id, "lastTaskId": upstream.last_task_id}
        found |= {name: value for name, value in optional.items() if value is not None}
    outputs = _merged(met) if dialect is Dialect.V1_3 else _by_flow(upstream, met)
    if outputs:
        found["outputs"] = outputs
    return found


def seen_by_inputs(variables: Mapping[str, Json], dialect: Dialect) -> dict[str, Json]:
    """Give what ``trigger`` is while inputs are rendered: in 1.3 the outputs alone, when there are any."""
    if dialect is Dialect.V2_0:
        return {"trigger": dict(variables)}
    return {"trigger": {"outputs": variables["outputs"]}} if "outputs" in variables else {}


def seen_by_labels(variables: Mapping[str, Json], dialect: Dialect) -> dict[str, Json]:
    """Give what ``trigger`` is while labels are rendered: in 1.3 it is not there."""
    return {"trigger": dict(variables)} if dialect is Dialect.V2_0 else {}


def _merged(met: Iterable[Met]) -> dict[str, Json]:
    outputs: dict[str, Json] = {}
    for one in met:
        outputs = _deeply(outputs, one.outputs or {})
    return outputs


def _deeply(low: dict[str, Json], high: dict[str, Json]) -> dict[str, Json]:
    merged = dict(low)
    for key, value in high.items():
        below = merged.get(key)
        merged[key] = _deeply(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _by_flow(upstream: Upstream, met: Iterable[Met]) -> dict[str, Json]:
    """The outputs of the last one as they are, and those of each under its namespace and flow id."""
    by_namespace: dict[str, Json] = {}
    for one in met:
        flows = by_namespace.setdefault(one.namespace, {})
        if one.outputs and isinstance(flows, dict):
            flows[one.flow_id] = one.outputs
    return {**(upstream.outputs or {}), **{name: flows for name, flows in by_namespace.items() if flows}}
