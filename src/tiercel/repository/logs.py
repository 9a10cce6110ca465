"""Lines and figures that runs leave behind; rows are only ever added, and removed with their execution or by age."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tiercel.model.execution import ExecutionKind
from tiercel.model.log import LogEntry, LogLevel, MetricEntry, MetricKind
from tiercel.repository.codec import from_json, to_json_or_none, to_text
from tiercel.repository.connection import Connection, Row, Target

COLUMNS = (
    "at",
    "level",
    "message",
    "namespace",
    "flow_id",
    "execution_id",
    "task_id",
    "task_run_id",
    "attempt_number",
    "trigger_id",
    "thread",
    "execution_kind",
)
METRIC_COLUMNS = (
    "at",
    "kind",
    "name",
    "value",
    "namespace",
    "flow_id",
    "execution_id",
    "task_id",
    "task_run_id",
    "tags",
    "execution_kind",
)
TARGET = Target(table="logs", columns=COLUMNS)
METRICS = Target(table="metrics", columns=METRIC_COLUMNS)
LEVELS = tuple(LogLevel)

_RANKS = {level: level.rank for level in LogLevel}


def save_logs(connection: Connection, entries: Sequence[LogEntry]) -> None:
    """Add lines."""
    connection.insert(TARGET, [to_row(entry) for entry in entries])


def list_execution_logs(
    connection: Connection, execution_id: str, *, after_id: int = 0, limit: int = 10_000
) -> list[tuple[int, LogEntry]]:
    """Lines of an execution with their numbers, in the order they were stored, from the one after ``after_id``."""
    rows = connection.fetch(
        f"SELECT id, {', '.join(COLUMNS)} FROM logs WHERE execution_id = ? AND id > ? ORDER BY id LIMIT ?",
        (execution_id, after_id, limit),
    )
    return [(row[0], from_row(row[1:])) for row in rows]


def delete_execution_logs(connection: Connection, execution_ids: Iterable[str]) -> int:
    """Remove the lines of executions; returns how many there were."""
    return sum(connection.execute("DELETE FROM logs WHERE execution_id = ?", (key,)) for key in execution_ids)


def delete_trigger_logs(connection: Connection, namespace: str, flow_id: str, trigger_id: str) -> int:
    """Remove the lines that a trigger wrote; returns how many there were."""
    return connection.execute(
        "DELETE FROM logs WHERE namespace = ? AND flow_id = ? AND trigger_id = ?", (namespace, flow_id, trigger_id)
    )


def delete_execution_metrics(connection: Connection, execution_ids: Iterable[str]) -> int:
    """Remove the figures of executions; returns how many there were."""
    return sum(connection.execute("DELETE FROM metrics WHERE execution_id = ?", (key,)) for key in execution_ids)


def to_row(entry: LogEntry) -> Row:
    """The line as a row, in the order of COLUMNS."""
    return (
        entry.at,
        _RANKS[entry.level],
        to_text(entry.message),
        entry.namespace,
        entry.flow_id,
        entry.execution_id,
        entry.task_id,
        entry.task_run_id,
        entry.attempt_number,
        entry.trigger_id,
        entry.thread,
        entry.execution_kind.value,
    )


def from_row(row: Row) -> LogEntry:
    """The line of a row in the order of COLUMNS."""
    values = dict(zip(COLUMNS, row, strict=True))
    values["level"] = LEVELS[values["level"]]
    values["execution_kind"] = ExecutionKind(values["execution_kind"])
    return LogEntry(**values)


def to_metric_row(entry: MetricEntry) -> Row:
    """The figure as a row, in the order of METRIC_COLUMNS."""
    return (
        entry.at,
        entry.kind.value,
        entry.name,
        entry.value,
        entry.namespace,
        entry.flow_id,
        entry.execution_id,
        entry.task_id,
        entry.task_run_id,
        to_json_or_none(entry.tags),
        entry.execution_kind.value,
    )


def from_metric_row(row: Row) -> MetricEntry:
    """The figure of a row in the order of METRIC_COLUMNS."""
    values = dict(zip(METRIC_COLUMNS, row, strict=True))
    values["kind"] = MetricKind(values["kind"])
    values["tags"] = from_json(values["tags"] or "{}")
    values["execution_kind"] = ExecutionKind(values["execution_kind"])
    return MetricEntry(**values)
