"""Triggers that were removed, as they were: they come back with what is remembered of them when their id returns."""

from __future__ import annotations

from msgspec import json

from tiercel.model.json import Json
from tiercel.repository.codec import to_json
from tiercel.repository.connection import Connection, Row, Target
from tiercel.repository.triggers import TriggerKey

KEPT_MICROS = 86_400_000_000
"""So long a trigger that was removed comes back as it was."""

_COLUMNS = ("namespace", "flow_id", "trigger_id", "state", "removed_at")
_TARGET = Target(table="removed_triggers", columns=_COLUMNS, key=_COLUMNS[:3], updates=_COLUMNS[3:])
_BY_KEY = "WHERE namespace = ? AND flow_id = ? AND trigger_id = ?"


def keep_removed(connection: Connection, key: TriggerKey, row: Row, *, now: int) -> None:
    """Keep the row of a trigger that is about to be removed."""
    connection.insert(_TARGET, [(*key, to_json(list(row)), now)])


def take_removed(connection: Connection, key: TriggerKey, *, since: int) -> Row | None:
    """Give the row of a trigger that was removed since, and keep it no longer."""
    rows = connection.fetch(f"SELECT state, removed_at FROM removed_triggers {_BY_KEY}", key)
    if not rows:
        return None
    connection.execute(f"DELETE FROM removed_triggers {_BY_KEY}", key)
    state, removed_at = rows[0]
    values: list[Json] = json.decode(state)
    return tuple(values) if removed_at >= since else None


def find_removed_at(connection: Connection, key: TriggerKey) -> int | None:
    """When the trigger was removed; None when it was not, or long ago."""
    rows = connection.fetch(f"SELECT removed_at FROM removed_triggers {_BY_KEY}", key)
    return rows[0][0] if rows else None


def purge_removed(connection: Connection, before: int) -> None:
    """Forget triggers that were removed before, with what they kept for themselves."""
    gone = connection.fetch(
        "SELECT namespace, flow_id, trigger_id FROM removed_triggers WHERE removed_at < ?", (before,)
    )
    for key in gone:
        connection.execute(f"DELETE FROM removed_triggers {_BY_KEY}", key)
        connection.execute(f"DELETE FROM trigger_states {_BY_KEY}", key)
