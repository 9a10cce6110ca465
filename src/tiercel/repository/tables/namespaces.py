"""What is set for a namespace, and its secrets."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text

from tiercel.repository.tables.columns import Micros, metadata, name

namespaces = Table(
    "namespaces",
    metadata,
    name("id", is_key=True),
    Column("description", Text),
    Column("variables", Text, nullable=False),
    Column("plugin_defaults", Text, nullable=False),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    sqlite_with_rowid=False,
)

secrets = Table(
    "secrets",
    metadata,
    name("namespace", is_key=True),
    name("key", is_key=True),
    Column("value", LargeBinary, nullable=False),  # encrypted, with its nonce before it
    Column("description", Text),
    Column("tags", Text, nullable=False),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    sqlite_with_rowid=False,
)
