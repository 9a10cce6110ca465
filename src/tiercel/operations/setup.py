"""The first start: a token that makes the first user, once. It is printed where only the operator reads it."""

from __future__ import annotations

import asyncio
import secrets

from tiercel.errors import ConflictError, ForbiddenError
from tiercel.operations.actor import Action, Resource
from tiercel.operations.environment import Environment
from tiercel.operations.identification import digest_of
from tiercel.operations.passwords import check_credentials, hash_password
from tiercel.repository import sessions, users
from tiercel.repository.audit import AuditEntry, save_audit
from tiercel.repository.connection import Connection
from tiercel.repository.users import Grant, User

_TOKEN_BYTES = 32
_NOBODY = "set-up"
"""Stands for a name where there are none yet."""

FIRST_ROLE = "admin"


async def issue_setup_token(environment: Environment) -> str | None:
    """Make a token that makes the first user, in place of any before; None when there are users."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)

    def issue(connection: Connection) -> bool:
        if users.has_users(connection):
            sessions.delete_setup_tokens(connection)
            return False
        sessions.set_setup_token(connection, digest_of(token), now=environment.clock())
        return True

    return token if await environment.database.write(issue) else None


async def is_set_up(environment: Environment) -> bool:
    """Tell whether there are users."""
    return await environment.database.read(users.has_users)


async def can_anybody_sign_in(environment: Environment) -> bool:
    """Tell whether there is a user whose account is open."""
    return await environment.database.read(users.has_enabled_user)


async def make_first_user(environment: Environment, token: str, name: object, password: object, *, address: str) -> str:
    """Make the first user, who may do everything; gives the name as it is stored. The token is used up.

    Raises:
        TooManyAttemptsError: Wrong tokens came from this address too often.
        ForbiddenError: The token is not the one that was printed last.
        ConflictError: There are users.
        InvalidError: The name is no e-mail address, or the password is too weak.
    """
    digest = digest_of(token)
    environment.access.attempts.take(_NOBODY, address, environment.clock())
    await environment.database.read(lambda connection: _check(connection, digest))
    environment.access.attempts.give_back(_NOBODY, address)
    stored, text = check_credentials(name, password)
    async with environment.access.hashing:
        password_hash = await asyncio.to_thread(hash_password, text)
    now = environment.clock()
    user = User(name=stored, password_hash=password_hash, grants=(Grant(FIRST_ROLE),), created_at=now, updated_at=now)
    entry = AuditEntry(at=now, actor=stored, action=Action.CREATE, resource=Resource.USER, id=stored)

    def make(connection: Connection) -> None:
        _check(connection, digest)
        sessions.delete_setup_tokens(connection)
        users.add_user(connection, user)
        save_audit(connection, entry)

    await environment.database.write(make)
    return stored


def _check(connection: Connection, digest: str) -> None:
    if users.has_users(connection):
        raise ConflictError("This installation is set up already: an admin adds users with `tiercel user add`")
    if not sessions.has_setup_token(connection, digest):
        raise ForbiddenError("That is not the set-up token the server printed when it started last")
