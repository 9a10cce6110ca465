"""Sessions of the clients of tool servers, which belong to the user who began them."""

from __future__ import annotations

import secrets

from tiercel.errors import NotFoundError
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.identification import digest_of
from tiercel.repository import mcp_sessions as repository
from tiercel.repository.mcp_sessions import McpSession

_LIFE = 24 * 3600 * 1_000_000
_MOST_PER_USER = 100


@operation(Resource.FLOW, Action.READ)
async def begin_session(environment: Environment, actor: Actor, server_id: str, version: str) -> str:
    """Begin a session that ends after a day, and give its token, which is shown this once."""
    token = secrets.token_urlsafe(32)
    now = environment.clock()
    session = McpSession(
        token_hash=digest_of(token),
        server_id=server_id,
        user_name=actor.name,
        version=version,
        created_at=now,
        expires_at=now + _LIFE,
    )
    await environment.database.write(
        lambda connection: repository.add_mcp_session(connection, session, most=_MOST_PER_USER)
    )
    return token


@operation(Resource.FLOW, Action.READ)
async def get_session(environment: Environment, actor: Actor, server_id: str, token: str) -> McpSession:
    """Give a session of this user with this server.

    Raises:
        NotFoundError: There is none, or it has ended.
    """
    now = environment.clock()
    found = await environment.database.read(
        lambda connection: repository.find_mcp_session(connection, digest_of(token), now=now)
    )
    if found is None or (found.server_id, found.user_name) != (server_id, actor.name):
        raise NotFoundError("MCP session", "of this id")
    return found


@operation(Resource.FLOW, Action.READ)
async def end_session(environment: Environment, actor: Actor, server_id: str, token: str) -> None:
    """End a session of this user.

    Raises:
        NotFoundError: There is none, or it has ended.
    """
    session = await get_session(environment, actor, server_id, token)
    await environment.database.write(lambda connection: repository.delete_mcp_session(connection, session.token_hash))
