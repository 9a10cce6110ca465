"""What keeps the parts of the server in step: work, timers, letters, and who owns what."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table

from tiercel.repository.tables.columns import Micros, Name, RowNumber, metadata, name, partial

jobs = Table(
    "jobs",
    metadata,
    name("execution_id", is_key=True),
    name("task_run_id", is_key=True),
    Column("token", Integer, nullable=False),
    Column("shard", Integer, nullable=False),
    Column("work", LargeBinary, nullable=False),
    name("worker_group"),
    Column("worker_id", Name),
    Column("leased_until", Micros),
    partial("jobs_waiting", "worker_group", only="worker_id IS NULL"),
    partial("jobs_leased", "leased_until", only="worker_id IS NOT NULL"),
    sqlite_with_rowid=False,
)

timers = Table(
    "timers",
    metadata,
    name("execution_id", is_key=True),
    name("task_run_id", is_key=True),  # empty for a timer of the execution itself
    name("key", is_key=True),
    Column("shard", Integer, nullable=False),
    Column("at", Micros, nullable=False),
    sqlite_with_rowid=False,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("shard", Integer, nullable=False),
    name("execution_id"),
    Column("event", LargeBinary, nullable=False),
    Index("inbox_by_shard", "shard", "id"),
    sqlite_autoincrement=True,
)

shards = Table(
    "shards",
    metadata,
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Integer, nullable=False),
    Column("owner", Name),
    Column("leased_until", Micros, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    name("name", is_key=True),
    Column("epoch", Integer, nullable=False),
    Column("owner", Name),
    Column("leased_until", Micros, nullable=False),
)

milestones = Table(
    "milestones",
    metadata,
    name("name", is_key=True),
    Column("reached_at", Micros, nullable=False),
)
