"""Limits on starts, shared pools of slots, flows that were stopped, and events that triggers gather."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, Table, Text

from tiercel.repository.tables.columns import Micros, RowNumber, metadata, name

limit_starts = Table(
    "limit_starts",
    metadata,
    name("scope", is_key=True),
    Column("at", Micros, primary_key=True, autoincrement=False, nullable=False),
    name("execution_id", is_key=True),
    Column("expires_at", Micros, nullable=False),
    Index("limit_starts_by_end", "expires_at"),
    sqlite_with_rowid=False,
)

pools = Table(
    "pools",
    metadata,
    name("name", is_key=True),
    Column("slots", Integer, nullable=False),
    Column("description", Text),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    CheckConstraint("slots >= 0", name="slots_known"),
    sqlite_with_rowid=False,
)

breakers = Table(
    "breakers",
    metadata,
    name("namespace", is_key=True),
    name("flow_id", is_key=True),
    Column("opened_at", Micros, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

gatherings = Table(
    "gatherings",
    metadata,
    name("namespace", is_key=True),
    name("flow_id", is_key=True),
    name("trigger_id", is_key=True),
    name("key", is_key=True),
    name("execution_id"),  # the id that what comes of it will have
    Column("count", Integer, nullable=False),
    Column("begun_at", Micros, nullable=False),
    Column("due_at", Micros, nullable=False),
    Column("error", Text),
    Index("gatherings_due", "due_at"),
    sqlite_with_rowid=False,
)

gathered_events = Table(
    "gathered_events",
    metadata,
    Column("id", RowNumber, primary_key=True),
    name("namespace"),
    name("flow_id"),
    name("trigger_id"),
    name("key"),
    name("event_id"),
    Column("at", Micros, nullable=False),
    Column("event", LargeBinary, nullable=False),
    Index("gathered_events_by_trigger", "namespace", "flow_id", "trigger_id", "key", "id"),
    Index("gathered_events_by_id", "event_id", unique=True),
    sqlite_autoincrement=True,
)
