"""Flows that were stopped because executions led to too many of them."""

from __future__ import annotations

from msgspec import Struct

from tiercel.repository.connection import Connection


class OpenBreaker(Struct, frozen=True, kw_only=True):
    """That triggers and other flows start no more executions of a flow."""

    namespace: str
    flow_id: str
    opened_at: int
    reason: str


def list_breakers(connection: Connection) -> list[OpenBreaker]:
    """Those that are open, by namespace and flow."""
    rows = connection.fetch("SELECT namespace, flow_id, opened_at, reason FROM breakers ORDER BY namespace, flow_id")
    return [
        OpenBreaker(namespace=namespace, flow_id=flow_id, opened_at=opened_at, reason=reason)
        for namespace, flow_id, opened_at, reason in rows
    ]


def open_breaker(connection: Connection, breaker: OpenBreaker) -> None:
    """Store one; the first reason stays."""
    connection.execute(
        "INSERT INTO breakers (namespace, flow_id, opened_at, reason) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (namespace, flow_id) DO NOTHING",
        (breaker.namespace, breaker.flow_id, breaker.opened_at, breaker.reason),
    )


def close_breaker(connection: Connection, namespace: str, flow_id: str) -> bool:
    """Remove one; tells whether there was one."""
    return connection.execute("DELETE FROM breakers WHERE namespace = ? AND flow_id = ?", (namespace, flow_id)) > 0
