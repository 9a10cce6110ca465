"""What is set for namespaces: a description, variables, and defaults of plugins."""

from __future__ import annotations

from msgspec import Struct, field

from tiercel.model.json import Json
from tiercel.repository.codec import from_json, to_json
from tiercel.repository.connection import Connection, Row, Target

COLUMNS = ("id", "description", "variables", "plugin_defaults", "created_at", "updated_at")
_TARGET = Target(table="namespaces", columns=COLUMNS, key=("id",), updates=("description", *COLUMNS[2:4], "updated_at"))
_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM namespaces"


class NamespaceRecord(Struct, frozen=True, kw_only=True):
    """What is set for one namespace itself, without what it inherits.

    Attributes:
        plugin_defaults: Maps with ``type``, ``forced`` and ``values``.
    """

    id: str
    description: str | None = None
    variables: dict[str, Json] = field(default_factory=dict)
    plugin_defaults: tuple[dict[str, Json], ...] = ()
    created_at: int = 0
    updated_at: int = 0


def find_namespace(connection: Connection, namespace: str) -> NamespaceRecord | None:
    """What is set for exactly this namespace."""
    rows = connection.fetch(f"{_SELECTED} WHERE id = ?", (namespace,))
    return _from_row(rows[0]) if rows else None


def list_set_namespaces(connection: Connection) -> list[NamespaceRecord]:
    """All that something is set for, in order of name."""
    return [_from_row(row) for row in connection.fetch(f"{_SELECTED} ORDER BY id")]


def save_namespace(connection: Connection, record: NamespaceRecord) -> None:
    """Store what is set for a namespace, in place of what was; the time it was first stored stays."""
    row = (
        record.id,
        record.description,
        to_json(record.variables),
        to_json(record.plugin_defaults),
        record.created_at,
        record.updated_at,
    )
    connection.insert(_TARGET, [row])


def delete_namespace(connection: Connection, namespace: str) -> bool:
    """Forget what is set for a namespace; returns whether anything was."""
    return connection.execute("DELETE FROM namespaces WHERE id = ?", (namespace,)) > 0


def _from_row(row: Row) -> NamespaceRecord:
    values = dict(zip(COLUMNS, row, strict=True))
    values["variables"] = from_json(values["variables"])
    values["plugin_defaults"] = tuple(from_json(values["plugin_defaults"]))
    return NamespaceRecord(**values)
