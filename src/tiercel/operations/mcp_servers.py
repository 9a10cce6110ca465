"""Servers of tools: what language models are offered, and how their clients say who they are.

The server ``default`` is always there: it is stored once somebody changes it. No server lets in anybody who is not
known, and none gives a right that its caller does not have.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from tiercel.errors import ConflictError, ExistsError, InvalidError, NotFoundError, Violation
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.repository import mcp_servers as repository
from tiercel.repository.connection import Connection
from tiercel.repository.mcp_servers import StoredServer

DEFAULT = "default"
"""The server that a tool is offered by unless it names another."""

AUTH_TYPES = ("BASIC", "API_TOKEN")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_TAKEN = frozenset({"servers"})
_LONGEST_TEXT = 10_000


@operation(Resource.INSTANCE, Action.READ)
async def list_servers(environment: Environment, actor: Actor) -> list[StoredServer]:
    """Give every server by id."""
    del actor
    stored = await environment.database.read(repository.list_servers)
    if not any(server.id == DEFAULT for server in stored):
        stored.append(StoredServer(id=DEFAULT))
    return sorted(stored, key=lambda server: server.id)


@operation(Resource.INSTANCE, Action.READ)
async def get_server(environment: Environment, actor: Actor, server_id: str) -> StoredServer:
    """Give one server.

    Raises:
        NotFoundError: There is none.
    """
    del actor
    return await environment.database.read(lambda connection: _get(connection, server_id))


@operation(Resource.FLOW, Action.READ)
async def open_server(environment: Environment, actor: Actor, server_id: str) -> StoredServer:
    """Give one server to somebody who wants to use its tools.

    Raises:
        NotFoundError: There is none.
    """
    del actor
    return await environment.database.read(lambda connection: _get(connection, server_id))


@operation(Resource.INSTANCE, Action.CREATE)
async def create_server(environment: Environment, actor: Actor, server: StoredServer) -> StoredServer:
    """Store a new server.

    Raises:
        InvalidError: Everything that is wrong with it.
        ConflictError: There is one of that id.
    """
    del actor
    _check(server)
    now = environment.clock()

    def save(connection: Connection) -> StoredServer:
        if server.id == DEFAULT or repository.find_server(connection, server.id) is not None:
            raise ExistsError(f"MCP server id already exists: {server.id}; update it, or choose another id")
        return repository.save_server(connection, server, now=now)

    return await environment.database.write(save)


@operation(Resource.INSTANCE, Action.UPDATE)
async def update_server(environment: Environment, actor: Actor, server_id: str, server: StoredServer) -> StoredServer:
    """Store a server anew.

    Raises:
        InvalidError: Everything that is wrong with it.
        NotFoundError: There is none.
    """
    del actor
    if server.id != server_id:
        raise InvalidError([Violation(f"must stay '{server_id}'; a server cannot be renamed", path="id")])
    _check(server)
    now = environment.clock()

    def save(connection: Connection) -> StoredServer:
        _get(connection, server_id)
        return repository.save_server(connection, server, now=now)

    return await environment.database.write(save)


@operation(Resource.INSTANCE, Action.UPDATE)
async def toggle_server(environment: Environment, actor: Actor, server_id: str) -> StoredServer:
    """Switch a server off, or on again.

    Raises:
        NotFoundError: There is none.
    """
    del actor
    now = environment.clock()

    def toggle(connection: Connection) -> StoredServer:
        server = _get(connection, server_id)
        return repository.save_server(connection, replace(server, is_disabled=not server.is_disabled), now=now)

    return await environment.database.write(toggle)


@operation(Resource.INSTANCE, Action.DELETE)
async def delete_server(environment: Environment, actor: Actor, server_id: str) -> None:
    """Remove a server; its tools are offered by none until there is one of that id again.

    Raises:
        NotFoundError: There is none.
        ConflictError: It is the default one.
    """
    del actor
    if server_id == DEFAULT:
        raise ConflictError("The default MCP server cannot be removed; disable it")

    def delete(connection: Connection) -> None:
        if not repository.delete_server(connection, server_id):
            raise NotFoundError("MCP server", server_id)

    await environment.database.write(delete)


def _get(connection: Connection, server_id: str) -> StoredServer:
    found = repository.find_server(connection, server_id)
    if found is None and server_id == DEFAULT:
        return StoredServer(id=DEFAULT)
    if found is None:
        raise NotFoundError("MCP server", server_id)
    return found


def _check(server: StoredServer) -> None:
    wrong = []
    if not _ID.fullmatch(server.id) or server.id in _TAKEN:
        message = f"'{server.id}' cannot be the id of a server"
        hint = "up to 100 small letters, digits, dashes and underscores, a letter or digit first; 'servers' is taken"
        wrong.append(Violation(message, path="id", code="bad-name", hint=hint))
    if server.auth_type is not None and server.auth_type not in AUTH_TYPES:
        hint = f"{' or '.join(AUTH_TYPES)}; left out, either will do"
        wrong.append(Violation(f"'{server.auth_type}' is not offered", path="authType", code="choice", hint=hint))
    wrong += [
        Violation(f"has {len(text):,} characters; {_LONGEST_TEXT:,} are allowed", path=name, code="too-long")
        for name, text in (("description", server.description), ("instructions", server.instructions))
        if text is not None and len(text) > _LONGEST_TEXT
    ]
    if wrong:
        raise InvalidError(wrong)
