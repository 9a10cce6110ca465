"""Those who may sign in: who they are, what they may do, and the tokens of their programs."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from tiercel.errors import ConflictError, ForbiddenError, InvalidArgumentError, InvalidError, NotFoundError, Violation
from tiercel.model.moments import micros_in
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.identification import TOKEN_PREFIX, digest_of
from tiercel.operations.passwords import (
    check_credentials,
    check_password,
    hash_password,
    stored_name,
    verify_password,
)
from tiercel.operations.roles import check_grants
from tiercel.repository import audit, sessions, users as repository
from tiercel.repository.audit import AuditEntry
from tiercel.repository.connection import Connection
from tiercel.repository.lists import search_users as search
from tiercel.repository.query import Page, Query
from tiercel.repository.sessions import ApiToken
from tiercel.repository.users import Grant, User

_TOKEN_BYTES = 32
_LONGEST_TOKEN_NAME = 100
_MOST_ROWS = 1000


class NewToken(Struct, frozen=True):
    """An API token just made; ``text`` is shown this once."""

    token: ApiToken
    text: str


@operation(Resource.USER, Action.READ)
async def list_users(environment: Environment, actor: Actor) -> list[User]:
    """Give all users by name; whoever shows them leaves out the digests of the passwords."""
    del actor
    return await environment.database.read(repository.list_users)


@operation(Resource.USER, Action.READ)
async def search_users(environment: Environment, actor: Actor, query: Query) -> Page[User]:
    """Give one page of the users, by name."""
    del actor
    return await environment.database.read(lambda connection: search(connection, query))


@operation(Resource.ACCOUNT, Action.READ)
async def get_user(environment: Environment, actor: Actor, name: str) -> User:
    """Give a user.

    Raises:
        NotFoundError: There is none.
    """
    name = _own_or(actor, Action.READ, name)
    return await environment.database.read(lambda connection: repository.get_user(connection, name))


@operation(Resource.USER, Action.CREATE)
async def add_user(
    environment: Environment, actor: Actor, name: object, password: object, grants: Sequence[Grant]
) -> User:
    """Make a user.

    Raises:
        InvalidError: The name is no e-mail address, the password is too weak, or a role is none.
        ConflictError: There is one of this name.
    """
    del actor
    stored, text = check_credentials(name, password)
    granted = check_grants(grants)
    password_hash = await _hash(environment, text)
    now = environment.clock()
    user = User(name=stored, password_hash=password_hash, grants=granted, created_at=now, updated_at=now)

    def add(connection: Connection) -> User:
        repository.add_user(connection, user)
        sessions.delete_setup_tokens(connection)
        return user

    return await environment.database.write(add)


@operation(Resource.USER, Action.UPDATE)
async def change_user(
    environment: Environment,
    actor: Actor,
    name: str,
    *,
    grants: Sequence[Grant] | None = None,
    is_disabled: bool | None = None,
) -> User:
    """Change the roles of a user, or close or open the account; both take effect at once.

    Raises:
        NotFoundError: There is no such user.
        ConflictError: The actor would close the own account, or nobody could administer the installation any more.
        InvalidError: A role is none.
    """
    name = stored_name(name)
    granted = check_grants(grants) if grants is not None else None
    now = environment.clock()
    if is_disabled and actor.name == name:
        raise ConflictError("You cannot disable the account you use; another admin can")

    def change(connection: Connection) -> User:
        repository.get_user(connection, name)
        if granted is not None:
            repository.set_grants(connection, name, granted, now=now)
        if is_disabled is not None:
            repository.set_disabled(connection, name, is_disabled=is_disabled, now=now)
        if is_disabled:
            sessions.delete_sessions_of(connection, name)
        if not any(_is_admin(user) for user in repository.list_users(connection)):
            raise ConflictError(f"{name} is the last admin: make another one first")
        return repository.get_user(connection, name)

    changed = await environment.database.write(change)
    environment.access.forget(name)
    return changed


@operation(Resource.ACCOUNT, Action.UPDATE)
async def change_password(
    environment: Environment, actor: Actor, name: str, password: str, *, current: str | None = None
) -> None:
    """Change a password; every session of the user ends. The own one can be changed by who knows it.

    Raises:
        NotFoundError: There is no such user.
        ForbiddenError: It is the own one and ``current`` is wrong, or another's and the actor is no admin.
        InvalidError: It is too weak.
        TooManyAttemptsError: ``current`` was wrong too often.
    """
    name = _own_or(actor, Action.UPDATE, name)
    wrong = check_password(password)
    if wrong:
        raise InvalidError(wrong)
    user = await environment.database.read(lambda connection: repository.get_user(connection, name))
    if name == actor.name:
        await _require_current(environment, user, current or "")
    password_hash = await _hash(environment, password)
    now = environment.clock()

    def change(connection: Connection) -> None:
        repository.get_user(connection, name)
        repository.set_password(connection, name, password_hash, now=now)
        sessions.delete_sessions_of(connection, name)

    await environment.database.write(change)
    environment.access.forget(name)


@operation(Resource.ACCOUNT, Action.READ)
async def list_tokens(environment: Environment, actor: Actor, name: str) -> list[ApiToken]:
    """Give the API tokens of a user by name; their texts are not kept."""
    name = _own_or(actor, Action.READ, name)
    return await environment.database.read(lambda connection: sessions.list_api_tokens(connection, name))


@operation(Resource.ACCOUNT, Action.CREATE)
async def add_token(
    environment: Environment, actor: Actor, name: str, token_name: str, lifetime: timedelta | None = None
) -> NewToken:
    """Make an API token, which may what its user may, except make others.

    Raises:
        NotFoundError: There is no such user.
        ConflictError: The user has a token of that name.
        InvalidError: The name is empty or too long, or the lifetime is none.
    """
    name = _own_or(actor, Action.CREATE, name)
    wrong = _check_token(token_name, lifetime)
    if wrong:
        raise InvalidError(wrong)
    text = TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    now = environment.clock()
    token = ApiToken(
        id=environment.new_id(),
        user_name=name,
        name=token_name,
        token_hash=digest_of(text),
        created_at=now,
        expires_at=now + micros_in(lifetime) if lifetime is not None else None,
    )

    def add(connection: Connection) -> None:
        repository.get_user(connection, name)
        sessions.add_api_token(connection, token)

    await environment.database.write(add)
    return NewToken(token, text)


@operation(Resource.ACCOUNT, Action.DELETE)
async def delete_token(environment: Environment, actor: Actor, name: str, token_id: str) -> None:
    """Revoke an API token; it lets nobody in from now on.

    Raises:
        NotFoundError: The user has no such token.
    """
    name = _own_or(actor, Action.DELETE, name)
    if not await environment.database.write(lambda connection: sessions.delete_api_token(connection, name, token_id)):
        raise NotFoundError("token", token_id)
    environment.access.forget(name)


@operation(Resource.AUDIT, Action.READ)
async def list_audit(
    environment: Environment, actor: Actor, *, before: int | None = None, limit: int = 100
) -> list[AuditEntry]:
    """Give rows of the audit log from the newest on; ``before`` is the number of the last row of the page before.

    Raises:
        InvalidError: The limit is not from 1 to 1000.
    """
    del actor
    if not 1 <= limit <= _MOST_ROWS:
        raise InvalidArgumentError([Violation(f"must be from 1 to {_MOST_ROWS}, not {limit}", path="size")])
    return await environment.database.read(lambda connection: audit.list_audit(connection, before=before, limit=limit))


def _own_or(actor: Actor, action: Action, name: str) -> str:
    """Give the stored name of an account that is the actor's own; another's is for who administers users."""
    name = stored_name(name)
    if name != actor.name:
        actor.require(Resource.USER, Action.READ if action is Action.READ else Action.UPDATE)
    return name


def _is_admin(user: User) -> bool:
    return not user.is_disabled and Grant("admin") in user.grants


async def _require_current(environment: Environment, user: User, current: str) -> None:
    environment.access.attempts.take(user.name, _ACCOUNT, environment.clock())
    async with environment.access.hashing:
        is_right = await asyncio.to_thread(verify_password, user.password_hash, current)
    if not is_right:
        raise ForbiddenError("The current password is wrong")
    environment.access.attempts.give_back(user.name, _ACCOUNT)


_ACCOUNT = "account"
"""Stands for an address where the actor is known already."""


async def _hash(environment: Environment, password: str) -> str:
    async with environment.access.hashing:
        return await asyncio.to_thread(hash_password, password)


def _check_token(name: str, lifetime: timedelta | None) -> list[Violation]:
    wrong = []
    if not name.strip() or len(name) > _LONGEST_TOKEN_NAME:
        wrong.append(Violation(f"must have 1 to {_LONGEST_TOKEN_NAME} characters", path="name"))
    if lifetime is not None and lifetime <= timedelta():
        wrong.append(Violation("must be longer than nothing", path="lifetime"))
    return wrong
