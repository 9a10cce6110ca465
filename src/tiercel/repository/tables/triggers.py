"""Triggers, the dates they fired at, and flows that wait for other flows."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from tiercel.repository.tables.columns import Micros, Name, RowNumber, flag, is_flag, metadata, name, partial

triggers = Table(
    "triggers",
    metadata,
    name("namespace", is_key=True),
    name("flow_id", is_key=True),
    name("trigger_id", is_key=True),
    Column("kind", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    flag("is_active"),
    flag("is_disabled"),
    Column("begin_at", Micros),
    Column("next_at", Micros),
    Column("look_at", Micros),
    Column("last_at", Micros),
    Column("fired_at", Micros),
    Column("evaluated_at", Micros),
    Column("backfill", Text),
    name("backfill_id"),  # empty when there is none
    Column("execution_id", Name),
    Column("locked_at", Micros),
    Column("held_until", Micros),
    Column("reason", Text, nullable=False),
    Column("error", Text),
    Column("failed_at", Micros),
    Column("version", Integer, nullable=False),
    Column("updated_at", Micros, nullable=False),
    is_flag("is_active"),
    is_flag("is_disabled"),
    partial("triggers_due", "look_at", only="look_at IS NOT NULL"),
    partial("triggers_tools", "namespace", "flow_id", "trigger_id", only="kind = 'TOOL'"),
)

firings = Table(
    "firings",
    metadata,
    name("namespace", is_key=True),
    name("flow_id", is_key=True),
    name("trigger_id", is_key=True),
    name("backfill_id", is_key=True),  # empty for the dates of the present
    Column("at", Micros, primary_key=True, autoincrement=False, nullable=False),
    name("execution_id"),
    flag("is_open"),
    is_flag("is_open"),
    Index("firings_by_execution", "execution_id"),
    partial("firings_open", "execution_id", only="is_open = 1"),
    sqlite_with_rowid=False,
)

watches = Table(
    "watches",
    metadata,
    name("upstream_namespace", is_key=True),  # empty when any is looked at
    name("upstream_flow_id", is_key=True),  # empty when any is looked at
    name("namespace", is_key=True),
    name("flow_id", is_key=True),
    name("trigger_id", is_key=True),
    Column("states", Text, nullable=False),
    Index("watches_by_flow", "namespace", "flow_id"),
    sqlite_with_rowid=False,
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", RowNumber, primary_key=True),
    name("execution_id"),
    Column("number", Integer, nullable=False),
    Column("at", Micros, nullable=False),
    Column("task_run_count", Integer, nullable=False),
    Column("execution", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

trigger_memories = Table(
    "trigger_memories",
    metadata,
    name("namespace", is_key=True),
    name("flow_id", is_key=True),
    name("trigger_id", is_key=True),
    name("group_id", is_key=True),
    Column("ends_at", Micros, nullable=False),
    Column("memory", LargeBinary, nullable=False),
    Index("trigger_memories_by_end", "ends_at"),
    sqlite_with_rowid=False,
)

trigger_states = Table(
    "trigger_states",
    metadata,
    name("namespace", is_key=True),
    name("flow_id", is_key=True),
    name("trigger_id", is_key=True),
    Column("state", Text, nullable=False),
    Column("updated_at", Micros, nullable=False),
    sqlite_with_rowid=False,
)

removed_triggers = Table(
    "removed_triggers",
    metadata,
    name("namespace", is_key=True),
    name("flow_id", is_key=True),
    name("trigger_id", is_key=True),
    Column("state", Text, nullable=False),
    Column("removed_at", Micros, nullable=False),
    Index("removed_triggers_by_time", "removed_at"),
    sqlite_with_rowid=False,
)
