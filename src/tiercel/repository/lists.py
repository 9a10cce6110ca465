"""Lists with filters, order and pages.

What composes the statements is loaded with the first list asked for: it imports SQLAlchemy, which a one-off run can do
without.

The names of filter and sort fields are those of the HTTP interface. Each function raises InvalidError for a field,
operation, order, size, page or cursor that is not right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tiercel.model.execution import Execution
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.repository import executions
from tiercel.repository.connection import Connection
from tiercel.repository.dashboards import StoredDashboard
from tiercel.repository.query import Condition, Page, Query
from tiercel.repository.records import AverageDuration, KvEntry, StoredFlow
from tiercel.repository.triggers import StoredTrigger, TriggerKey
from tiercel.repository.users import User


def search_executions(connection: Connection, query: Query) -> Page[Execution]:
    """Executions, newest first unless another order is asked for.

    Fields: q, id, namespace, flowId, flowRevision, state, labels, startDate, endDate, triggerExecutionId, parentId,
    originalId, kind, childFilter (CHILD, MAIN), scope (USER, SYSTEM).
    """
    from tiercel.repository.search.executions import LISTING  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.pages import fetch_page  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_page(connection, LISTING, query)


def list_execution_ids(connection: Connection, where: Sequence[Condition], *, limit: int = 10_000) -> list[str]:
    """The ids of up to ``limit`` executions that fulfil the conditions, oldest first; for changes of many at once."""
    from tiercel.repository.search.executions import LISTING  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.pages import fetch_keys  # noqa: PLC0415 (loads SQLAlchemy)

    return [key for (key,) in fetch_keys(connection, LISTING, where, limit)]


def search_flows(connection: Connection, query: Query) -> Page[StoredFlow]:
    """Flows at their latest revision, by id unless another order is asked for.

    Fields: q, namespace, flowId, revision, dialect, labels, updated, scope (USER, SYSTEM).
    """
    from tiercel.repository.search.flows import LISTING  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.pages import fetch_page  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_page(connection, LISTING, query)


def search_dashboards(connection: Connection, query: Query) -> Page[StoredDashboard]:
    """Dashboards at their latest revision, by id unless another order is asked for.

    Fields: q, id, updated.
    """
    from tiercel.repository.search.dashboards import LISTING  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.pages import fetch_page  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_page(connection, LISTING, query)


def search_flow_sources(connection: Connection, query: Query) -> Page[StoredFlow]:
    """As ``search_flows``, with ``q`` looked for in the source."""
    from tiercel.repository.search.flows import SOURCES  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.pages import fetch_page  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_page(connection, SOURCES, query)


def search_logs(connection: Connection, query: Query) -> Page[tuple[int, LogEntry]]:
    """Lines with their numbers, oldest first unless another order is asked for.

    Fields: q, namespace, flowId, startDate, endDate, triggerId, level, executionId, taskId, taskRunId, attemptNumber,
    kind, scope (USER, SYSTEM).
    """
    from tiercel.repository.search.logs import LOGS  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.pages import fetch_page  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_page(connection, LOGS, query)


def search_metrics(connection: Connection, query: Query) -> Page[MetricEntry]:
    """Figures, oldest first unless another order is asked for.

    Fields: namespace, flowId, executionId, taskId, taskRunId, name, startDate, endDate, kind.
    """
    from tiercel.repository.search.logs import METRICS  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.pages import fetch_page  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_page(connection, METRICS, query)


def search_kv(connection: Connection, query: Query) -> Page[KvEntry]:
    """Keys of all namespaces by name, also those that have expired: filter by expirationDate.

    Fields: q, namespace, key, updated, expirationDate (never is later than any time).
    """
    from tiercel.repository.search.kv import LISTING  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.pages import fetch_page  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_page(connection, LISTING, query)


def search_triggers(connection: Connection, query: Query) -> Page[StoredTrigger]:
    """Triggers by namespace, flow and id unless another order is asked for.

    Fields: q, namespace, flowId, triggerId, kind, executionId, nextExecutionDate, lastTriggeredDate, locked (true,
    false), triggerState (ENABLED, DISABLED), scope (USER, SYSTEM).
    """
    from tiercel.repository.search.pages import fetch_page  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.triggers import LISTING  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_page(connection, LISTING, query)


def list_trigger_keys(connection: Connection, where: Sequence[Condition], *, limit: int = 10_000) -> list[TriggerKey]:
    """The names of up to ``limit`` triggers that fulfil the conditions, in order; for changes of many at once."""
    from tiercel.repository.search.pages import fetch_keys  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.triggers import LISTING  # noqa: PLC0415 (loads SQLAlchemy)

    return [
        (namespace, flow_id, trigger_id)
        for namespace, flow_id, trigger_id in fetch_keys(connection, LISTING, where, limit)
    ]


def list_latest_executions(
    connection: Connection, flows: Iterable[tuple[str, str]], *, each: int = 1
) -> list[Execution]:
    """The newest executions of each (namespace, flow) that has some, up to ``each`` of one, newest first."""
    found: list[Execution] = []
    for namespace, flow_id in flows:
        rows = connection.fetch(
            f"{executions.SELECTED} WHERE namespace = ? AND flow_id = ? AND is_deleted = 0 "
            "ORDER BY started_at DESC LIMIT ?",
            (namespace, flow_id, each),
        )
        found.extend(executions.from_row(row) for row in rows)
    return found


def list_execution_namespaces(connection: Connection) -> list[str]:
    """Every namespace that has an execution, in order. Steps from name to name over the index, not over the rows."""
    rows = connection.fetch(
        "WITH RECURSIVE names (name) AS ("
        "SELECT min(namespace) FROM executions "
        "UNION ALL SELECT (SELECT min(namespace) FROM executions WHERE namespace > name) FROM names "
        "WHERE name IS NOT NULL) SELECT name FROM names WHERE name IS NOT NULL"
    )
    return [name for (name,) in rows]


def average_duration(connection: Connection, namespace: str, flow_id: str, *, last: int = 100) -> AverageDuration:
    """How long the last executions of a flow that succeeded took; reads no more of them than ``last``."""
    rows = connection.fetch(
        "SELECT ended_at - started_at FROM executions WHERE namespace = ? AND flow_id = ? AND state = 'SUCCESS' "
        "AND kind = 'NORMAL' AND is_deleted = 0 AND ended_at IS NOT NULL ORDER BY started_at DESC LIMIT ?",
        (namespace, flow_id, last),
    )
    return AverageDuration(sum(micros for (micros,) in rows) / len(rows) if rows else None, len(rows))


def search_users(connection: Connection, query: Query) -> Page[User]:
    """One page of users, by name unless asked otherwise; raises as ``search_executions``.

    Fields: ``q`` (in the name). Orders: ``username``.
    """
    from tiercel.repository.search.pages import fetch_page  # noqa: PLC0415 (loads SQLAlchemy)
    from tiercel.repository.search.users import LISTING  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_page(connection, LISTING, query)
