"""Executions counted by day. Reads no more than the days asked for, over the index of starts."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tiercel.repository.connection import Connection

_DAY_MICROS = 86_400 * 1_000_000


class Day(Struct, frozen=True):
    """The executions that started on one day in UTC: how many by state, and how long the ended ones took."""

    at: int
    counts: dict[str, int]
    least: int
    most: int
    total: int
    ended: int


def count_days(connection: Connection, *, since: int, namespaces: Sequence[str] | None) -> list[Day]:
    """Count what started since a time, in namespaces and those below them; None = in all."""
    where, values = "", []
    if namespaces is not None:
        where = " AND (0" + " OR namespace = ? OR substr(namespace, 1, ?) = ?" * len(namespaces) + ")"
        values = [part for name in namespaces for part in (name, len(name) + 1, f"{name}.")]
    rows = connection.fetch(
        f"SELECT started_at / {_DAY_MICROS} AS day, state, count(*), min(ended_at - started_at), "
        "max(ended_at - started_at), sum(ended_at - started_at), count(ended_at) FROM executions "
        f"WHERE started_at >= ? AND is_deleted = 0 AND kind = 'NORMAL'{where} GROUP BY day, state ORDER BY day, state",
        (since, *values),
    )
    days: dict[int, list[tuple[str, int, int | None, int | None, int | None, int]]] = {}
    for day, *rest in rows:
        days.setdefault(day, []).append(tuple(rest))
    return [_day(day * _DAY_MICROS, states) for day, states in days.items()]


def count_live(connection: Connection) -> dict[str, int]:
    """Count the executions that are not over by their state, iterations of loops left out."""
    rows = connection.fetch(
        "SELECT state, count(*) FROM executions WHERE is_over = 0 AND kind <> 'LOOP' GROUP BY state ORDER BY state"
    )
    return {row[0]: row[1] for row in rows}


def count_triggers(connection: Connection) -> int:
    """Count the triggers that flows declare."""
    rows = connection.fetch("SELECT count(*) FROM triggers WHERE is_active = 1")
    return int(rows[0][0])


def _day(at: int, states: list[tuple[str, int, int | None, int | None, int | None, int]]) -> Day:
    return Day(
        at=at,
        counts={state: count for state, count, *_ in states},
        least=min((least for _, _, least, *_ in states if least is not None), default=0),
        most=max((most for _, _, _, most, *_ in states if most is not None), default=0),
        total=sum(total or 0 for *_, total, _ in states),
        ended=sum(ended for *_, ended in states),
    )
