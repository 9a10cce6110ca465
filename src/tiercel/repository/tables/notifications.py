"""What users are told of, and what each has read."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text

from tiercel.repository.tables.columns import Micros, metadata, name

notifications = Table(
    "notifications",
    metadata,
    name("id", is_key=True),
    Column("type", Text, nullable=False),
    Column("title", Text, nullable=False),
    name("namespace"),  # empty when it is about the installation
    name("flow_id"),
    Column("reference_id", Text),
    Column("total", Integer, nullable=False),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    CheckConstraint("total >= 1", name="total_positive"),
    Index("notifications_by_time", "updated_at", "id"),
)

notification_reads = Table(
    "notification_reads",
    metadata,
    name("user_name", is_key=True),
    name("notification_id", is_key=True),
    sqlite_with_rowid=False,
)
