"""Figures of flows over time: which there are, and what they add up to. Read over the index of flow and time."""

from __future__ import annotations

from msgspec import Struct

from tiercel.repository.connection import Connection

_OF_FLOW = "FROM metrics WHERE namespace = ? AND flow_id = ? AND execution_kind = 'NORMAL'"


class Sum(Struct, frozen=True):
    """What the figures of one stretch of time add up to; ``at`` is where it begins, in microseconds."""

    at: int
    total: float
    least: float
    most: float
    count: int


def list_metric_names(connection: Connection, namespace: str, flow_id: str, task_id: str | None = None) -> list[str]:
    """The names of the figures of a flow, or of one of its tasks, in order."""
    where, values = ("", ()) if task_id is None else (" AND task_id = ?", (task_id,))
    rows = connection.fetch(
        f"SELECT DISTINCT name {_OF_FLOW}{where} ORDER BY name",
        (namespace, flow_id, *values),
    )
    return [name for (name,) in rows]


def list_metric_tasks(connection: Connection, namespace: str, flow_id: str) -> list[str]:
    """The ids of the tasks of a flow that left figures, also those it no longer has, in order."""
    rows = connection.fetch(f"SELECT DISTINCT task_id {_OF_FLOW} ORDER BY task_id", (namespace, flow_id))
    return [task_id for (task_id,) in rows]


def sum_metrics(  # noqa: PLR0913 (each is a part of the question)
    connection: Connection,
    flow: tuple[str, str],
    name: str,
    *,
    task_id: str | None,
    start: int,
    end: int,
    width: int,
) -> list[Sum]:
    """Add up the figures of one name from ``start`` to before ``end``, in stretches of ``width`` microseconds.

    Stretches are counted from 1970, so that each begins at a whole minute, hour or day; those without figures are left
    out.
    """
    where, values = ("", ()) if task_id is None else (" AND task_id = ?", (task_id,))
    rows = connection.fetch(
        f"SELECT at / {width} AS stretch, sum(value), min(value), max(value), count(*) {_OF_FLOW} "
        f"AND name = ? AND at >= ? AND at < ?{where} GROUP BY stretch ORDER BY stretch",
        (*flow, name, start, end, *values),
    )
    return [Sum(stretch * width, total, least, most, count) for stretch, total, least, most, count in rows]
