"""Flows, every revision of them, and their labels."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text

from tiercel.repository.tables.columns import Micros, flag, is_flag, metadata, name

flows = Table(
    "flows",
    metadata,
    name("namespace", is_key=True),
    name("id", is_key=True),
    Column("revision", Integer, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("description", Text),
    Column("labels", Text),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    flag("is_disabled"),
    flag("is_draft"),
    flag("is_deleted"),
    CheckConstraint("revision >= 1", name="revision_positive"),
    is_flag("is_deleted"),
    Index("flows_by_id", "id", "namespace"),
    sqlite_with_rowid=False,
)

flow_revisions = Table(
    "flow_revisions",
    metadata,
    name("namespace", is_key=True),
    name("id", is_key=True),
    Column("revision", Integer, primary_key=True, nullable=False),
    Column("source", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("description", Text),
    Column("labels", Text),
    Column("created_at", Micros, nullable=False),
    flag("is_disabled"),
    flag("is_draft"),
    Column("author", Text),
    Column("origin", Text),
    CheckConstraint("revision >= 1", name="revision_positive"),
)

flow_labels = Table(
    "flow_labels",
    metadata,
    name("key", is_key=True),
    name("value", is_key=True),
    name("namespace", is_key=True),
    name("flow_id", is_key=True),
    Index("flow_labels_by_flow", "namespace", "flow_id"),
    sqlite_with_rowid=False,
)
