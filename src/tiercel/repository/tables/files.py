"""Keys and values, and the files of namespaces."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from tiercel.repository.tables.columns import Micros, flag, metadata, name, one_of, partial

kv = Table(
    "kv",
    metadata,
    name("namespace", is_key=True),
    name("key", is_key=True),
    Column("type", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("description", Text),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    Column("expires_at", Micros),
    flag("is_deleted"),
    one_of("type", ("STRING", "NUMBER", "BOOLEAN", "DATETIME", "DATE", "DURATION", "JSON")),
    partial("kv_expiring", "expires_at", only="expires_at IS NOT NULL"),
)

namespace_files = Table(
    "namespace_files",
    metadata,
    name("namespace", is_key=True),
    name("path", is_key=True),
    Column("revision", Integer, primary_key=True, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    flag("is_directory"),
    flag("is_deleted"),
    flag("is_last"),
    sqlite_with_rowid=False,
)
