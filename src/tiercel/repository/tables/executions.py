"""Executions, their labels, their task runs and what those answered."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, text

from tiercel.model.execution import ExecutionKind
from tiercel.repository.tables.columns import (
    STORED_STATES,
    Micros,
    Name,
    flag,
    is_flag,
    metadata,
    name,
    one_of,
    partial,
)

executions = Table(
    "executions",
    metadata,
    name("id", is_key=True),
    name("namespace"),
    name("flow_id"),
    Column("revision", Integer, nullable=False),
    Column("dialect", Text, nullable=False),
    name("state"),
    Column("history", Text, nullable=False),
    Column("started_at", Micros, nullable=False),
    Column("ended_at", Micros),
    Column("shard", Integer, nullable=False),
    Column("inputs", Text),
    Column("outputs", Text),
    Column("variables", Text),
    Column("labels", Text),
    Column("trigger", Text),
    Column("trigger_execution_id", Name),
    Column("parent_id", Name),
    Column("parent_task_run_id", Name),
    Column("loop_task_id", Name),
    Column("iteration", Text),
    Column("iteration_index", Integer),
    Column("original_id", Name),
    name("kind"),
    Column("attempt_number", Integer, nullable=False),
    Column("original_created_at", Micros, nullable=False),
    Column("scheduled_at", Micros),
    Column("breakpoints", Text),
    flag("is_over"),
    flag("is_deleted"),
    Column("version", Integer, nullable=False),
    Column("error", Text),
    Column("notes", Text),
    one_of("state", STORED_STATES),
    one_of("kind", ExecutionKind),
    is_flag("is_over"),
    # The last column lets a list be counted along the index alone.
    Index("executions_by_start", "started_at", "id", "is_deleted"),
    Index("executions_by_flow", "namespace", "flow_id", "started_at", "is_deleted"),
    Index("executions_by_flow_id", "flow_id", "started_at", "is_deleted"),
    Index("executions_by_state", "state", "started_at", "is_deleted"),
    Index("executions_by_end", text("coalesce(ended_at, -1)"), "id"),
    Index("executions_by_duration", text("coalesce(ended_at - started_at, -1)"), "id"),
    partial("executions_by_kind", "kind", "started_at", only="kind <> 'NORMAL'"),
    partial("executions_by_parent", "parent_id", only="parent_id IS NOT NULL"),
    partial("executions_by_trigger", "trigger_execution_id", only="trigger_execution_id IS NOT NULL"),
    partial("executions_open", "shard", "id", only="is_over = 0"),
    partial("executions_live", "namespace", "flow_id", "state", only="is_over = 0 AND kind <> 'LOOP'"),
)

execution_labels = Table(
    "execution_labels",
    metadata,
    name("key", is_key=True),
    name("value", is_key=True),
    name("execution_id", is_key=True),
    Index("execution_labels_by_execution", "execution_id"),
    sqlite_with_rowid=False,
)

task_runs = Table(
    "task_runs",
    metadata,
    name("execution_id", is_key=True),
    name("id", is_key=True),
    name("task_id"),
    Column("number", Integer, nullable=False),
    Column("parent_id", Name),
    Column("section", Text, nullable=False),
    Column("value", Text),
    Column("iteration", Integer),
    name("state"),
    Column("history", Text, nullable=False),
    Column("attempts", Text),
    flag("has_outputs"),
    Column("outputs_uri", Text),
    flag("is_dynamic"),
    Column("token", Integer, nullable=False),
    Column("items", Text),
    Column("retry_at", Micros),
    Column("notes", Text),
    one_of("state", STORED_STATES),
    sqlite_with_rowid=False,
)

outputs = Table(
    "outputs",
    metadata,
    name("execution_id", is_key=True),
    name("task_run_id", is_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)
