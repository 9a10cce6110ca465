"""Secrets of namespaces, sealed before they come here."""

from __future__ import annotations

from msgspec import Struct

from tiercel.model.json import Json
from tiercel.repository.codec import from_json, to_json
from tiercel.repository.connection import Connection, Row, Target

COLUMNS = ("namespace", "key", "value", "description", "tags", "created_at", "updated_at")
_TARGET = Target(table="secrets", columns=COLUMNS, key=("namespace", "key"), updates=("value", *COLUMNS[3:]))
_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM secrets"


class StoredSecret(Struct, frozen=True, kw_only=True):
    """A secret as it is stored.

    Attributes:
        value: Sealed.
        tags: Maps with ``key`` and ``value``.
    """

    namespace: str
    key: str
    value: bytes
    description: str | None = None
    tags: tuple[dict[str, Json], ...] = ()
    created_at: int
    updated_at: int


def find_secret(connection: Connection, namespace: str, key: str) -> StoredSecret | None:
    """The secret of exactly this namespace, whatever the case of its key."""
    rows = connection.fetch(f"{_SELECTED} WHERE namespace = ? AND upper(key) = ?", (namespace, key.upper()))
    return _from_row(rows[0]) if rows else None


def list_secrets(connection: Connection, namespace: str | None = None) -> list[StoredSecret]:
    """The secrets of exactly this namespace, or of all, in order of namespace and key."""
    if namespace is None:
        rows = connection.fetch(f"{_SELECTED} ORDER BY namespace, key")
    else:
        rows = connection.fetch(f"{_SELECTED} WHERE namespace = ? ORDER BY key", (namespace,))
    return [_from_row(row) for row in rows]


def find_mark(connection: Connection) -> tuple[int, int]:
    """Numbers that are others once a secret was stored, changed or removed."""
    return connection.fetch("SELECT count(*), coalesce(sum(updated_at), 0) FROM secrets")[0]


def save_secret(connection: Connection, secret: StoredSecret) -> None:
    """Store a secret in place of one of the same namespace and key."""
    connection.insert(
        _TARGET,
        [
            (
                secret.namespace,
                secret.key,
                secret.value,
                secret.description,
                to_json(secret.tags),
                secret.created_at,
                secret.updated_at,
            )
        ],
    )


def delete_secret(connection: Connection, namespace: str, key: str) -> bool:
    """Remove a secret; returns whether it was there."""
    statement = "DELETE FROM secrets WHERE namespace = ? AND upper(key) = ?"
    return connection.execute(statement, (namespace, key.upper())) > 0


def _from_row(row: Row) -> StoredSecret:
    values = dict(zip(COLUMNS, row, strict=True))
    tags = from_json(values.pop("tags"))
    return StoredSecret(**values, tags=tuple(tags))
