"""What charts are drawn from: for each dataset its rows, its columns and what can be filtered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from sqlalchemy import ColumnElement, Table, case, literal, null, select

from tiercel.model.dashboard import Dataset
from tiercel.model.execution import ExecutionKind
from tiercel.repository.search import (
    executions as execution_list,
    flows as flow_list,
    logs as log_list,
    triggers as trigger_list,
)
from tiercel.repository.search.conditions import (
    Clause,
    Column,
    Field,
    number_field,
    switch_field,
    text_field,
)
from tiercel.repository.search.pages import Seeker
from tiercel.repository.tables import execution_labels, executions, flows, logs, metrics, triggers

_SYSTEM = "system"


class Source(Struct, frozen=True, kw_only=True):
    """The rows of a dataset.

    Attributes:
        rows: The table.
        always: Conditions that hold for each row that counts.
        columns: By the name of the field in a dashboard.
        names: Of the fields of a dashboard, what the filters of lists call them.
        fields: What can be filtered, by the name in lists.
        seekers: The same for what has to look into the database first.
        at: The time rows are found by; None when they have none.
        label: Makes the value of a label of a row.
    """

    rows: Table
    always: tuple[Clause, ...]
    columns: Mapping[str, Column]
    names: Mapping[str, str]
    fields: Mapping[str, Field]
    seekers: Mapping[str, Seeker] = {}
    at: Column | None = None
    label: Callable[[str], ColumnElement[str]] | None = None


def _label(key: str) -> ColumnElement[str]:
    labels = execution_labels.c
    found = select(labels.value).where(labels.execution_id == executions.c.id, labels.key == key)
    return found.limit(1).correlate(executions).scalar_subquery()


def _named(rows: Table, **fields: Field) -> dict[str, Field]:
    """Names compared as they stand: the stretch of time bounds what is read, so no index on them is looked for."""
    return {"namespace": text_field(rows.c.namespace), "flowId": text_field(rows.c.flow_id), **fields}


def _scope(column: Column) -> Column:
    return case((column == _SYSTEM, "SYSTEM"), else_="USER")


def _scope_field(column: Column) -> Field:
    is_system = column == _SYSTEM
    return switch_field({"SYSTEM": is_system, "USER": ~is_system})


_COMMON = {"NAMESPACE": "namespace", "FLOW_ID": "flowId", "EXECUTION_ID": "executionId"}
_TASK = {"TASK_ID": "taskId", "TASK_RUN_ID": "taskRunId", "DATE": "startDate"}
_NORMAL = ExecutionKind.NORMAL.value
_run, _line, _figure, _flow, _trigger = executions.c, logs.c, metrics.c, flows.c, triggers.c

SOURCES: Mapping[Dataset, Source] = {
    Dataset.EXECUTIONS: Source(
        rows=executions,
        always=(_run.is_deleted == 0, _run.kind == _NORMAL),
        columns={
            "ID": _run.id,
            "NAMESPACE": _run.namespace,
            "FLOW_ID": _run.flow_id,
            "FLOW_REVISION": _run.revision,
            "STATE": _run.state,
            "DURATION": _run.ended_at - _run.started_at,
            "LABELS": _run.labels,
            "START_DATE": _run.started_at,
            "END_DATE": _run.ended_at,
            "TRIGGER_EXECUTION_ID": _run.trigger_execution_id,
            "SCOPE": _scope(_run.namespace),
        },
        names={
            **_COMMON,
            "ID": "id",
            "FLOW_REVISION": "flowRevision",
            "STATE": "state",
            "DURATION": "duration",
            "LABELS": "labels",
            "START_DATE": "startDate",
            "END_DATE": "endDate",
            "TRIGGER_EXECUTION_ID": "triggerExecutionId",
            "SCOPE": "scope",
        },
        fields={
            **execution_list.LISTING.fields,
            **_named(
                executions,
                endDate=number_field(_run.ended_at),
                duration=number_field(_run.ended_at - _run.started_at),
            ),
        },
        seekers=execution_list.LISTING.seekers,
        at=_run.started_at,
        label=_label,
    ),
    Dataset.LOGS: Source(
        rows=logs,
        always=(_line.execution_kind == _NORMAL,),
        columns={
            "NAMESPACE": _line.namespace,
            "FLOW_ID": _line.flow_id,
            "EXECUTION_ID": _line.execution_id,
            "TASK_ID": _line.task_id,
            "DATE": _line.at,
            "TASK_RUN_ID": _line.task_run_id,
            "ATTEMPT_NUMBER": _line.attempt_number,
            "TRIGGER_ID": _line.trigger_id,
            "LEVEL": _line.level,
            "MESSAGE": _line.message,
        },
        names={
            **_COMMON,
            **_TASK,
            "ATTEMPT_NUMBER": "attemptNumber",
            "TRIGGER_ID": "triggerId",
            "LEVEL": "level",
            "MESSAGE": "message",
        },
        fields={**log_list.LOGS.fields, **log_list.LOGS.within_namespace, "message": text_field(_line.message)},
        seekers=log_list.LOGS.seekers,
        at=_line.at,
    ),
    Dataset.METRICS: Source(
        rows=metrics,
        always=(_figure.execution_kind == _NORMAL,),
        columns={
            "NAMESPACE": _figure.namespace,
            "FLOW_ID": _figure.flow_id,
            "TASK_ID": _figure.task_id,
            "EXECUTION_ID": _figure.execution_id,
            "TASK_RUN_ID": _figure.task_run_id,
            "TYPE": _figure.kind,
            "NAME": _figure.name,
            "VALUE": _figure.value,
            "DATE": _figure.at,
        },
        names={**_COMMON, **_TASK, "TYPE": "type", "NAME": "name", "VALUE": "value"},
        fields={
            **log_list.METRICS.fields,
            **log_list.METRICS.within_namespace,
            **_named(
                metrics,
                type=text_field(_figure.kind),
                value=number_field(_figure.value),
                scope=_scope_field(_figure.namespace),
            ),
        },
        at=_figure.at,
    ),
    Dataset.FLOWS: Source(
        rows=flows,
        always=(_flow.is_deleted == 0,),
        columns={"ID": _flow.id, "NAMESPACE": _flow.namespace, "REVISION": _flow.revision},
        names={"ID": "flowId", "NAMESPACE": "namespace", "REVISION": "revision"},
        fields=flow_list.LISTING.fields,
        seekers=flow_list.LISTING.seekers,
    ),
    Dataset.TRIGGERS: Source(
        rows=triggers,
        always=(_trigger.is_active == 1,),
        columns={
            "ID": _trigger.trigger_id,
            "NAMESPACE": _trigger.namespace,
            "FLOW_ID": _trigger.flow_id,
            "TRIGGER_ID": _trigger.trigger_id,
            "EXECUTION_ID": _trigger.execution_id,
            "NEXT_EXECUTION_DATE": _trigger.next_at,
            # No worker holds a trigger for longer than one look.
            "WORKER_ID": null(),
        },
        names={
            **_COMMON,
            "ID": "triggerId",
            "TRIGGER_ID": "triggerId",
            "NEXT_EXECUTION_DATE": "nextExecutionDate",
            "WORKER_ID": "workerId",
        },
        fields={**trigger_list.LISTING.fields, "workerId": text_field(literal(None))},
    ),
}
"""Every dataset."""
