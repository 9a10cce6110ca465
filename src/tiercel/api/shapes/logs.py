"""Log lines and metrics."""

from __future__ import annotations

from tiercel.api.shapes.times import instant
from tiercel.model.execution import ExecutionKind
from tiercel.model.json import Json
from tiercel.model.log import LogEntry, MetricEntry

FIRST_ATTEMPT = 1
"""Attempts are counted from 1; clients know the first one as 0."""

_OPTIONAL = {
    "executionId": "execution_id",
    "taskId": "task_id",
    "taskRunId": "task_run_id",
    "triggerId": "trigger_id",
    "thread": "thread",
}


def log_shape(entry: LogEntry) -> dict[str, Json]:
    """Give one line."""
    shape: dict[str, Json] = {
        "namespace": entry.namespace,
        "flowId": entry.flow_id,
        "timestamp": instant(entry.at),
        "level": entry.level,
        "message": entry.message,
    }
    for name, attribute in _OPTIONAL.items():
        value = getattr(entry, attribute)
        if value is not None:
            shape[name] = value
    if entry.attempt_number is not None:
        shape["attemptNumber"] = entry.attempt_number - FIRST_ATTEMPT
    if entry.execution_kind is not ExecutionKind.NORMAL:
        shape["executionKind"] = entry.execution_kind
    return shape


def log_line(entry: LogEntry) -> str:
    """Give one line of the downloaded text."""
    return f"{instant(entry.at)} {entry.level} {entry.message}\n"


def metric_shape(entry: MetricEntry) -> dict[str, Json]:
    """Give one figure."""
    return {
        "namespace": entry.namespace,
        "flowId": entry.flow_id,
        "executionId": entry.execution_id,
        "taskId": entry.task_id,
        "taskRunId": entry.task_run_id,
        "type": entry.kind,
        "name": entry.name,
        "value": entry.value,
        "timestamp": instant(entry.at),
        "tags": entry.tags,
    }
