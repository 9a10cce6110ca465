"""The schema, one module an aggregate; everything else about it (DDL, migrations, lists) is derived from here.

Hot tables carry as few indexes as the statements a user waits for allow. Tables whose rows are always read by
execution are clustered by it on SQLite. Booleans are 0 and 1, times integer microseconds since 1970 in UTC.
"""

from __future__ import annotations

from tiercel.repository.tables.columns import metadata
from tiercel.repository.tables.dashboards import dashboard_revisions, dashboards, default_dashboards
from tiercel.repository.tables.executions import execution_labels, executions, outputs, task_runs
from tiercel.repository.tables.files import kv, namespace_files
from tiercel.repository.tables.flows import flow_labels, flow_revisions, flows
from tiercel.repository.tables.limits import breakers, gathered_events, gatherings, limit_starts, pools
from tiercel.repository.tables.logs import logs, metrics
from tiercel.repository.tables.mcp import mcp_servers, mcp_sessions
from tiercel.repository.tables.namespaces import namespaces, secrets
from tiercel.repository.tables.notifications import notification_reads, notifications
from tiercel.repository.tables.transport import inbox, jobs, leases, milestones, shards, timers
from tiercel.repository.tables.triggers import announcements, firings, trigger_memories, triggers, watches
from tiercel.repository.tables.users import api_tokens, audit, preferences, sessions, setup_tokens, users

__all__ = [
    "announcements",
    "api_tokens",
    "audit",
    "breakers",
    "dashboard_revisions",
    "dashboards",
    "default_dashboards",
    "execution_labels",
    "executions",
    "firings",
    "flow_labels",
    "flow_revisions",
    "flows",
    "gathered_events",
    "gatherings",
    "inbox",
    "jobs",
    "kv",
    "leases",
    "limit_starts",
    "logs",
    "mcp_servers",
    "mcp_sessions",
    "metadata",
    "metrics",
    "milestones",
    "namespace_files",
    "namespaces",
    "notification_reads",
    "notifications",
    "outputs",
    "pools",
    "preferences",
    "secrets",
    "sessions",
    "setup_tokens",
    "shards",
    "task_runs",
    "timers",
    "trigger_memories",
    "triggers",
    "users",
    "watches",
]
