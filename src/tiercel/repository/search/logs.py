"""The lists of log lines and of metrics."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from tiercel.errors import InvalidArgumentError
from tiercel.model.log import LogLevel
from tiercel.repository import logs as rows
from tiercel.repository.connection import Row
from tiercel.repository.query import Filter, Operation, Sort
from tiercel.repository.search.conditions import (
    Clause,
    choice_field,
    number_field,
    switch_field,
    text_field,
    whole_field,
)
from tiercel.repository.search.names import flow_field, namespace_field
from tiercel.repository.search.pages import Listing
from tiercel.repository.search.words import words_seeker
from tiercel.repository.tables import logs, metrics

_log = logs.c
_metric = metrics.c
_is_system = _log.namespace == "system"
_rank = number_field(_log.level)


def _level(wanted: Filter) -> Clause:
    words = wanted.value if isinstance(wanted.value, tuple) else (str(wanted.value),)
    unknown = [word for word in words if word.upper() not in LogLevel.__members__]
    if unknown:
        raise InvalidArgumentError(f"level is one of {', '.join(LogLevel)}, not {', '.join(unknown)}")
    ranks = [LogLevel(word.upper()).rank for word in words]
    if wanted.operation is Operation.IN:
        return _log.level.in_(ranks)
    if wanted.operation is Operation.NOT_IN:
        return _log.level.not_in(ranks)
    return _rank(Filter(wanted.field, wanted.operation, ranks[0]))


def _read_log(row: Row) -> tuple[Any, ...]:
    return row[0], rows.from_row(row[1:])


LOGS = Listing(
    rows=select(_log.id, *(_log[name] for name in rows.COLUMNS)),
    read=_read_log,
    key=(_log.id,),
    fields={
        "namespace": namespace_field(logs, _log.id),
        "flowId": flow_field(logs, _log.id, has_index=False),
        "startDate": number_field(_log.at),
        "endDate": number_field(_log.at),
        "triggerId": text_field(_log.trigger_id),
        "level": _level,
        "executionId": text_field(_log.execution_id),
        "taskId": text_field(_log.task_id),
        "taskRunId": text_field(_log.task_run_id),
        "attemptNumber": whole_field(_log.attempt_number),
        "kind": choice_field(_log.execution_kind),
        "scope": switch_field({"SYSTEM": _is_system, "USER": ~_is_system}),
    },
    within_namespace={"flowId": text_field(_log.flow_id)},
    seekers={"q": words_seeker(logs, "logs", "id", (_log.message,))},
    orders={
        "id": _log.id,
        "timestamp": _log.at,
        "level": _log.level,
        "namespace": _log.namespace,
        "flowId": _log.flow_id,
        "executionId": func.coalesce(_log.execution_id, ""),
        "taskId": func.coalesce(_log.task_id, ""),
        "taskRunId": func.coalesce(_log.task_run_id, ""),
    },
    default=(Sort("timestamp"),),
)

METRICS = Listing(
    rows=select(*(_metric[name] for name in rows.METRIC_COLUMNS)),
    read=rows.from_metric_row,
    key=(_metric.id,),
    fields={
        "namespace": namespace_field(metrics, _metric.id),
        "flowId": flow_field(metrics, _metric.id, has_index=False),
        "executionId": text_field(_metric.execution_id),
        "taskId": text_field(_metric.task_id),
        "taskRunId": text_field(_metric.task_run_id),
        "name": text_field(_metric.name),
        "startDate": number_field(_metric.at),
        "endDate": number_field(_metric.at),
        "kind": choice_field(_metric.execution_kind),
    },
    within_namespace={"flowId": text_field(_metric.flow_id)},
    orders={
        "namespace": _metric.namespace,
        "flowId": _metric.flow_id,
        "taskId": _metric.task_id,
        "executionId": _metric.execution_id,
        "taskrunId": _metric.task_run_id,
        "taskRunId": _metric.task_run_id,
        "name": _metric.name,
        "timestamp": _metric.at,
        "value": _metric.value,
    },
    default=(Sort("timestamp"),),
)
