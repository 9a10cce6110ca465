"""Users, how they are known again, and what they did."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from tiercel.repository.tables.columns import Micros, RowNumber, flag, is_flag, metadata, name

users = Table(
    "users",
    metadata,
    name("name", is_key=True),
    Column("password_hash", Text, nullable=False),
    Column("grants", Text, nullable=False),
    flag("is_disabled"),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    is_flag("is_disabled"),
)

sessions = Table(
    "sessions",
    metadata,
    name("token_hash", is_key=True),
    name("user_name"),
    Column("created_at", Micros, nullable=False),
    Column("expires_at", Micros, nullable=False),
    Index("sessions_by_user", "user_name"),
    Index("sessions_by_end", "expires_at"),
    sqlite_with_rowid=False,
)

api_tokens = Table(
    "api_tokens",
    metadata,
    name("id", is_key=True),
    name("user_name"),
    name("name"),
    name("token_hash"),
    Column("created_at", Micros, nullable=False),
    Column("expires_at", Micros),
    Column("used_at", Micros),
    Index("api_tokens_by_hash", "token_hash", unique=True),
    Index("api_tokens_by_user", "user_name", "name", unique=True),
)

setup_tokens = Table(
    "setup_tokens",
    metadata,
    name("token_hash", is_key=True),
    Column("created_at", Micros, nullable=False),
    sqlite_with_rowid=False,
)

preferences = Table(
    "preferences",
    metadata,
    name("user_name", is_key=True),
    name("key", is_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", Micros, nullable=False),
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("number", RowNumber, primary_key=True),
    Column("at", Micros, nullable=False),
    name("actor"),
    Column("action", Text, nullable=False),
    Column("resource", Text, nullable=False),
    name("namespace"),  # empty when it is about none
    name("id"),  # empty when it is about several, or about the namespace as a whole
    Index("audit_by_time", "at"),
    sqlite_autoincrement=True,
)
