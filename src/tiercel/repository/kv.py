"""Keys and their values by namespace. A deleted key leaves a mark, so that its revisions go on when it is set again."""

from __future__ import annotations

from collections.abc import Sequence

from tiercel.model.json import Json
from tiercel.repository.codec import from_json, to_json
from tiercel.repository.connection import Connection, Row, Target
from tiercel.repository.records import KvEntry

COLUMNS = (
    "namespace",
    "key",
    "type",
    "value",
    "revision",
    "created_at",
    "updated_at",
    "expires_at",
    "description",
)
_TARGET = Target(
    table="kv", columns=(*COLUMNS, "is_deleted"), key=("namespace", "key"), updates=(*COLUMNS[2:], "is_deleted")
)
_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM kv"
_KEYED = "WHERE namespace = ? AND key = ?"


def find_kv(connection: Connection, namespace: str, key: str) -> KvEntry | None:
    """The entry of a key, also when it has expired but is not purged yet: see ``KvEntry.is_expired``."""
    rows = connection.fetch(f"{_SELECTED} {_KEYED} AND is_deleted = 0", (namespace, key))
    return from_row(rows[0]) if rows else None


def list_keys(connection: Connection, namespace: str, *, now: int, prefix: str = "") -> list[str]:
    """The keys of exactly this namespace that are set and not expired, in order."""
    rows = connection.fetch(
        "SELECT key FROM kv WHERE namespace = ? AND key >= ? AND is_deleted = 0 "
        "AND (expires_at IS NULL OR expires_at > ?) ORDER BY key",
        (namespace, prefix, now),
    )
    return [key for (key,) in rows if key.startswith(prefix)]


def list_expired_keys(connection: Connection, namespace: str, *, now: int) -> list[str]:
    """The keys of exactly this namespace whose time is over, in order."""
    rows = connection.fetch(
        "SELECT key FROM kv WHERE namespace = ? AND is_deleted = 0 AND expires_at <= ? ORDER BY key", (namespace, now)
    )
    return [key for (key,) in rows]


def list_namespace_kv(connection: Connection, namespace: str, *, now: int) -> list[KvEntry]:
    """The entries of exactly this namespace that are set and not expired, in order of key."""
    rows = connection.fetch(
        f"{_SELECTED} WHERE namespace = ? AND is_deleted = 0 AND (expires_at IS NULL OR expires_at > ?) ORDER BY key",
        (namespace, now),
    )
    return [from_row(row) for row in rows]


def save_kv(  # noqa: PLR0913 (the fields of an entry)
    connection: Connection,
    namespace: str,
    key: str,
    value: Json,
    *,
    type: str,  # noqa: A002 (the name of the field)
    now: int,
    expires_at: int | None = None,
    description: str | None = None,
) -> KvEntry:
    """Set a key, whatever it held; the revision goes up by one.

    Returns:
        The entry as it is now. An expired or deleted key counts as created now.
    """
    rows = connection.fetch(f"SELECT revision, created_at, expires_at, is_deleted FROM kv {_KEYED}", (namespace, key))
    revision, created_at = 1, now
    if rows:
        revision = rows[0][0] + 1
        is_gone = rows[0][3] or (rows[0][2] is not None and rows[0][2] <= now)
        created_at = now if is_gone else rows[0][1]
    entry = KvEntry(
        namespace=namespace,
        key=key,
        type=type,
        value=value,
        revision=revision,
        created_at=created_at,
        updated_at=now,
        expires_at=expires_at,
        description=description,
    )
    connection.insert(_TARGET, [(*_to_row(entry), 0)])
    return entry


def delete_kv(connection: Connection, namespace: str, key: str, *, now: int) -> bool:
    """Delete a key; returns whether it was there and not expired."""
    is_there = bool(
        connection.fetch(
            f"SELECT 1 FROM kv {_KEYED} AND is_deleted = 0 AND (expires_at IS NULL OR expires_at > ?)",
            (namespace, key, now),
        )
    )
    _forget(connection, [(now, namespace, key)])
    return is_there


def purge_expired(connection: Connection, *, before: int, limit: int) -> int:
    """Remove the rows of keys whose time was over before then, of all namespaces; returns how many there were."""
    return connection.execute(
        "DELETE FROM kv WHERE (namespace, key) IN "
        "(SELECT namespace, key FROM kv WHERE expires_at < ? AND is_deleted = 0 LIMIT ?)",
        (before, limit),
    )


def from_row(row: Row) -> KvEntry:
    """The entry of a row in the order of COLUMNS."""
    values = dict(zip(COLUMNS, row, strict=True))
    values["value"] = from_json(values["value"])
    return KvEntry(**values)


def _to_row(entry: KvEntry) -> Row:
    return (
        entry.namespace,
        entry.key,
        entry.type,
        to_json(entry.value),
        entry.revision,
        entry.created_at,
        entry.updated_at,
        entry.expires_at,
        entry.description,
    )


def _forget(connection: Connection, keys: Sequence[Row]) -> None:
    connection.execute_many(
        f"UPDATE kv SET is_deleted = 1, value = 'null', expires_at = NULL, updated_at = ? {_KEYED} AND is_deleted = 0",
        keys,
    )
