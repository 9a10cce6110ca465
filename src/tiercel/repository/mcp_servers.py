"""Servers that offer flows to language models as tools, and the triggers that make tools of flows."""

from __future__ import annotations

from msgspec import Struct

from tiercel.repository.connection import Connection, Row, Target
from tiercel.repository.triggers import COLUMNS as TRIGGER_COLUMNS, StoredTrigger, from_row as trigger_from_row

COLUMNS = (
    "id",
    "description",
    "instructions",
    "auth_type",
    "has_platform_tools",
    "is_disabled",
    "created_at",
    "updated_at",
)
_SERVERS = Target(table="mcp_servers", columns=COLUMNS, key=("id",), updates=COLUMNS[1:6] + COLUMNS[7:])
_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM mcp_servers"
_TRIGGER = ", ".join(f"t.{column}" for column in TRIGGER_COLUMNS)


class StoredServer(Struct, frozen=True, kw_only=True):
    """A server of tools.

    Attributes:
        instructions: Told to the language model.
        auth_type: How its clients must say who they are; None = as anywhere else.
        has_platform_tools: It offers the tools of the product besides those of flows.
        created_at: None for one that was never stored.
    """

    id: str
    description: str | None = None
    instructions: str | None = None
    auth_type: str | None = None
    has_platform_tools: bool = False
    is_disabled: bool = False
    created_at: int | None = None
    updated_at: int | None = None


class StoredTool(Struct, frozen=True):
    """A trigger that makes a tool of its flow, and the revision the flow is at."""

    trigger: StoredTrigger
    revision: int


def find_server(connection: Connection, server_id: str) -> StoredServer | None:
    """The server of an id."""
    rows = connection.fetch(f"{_SELECTED} WHERE id = ?", (server_id,))
    return _from_row(rows[0]) if rows else None


def list_servers(connection: Connection) -> list[StoredServer]:
    """Every stored server by id."""
    return [_from_row(row) for row in connection.fetch(f"{_SELECTED} ORDER BY id")]


def save_server(connection: Connection, server: StoredServer, *, now: int) -> StoredServer:
    """Store a server; when it was made is kept. Gives it as it is now."""
    former = find_server(connection, server.id)
    created_at = former.created_at if former is not None else now
    row: Row = (
        server.id,
        server.description,
        server.instructions,
        server.auth_type,
        int(server.has_platform_tools),
        int(server.is_disabled),
        created_at,
        now,
    )
    connection.insert(_SERVERS, [row])
    return _from_row(row)


def delete_server(connection: Connection, server_id: str) -> bool:
    """Remove a server with the sessions of its clients; tells whether it was there."""
    connection.execute("DELETE FROM mcp_sessions WHERE server_id = ?", (server_id,))
    return connection.execute("DELETE FROM mcp_servers WHERE id = ?", (server_id,)) > 0


def list_tools(connection: Connection) -> list[StoredTool]:
    """The tools of all flows in order of namespace, flow and trigger."""
    rows = connection.fetch(
        f"SELECT {_TRIGGER}, f.revision FROM triggers t JOIN flows f ON f.namespace = t.namespace AND f.id = t.flow_id "
        "WHERE t.kind = 'TOOL' ORDER BY t.namespace, t.flow_id, t.trigger_id"
    )
    return [StoredTool(trigger_from_row(row[:-1]), row[-1]) for row in rows]


def _from_row(row: Row) -> StoredServer:
    server_id, description, instructions, auth_type, has_platform_tools, is_disabled, created_at, updated_at = row
    return StoredServer(
        id=server_id,
        description=description,
        instructions=instructions,
        auth_type=auth_type,
        has_platform_tools=bool(has_platform_tools),
        is_disabled=bool(is_disabled),
        created_at=created_at,
        updated_at=updated_at,
    )
