"""What users keep for themselves, such as saved views: JSON by user and key, of no meaning to the server."""

from __future__ import annotations

from msgspec import Struct

from tiercel.model.json import Json
from tiercel.repository.codec import from_json, to_json
from tiercel.repository.connection import Connection, Row, Target

COLUMNS = ("user_name", "key", "value", "updated_at")
_TARGET = Target(table="preferences", columns=COLUMNS, key=("user_name", "key"), updates=COLUMNS[2:])
_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM preferences WHERE user_name = ?"


class Preference(Struct, frozen=True, kw_only=True):
    """One thing a user keeps."""

    user_name: str
    key: str
    value: Json
    updated_at: int


def list_preferences(connection: Connection, user_name: str) -> list[Preference]:
    """Everything a user keeps, in order of key."""
    return [_from_row(row) for row in connection.fetch(f"{_SELECTED} ORDER BY key", (user_name,))]


def find_preference(connection: Connection, user_name: str, key: str) -> Preference | None:
    """What a user keeps under a key."""
    rows = connection.fetch(f"{_SELECTED} AND key = ?", (user_name, key))
    return _from_row(rows[0]) if rows else None


def count_other_preferences(connection: Connection, user_name: str, key: str) -> int:
    """How many things a user keeps under other keys."""
    rows = connection.fetch("SELECT count(*) FROM preferences WHERE user_name = ? AND key <> ?", (user_name, key))
    count: int = rows[0][0]
    return count


def save_preference(connection: Connection, preference: Preference) -> None:
    """Keep a value under its key, whatever was there."""
    row = (preference.user_name, preference.key, to_json(preference.value), preference.updated_at)
    connection.insert(_TARGET, [row])


def delete_preference(connection: Connection, user_name: str, key: str) -> bool:
    """Forget what a user keeps under a key; returns whether there was anything."""
    is_there = find_preference(connection, user_name, key) is not None
    connection.execute("DELETE FROM preferences WHERE user_name = ? AND key = ?", (user_name, key))
    return is_there


def _from_row(row: Row) -> Preference:
    user_name, key, value, updated_at = row
    return Preference(user_name=user_name, key=key, value=from_json(value), updated_at=updated_at)
