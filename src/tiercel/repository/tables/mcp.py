"""Servers that offer flows to language models as tools, and the sessions of their clients."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from tiercel.repository.tables.columns import Micros, flag, is_flag, metadata, name, one_of

AUTH_TYPES = ("BASIC", "API_TOKEN")

mcp_servers = Table(
    "mcp_servers",
    metadata,
    name("id", is_key=True),
    Column("description", Text),
    Column("instructions", Text),
    Column("auth_type", Text),
    flag("has_platform_tools"),
    flag("is_disabled"),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    one_of("auth_type", AUTH_TYPES),
    is_flag("has_platform_tools"),
    is_flag("is_disabled"),
    sqlite_with_rowid=False,
)

mcp_sessions = Table(
    "mcp_sessions",
    metadata,
    name("token_hash", is_key=True),
    name("server_id"),
    name("user_name"),
    Column("version", Text, nullable=False),
    Column("created_at", Micros, nullable=False),
    Column("expires_at", Micros, nullable=False),
    Index("mcp_sessions_by_end", "expires_at"),
    Index("mcp_sessions_by_user", "user_name", "created_at"),
    sqlite_with_rowid=False,
)
