"""What runs wrote: log lines and metrics."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, SmallInteger, Table, Text

from tiercel.model.log import MetricKind
from tiercel.repository.tables.columns import Micros, Name, RowNumber, metadata, name, one_of, partial

logs = Table(
    "logs",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("at", Micros, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("message", Text, nullable=False),
    name("namespace"),
    name("flow_id"),
    Column("execution_id", Name),
    Column("task_id", Name),
    Column("task_run_id", Name),
    Column("attempt_number", Integer),
    Column("trigger_id", Name),
    Column("thread", Text),
    name("execution_kind"),
    CheckConstraint("level BETWEEN 0 AND 4", name="level_known"),
    partial("logs_by_execution", "execution_id", only="execution_id IS NOT NULL"),
    Index("logs_by_time", "at"),
    Index("logs_by_flow", "namespace", "flow_id", "at"),
    partial("logs_of_trouble", "at", only="level >= 3"),
)

metrics = Table(
    "metrics",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("at", Micros, nullable=False),
    Column("kind", Text, nullable=False),
    name("name"),
    Column("value", Float, nullable=False),
    name("namespace"),
    name("flow_id"),
    name("execution_id"),
    name("task_id"),
    name("task_run_id"),
    Column("tags", Text),
    name("execution_kind"),
    one_of("kind", MetricKind),
    Index("metrics_by_execution", "execution_id"),
    Index("metrics_by_flow", "namespace", "flow_id", "at"),
    Index("metrics_by_time", "at"),
)
