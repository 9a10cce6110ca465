"""The schema, one table after the other; everything else about it (DDL, migrations, lists) is derived from here.

Hot tables carry as few indexes as the statements a user waits for allow. Tables whose rows are always read by
execution are clustered by it on SQLite. Booleans are 0 and 1, times integer microseconds since 1970 in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)

from tiercel.model.execution import ExecutionKind
from tiercel.model.log import MetricKind
from tiercel.model.state import PASSING, State

metadata = MetaData()

# Ids and names are compared byte by byte on both databases, so that their order is that of time and of ASCII.
Name = Text().with_variant(Text(collation="C"), "postgresql")
Micros = BigInteger()
# SQLite numbers rows by itself only when the key is a plain INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")
STORED_STATES = tuple(state for state in State if state not in PASSING)


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def _is_flag(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN (0, 1)", name=f"{column}_flag")


def _partial(name: str, *columns: str, only: str) -> Index:
    condition = text(only)
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def _flag(name: str) -> Column[int]:
    return Column(name, SmallInteger, nullable=False, server_default="0")


def _name(name: str, *, is_key: bool = False) -> Column[str]:
    return Column(name, Name, nullable=False, primary_key=is_key)


flows = Table(
    "flows",
    metadata,
    _name("namespace", is_key=True),
    _name("id", is_key=True),
    Column("revision", Integer, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("description", Text),
    Column("labels", Text),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    _flag("is_disabled"),
    _flag("is_draft"),
    _flag("is_deleted"),
    CheckConstraint("revision >= 1", name="revision_positive"),
    _is_flag("is_deleted"),
    Index("flows_by_id", "id", "namespace"),
    sqlite_with_rowid=False,
)

flow_revisions = Table(
    "flow_revisions",
    metadata,
    _name("namespace", is_key=True),
    _name("id", is_key=True),
    Column("revision", Integer, primary_key=True, nullable=False),
    Column("source", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("description", Text),
    Column("labels", Text),
    Column("created_at", Micros, nullable=False),
    _flag("is_disabled"),
    _flag("is_draft"),
    CheckConstraint("revision >= 1", name="revision_positive"),
)

flow_labels = Table(
    "flow_labels",
    metadata,
    _name("key", is_key=True),
    _name("value", is_key=True),
    _name("namespace", is_key=True),
    _name("flow_id", is_key=True),
    Index("flow_labels_by_flow", "namespace", "flow_id"),
    sqlite_with_rowid=False,
)

executions = Table(
    "executions",
    metadata,
    _name("id", is_key=True),
    _name("namespace"),
    _name("flow_id"),
    Column("revision", Integer, nullable=False),
    Column("dialect", Text, nullable=False),
    _name("state"),
    Column("history", Text, nullable=False),
    Column("started_at", Micros, nullable=False),
    Column("ended_at", Micros),
    Column("shard", Integer, nullable=False),
    Column("inputs", Text),
    Column("outputs", Text),
    Column("variables", Text),
    Column("labels", Text),
    Column("trigger", Text),
    Column("trigger_execution_id", Name),
    Column("parent_id", Name),
    Column("parent_task_run_id", Name),
    Column("loop_task_id", Name),
    Column("iteration", Text),
    Column("iteration_index", Integer),
    Column("original_id", Name),
    _name("kind"),
    Column("attempt_number", Integer, nullable=False),
    Column("original_created_at", Micros, nullable=False),
    Column("scheduled_at", Micros),
    Column("breakpoints", Text),
    _flag("is_over"),
    _flag("is_deleted"),
    Column("version", Integer, nullable=False),
    Column("error", Text),
    Column("notes", Text),
    _one_of("state", STORED_STATES),
    _one_of("kind", ExecutionKind),
    _is_flag("is_over"),
    Index("executions_by_start", "started_at", "id"),
    Index("executions_by_flow", "namespace", "flow_id", "started_at"),
    Index("executions_by_state", "state", "started_at"),
    _partial("executions_by_parent", "parent_id", only="parent_id IS NOT NULL"),
    _partial("executions_by_trigger", "trigger_execution_id", only="trigger_execution_id IS NOT NULL"),
    _partial("executions_open", "shard", "id", only="is_over = 0"),
    _partial("executions_live", "namespace", "flow_id", "state", only="is_over = 0 AND kind <> 'LOOP'"),
)

execution_labels = Table(
    "execution_labels",
    metadata,
    _name("key", is_key=True),
    _name("value", is_key=True),
    _name("execution_id", is_key=True),
    Index("execution_labels_by_execution", "execution_id"),
    sqlite_with_rowid=False,
)

task_runs = Table(
    "task_runs",
    metadata,
    _name("execution_id", is_key=True),
    _name("id", is_key=True),
    _name("task_id"),
    Column("number", Integer, nullable=False),
    Column("parent_id", Name),
    Column("section", Text, nullable=False),
    Column("value", Text),
    Column("iteration", Integer),
    _name("state"),
    Column("history", Text, nullable=False),
    Column("attempts", Text),
    _flag("has_outputs"),
    Column("outputs_uri", Text),
    _flag("is_dynamic"),
    Column("token", Integer, nullable=False),
    Column("items", Text),
    Column("retry_at", Micros),
    Column("notes", Text),
    _one_of("state", STORED_STATES),
    sqlite_with_rowid=False,
)

outputs = Table(
    "outputs",
    metadata,
    _name("execution_id", is_key=True),
    _name("task_run_id", is_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

logs = Table(
    "logs",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("at", Micros, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("message", Text, nullable=False),
    _name("namespace"),
    _name("flow_id"),
    Column("execution_id", Name),
    Column("task_id", Name),
    Column("task_run_id", Name),
    Column("attempt_number", Integer),
    Column("trigger_id", Name),
    Column("thread", Text),
    _name("execution_kind"),
    CheckConstraint("level BETWEEN 0 AND 4", name="level_known"),
    _partial("logs_by_execution", "execution_id", only="execution_id IS NOT NULL"),
    Index("logs_by_time", "at"),
    Index("logs_by_flow", "namespace", "flow_id", "at"),
    _partial("logs_of_trouble", "at", only="level >= 3"),
)

metrics = Table(
    "metrics",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("at", Micros, nullable=False),
    Column("kind", Text, nullable=False),
    _name("name"),
    Column("value", Float, nullable=False),
    _name("namespace"),
    _name("flow_id"),
    _name("execution_id"),
    _name("task_id"),
    _name("task_run_id"),
    Column("tags", Text),
    _name("execution_kind"),
    _one_of("kind", MetricKind),
    Index("metrics_by_execution", "execution_id"),
    Index("metrics_by_flow", "namespace", "flow_id", "at"),
)

jobs = Table(
    "jobs",
    metadata,
    _name("execution_id", is_key=True),
    _name("task_run_id", is_key=True),
    Column("token", Integer, nullable=False),
    Column("shard", Integer, nullable=False),
    Column("work", LargeBinary, nullable=False),
    _name("worker_group"),
    Column("worker_id", Name),
    Column("leased_until", Micros),
    _partial("jobs_waiting", "worker_group", only="worker_id IS NULL"),
    _partial("jobs_leased", "leased_until", only="worker_id IS NOT NULL"),
    sqlite_with_rowid=False,
)

timers = Table(
    "timers",
    metadata,
    _name("execution_id", is_key=True),
    _name("task_run_id", is_key=True),  # empty for a timer of the execution itself
    _name("key", is_key=True),
    Column("shard", Integer, nullable=False),
    Column("at", Micros, nullable=False),
    sqlite_with_rowid=False,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("shard", Integer, nullable=False),
    _name("execution_id"),
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

watches = Table(
    "watches",
    metadata,
    _name("upstream_namespace", is_key=True),  # empty when any is looked at
    _name("upstream_flow_id", is_key=True),  # empty when any is looked at
    _name("namespace", is_key=True),
    _name("flow_id", is_key=True),
    _name("trigger_id", is_key=True),
    Column("states", Text, nullable=False),
    Index("watches_by_flow", "namespace", "flow_id"),
    sqlite_with_rowid=False,
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _name("execution_id"),
    Column("number", Integer, nullable=False),
    Column("at", Micros, nullable=False),
    Column("task_run_count", Integer, nullable=False),
    Column("execution", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

trigger_memories = Table(
    "trigger_memories",
    metadata,
    _name("namespace", is_key=True),
    _name("flow_id", is_key=True),
    _name("trigger_id", is_key=True),
    _name("group_id", is_key=True),
    Column("ends_at", Micros, nullable=False),
    Column("memory", LargeBinary, nullable=False),
    Index("trigger_memories_by_end", "ends_at"),
    sqlite_with_rowid=False,
)

triggers = Table(
    "triggers",
    metadata,
    _name("namespace", is_key=True),
    _name("flow_id", is_key=True),
    _name("trigger_id", is_key=True),
    Column("kind", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    _flag("is_active"),
    _flag("is_disabled"),
    Column("begin_at", Micros),
    Column("next_at", Micros),
    Column("look_at", Micros),
    Column("last_at", Micros),
    Column("fired_at", Micros),
    Column("evaluated_at", Micros),
    Column("backfill", Text),
    _name("backfill_id"),  # empty when there is none
    Column("execution_id", Name),
    Column("locked_at", Micros),
    Column("held_until", Micros),
    Column("reason", Text, nullable=False),
    Column("error", Text),
    Column("failed_at", Micros),
    Column("version", Integer, nullable=False),
    Column("updated_at", Micros, nullable=False),
    _is_flag("is_active"),
    _is_flag("is_disabled"),
    _partial("triggers_due", "look_at", only="look_at IS NOT NULL"),
)

firings = Table(
    "firings",
    metadata,
    _name("namespace", is_key=True),
    _name("flow_id", is_key=True),
    _name("trigger_id", is_key=True),
    _name("backfill_id", is_key=True),  # empty for the dates of the present
    Column("at", Micros, primary_key=True, autoincrement=False, nullable=False),
    _name("execution_id"),
    _flag("is_open"),
    _is_flag("is_open"),
    Index("firings_by_execution", "execution_id"),
    _partial("firings_open", "execution_id", only="is_open = 1"),
    sqlite_with_rowid=False,
)

leases = Table(
    "leases",
    metadata,
    _name("name", is_key=True),
    Column("epoch", Integer, nullable=False),
    Column("owner", Name),
    Column("leased_until", Micros, nullable=False),
)

kv = Table(
    "kv",
    metadata,
    _name("namespace", is_key=True),
    _name("key", is_key=True),
    Column("type", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("description", Text),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    Column("expires_at", Micros),
    _flag("is_deleted"),
    _one_of("type", ("STRING", "NUMBER", "BOOLEAN", "DATETIME", "DATE", "DURATION", "JSON")),
    _partial("kv_expiring", "expires_at", only="expires_at IS NOT NULL"),
)

namespace_files = Table(
    "namespace_files",
    metadata,
    _name("namespace", is_key=True),
    _name("path", is_key=True),
    Column("revision", Integer, primary_key=True, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    _flag("is_directory"),
    _flag("is_deleted"),
    _flag("is_last"),
    sqlite_with_rowid=False,
)

users = Table(
    "users",
    metadata,
    _name("name", is_key=True),
    Column("password_hash", Text, nullable=False),
    Column("grants", Text, nullable=False),
    _flag("is_disabled"),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    _is_flag("is_disabled"),
)

sessions = Table(
    "sessions",
    metadata,
    _name("token_hash", is_key=True),
    _name("user_name"),
    Column("created_at", Micros, nullable=False),
    Column("expires_at", Micros, nullable=False),
    Index("sessions_by_user", "user_name"),
    Index("sessions_by_end", "expires_at"),
    sqlite_with_rowid=False,
)

api_tokens = Table(
    "api_tokens",
    metadata,
    _name("id", is_key=True),
    _name("user_name"),
    _name("name"),
    _name("token_hash"),
    Column("created_at", Micros, nullable=False),
    Column("expires_at", Micros),
    Column("used_at", Micros),
    Index("api_tokens_by_hash", "token_hash", unique=True),
    Index("api_tokens_by_user", "user_name", "name", unique=True),
)

setup_tokens = Table(
    "setup_tokens",
    metadata,
    _name("token_hash", is_key=True),
    Column("created_at", Micros, nullable=False),
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("number", RowNumber, primary_key=True),
    Column("at", Micros, nullable=False),
    _name("actor"),
    Column("action", Text, nullable=False),
    Column("resource", Text, nullable=False),
    _name("namespace"),  # empty when it is about none
    _name("id"),  # empty when it is about several, or about the namespace as a whole
    Index("audit_by_time", "at"),
    sqlite_autoincrement=True,
)
