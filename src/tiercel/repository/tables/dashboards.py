"""Dashboards as YAML, their revisions, and which one is shown where nobody chose one."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text

from tiercel.repository.tables.columns import Micros, flag, is_flag, metadata, name, one_of

PLACES = ("home", "flow", "namespace")

dashboards = Table(
    "dashboards",
    metadata,
    name("id", is_key=True),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    flag("is_deleted"),
    CheckConstraint("revision >= 1", name="revision_positive"),
    is_flag("is_deleted"),
)

dashboard_revisions = Table(
    "dashboard_revisions",
    metadata,
    name("id", is_key=True),
    Column("revision", Integer, primary_key=True, nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("created_at", Micros, nullable=False),
    CheckConstraint("revision >= 1", name="revision_positive"),
)

default_dashboards = Table(
    "default_dashboards",
    metadata,
    name("place", is_key=True),
    name("dashboard_id"),
    one_of("place", PLACES),
)
