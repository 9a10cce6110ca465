"""Finds out who asks, from what a request shows: a name and a password, an API token, or the token of a session.

Whatever is wrong gives the same answer after the same time: no such user, another password, a closed account.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from functools import lru_cache

from msgspec import Struct

from tiercel.operations.access import Verified
from tiercel.operations.actor import Action, Actor, Permission, Resource
from tiercel.operations.environment import Environment
from tiercel.operations.passwords import LONGEST, hash_password, is_outdated, stored_name, verify_password
from tiercel.operations.roles import permissions_of
from tiercel.repository import sessions, users
from tiercel.repository.audit import AuditEntry, save_audit
from tiercel.repository.connection import Connection
from tiercel.repository.sessions import ApiToken, Session
from tiercel.repository.users import Grant, User

TOKEN_PREFIX = "tiercel_"  # noqa: S105 (what finds a token that was published by mistake)
_SECOND = 1_000_000
_REMEMBERED = 60 * _SECOND
_HOUR = 3600 * _SECOND
_TOKEN_BYTES = 32
_NOT_BY_TOKEN = frozenset(Permission(Resource.ACCOUNT, action) for action in Action if action is not Action.READ)
"""A token that leaked must not be able to outlive its end by making others."""


class SignedIn(Struct, frozen=True):
    """A session just begun; ``token`` is shown this once."""

    user_name: str
    token: str
    csrf_token: str
    expires_at: int


async def identify_by_password(environment: Environment, name: str, password: str, address: str) -> Actor | None:
    """Give the user of a name and password, None when they are wrong.

    Raises:
        TooManyAttemptsError: It failed too often, by this name or from this address.
    """
    found = await _by_password(environment, name, password, address)
    return _actor(found.user_name, found.grants) if found is not None else None


async def identify_by_token(environment: Environment, token: str) -> Actor | None:
    """Give the user of an API token, None when there is none, its time is over, or the account is closed."""
    now = environment.clock()

    async def check() -> Verified | None:
        def read(connection: Connection) -> tuple[ApiToken, User] | None:
            found = sessions.find_api_token(connection, digest_of(token), now=now)
            user = users.find_user(connection, found.user_name) if found is not None else None
            return (found, user) if found is not None and user is not None and not user.is_disabled else None

        found = await environment.database.read(read)
        if found is None:
            return None
        await environment.database.write(
            lambda connection: sessions.note_api_token_use(connection, found[0].id, now=now)
        )
        return _verified(found[1], now, found[0].expires_at)

    found = await environment.access.verify(f"token {token}", now, check)
    return _actor(found.user_name, found.grants, is_token=True) if found is not None else None


async def identify_by_session(environment: Environment, token: str) -> Actor | None:
    """Give the user of a session, None when it has ended or the account is closed."""
    now = environment.clock()

    async def check() -> Verified | None:
        def read(connection: Connection) -> tuple[Session, User] | None:
            found = sessions.find_session(connection, digest_of(token), now=now)
            user = users.find_user(connection, found.user_name) if found is not None else None
            return (found, user) if found is not None and user is not None and not user.is_disabled else None

        found = await environment.database.read(read)
        return _verified(found[1], now, found[0].expires_at) if found is not None else None

    found = await environment.access.verify(f"session {token}", now, check)
    return _actor(found.user_name, found.grants) if found is not None else None


async def sign_in(environment: Environment, name: str, password: str, address: str) -> SignedIn | None:
    """Begin a session for a browser, None when name or password are wrong.

    Raises:
        TooManyAttemptsError: It failed too often, by this name or from this address.
    """
    found = await _by_password(environment, name, password, address)
    if found is None:
        return None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    now = environment.clock()
    expires_at = now + environment.settings.authentication.session_hours * _HOUR
    session = Session(token_hash=digest_of(token), user_name=found.user_name, created_at=now, expires_at=expires_at)
    entry = AuditEntry(at=now, actor=found.user_name, action=Action.CREATE, resource=Resource.ACCOUNT, id="session")

    def begin(connection: Connection) -> None:
        sessions.add_session(connection, session)
        save_audit(connection, entry)

    await environment.database.write(begin)
    return SignedIn(found.user_name, token, csrf_token_of(token), expires_at)


async def sign_out(environment: Environment, token: str) -> None:
    """End a session, for this and every other request at once."""
    found = await environment.database.read(
        lambda connection: sessions.find_session(connection, digest_of(token), now=environment.clock())
    )
    await environment.database.write(lambda connection: sessions.delete_session(connection, digest_of(token)))
    if found is not None:
        environment.access.forget(found.user_name)


def csrf_token_of(token: str) -> str:
    """Give what a page of ours must send along with a change, and a page of others cannot know."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def digest_of(token: str) -> str:
    """Give what is stored of a random token."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


async def _by_password(environment: Environment, name: str, password: str, address: str) -> Verified | None:
    name = stored_name(name)
    now = environment.clock()
    # Before memory is asked, or guesses would find what somebody else is remembered for.
    environment.access.attempts.check(name[:LONGEST], address, now)

    async def check() -> Verified | None:
        environment.access.attempts.take(name[:LONGEST], address, now)
        user = await environment.database.read(lambda connection: users.find_user(connection, name))
        known_hash = user.password_hash if user is not None and not user.is_disabled else None
        async with environment.access.hashing:
            is_right = await asyncio.to_thread(verify_password, known_hash, password[: LONGEST + 1])
        if user is None or not is_right:
            return None
        environment.access.attempts.give_back(name[:LONGEST], address)
        await _renew_hash(environment, user, password)
        return _verified(user, now, None)

    return await environment.access.verify(f"password {name}\0{password}", now, check)


async def _renew_hash(environment: Environment, user: User, password: str) -> None:
    if is_outdated(user.password_hash):
        async with environment.access.hashing:
            renewed = await asyncio.to_thread(hash_password, password)
        await environment.database.write(
            lambda connection: users.set_password(connection, user.name, renewed, now=environment.clock())
        )


def _verified(user: User, now: int, expires_at: int | None) -> Verified:
    until = now + _REMEMBERED
    return Verified(user_name=user.name, grants=user.grants, until=min(until, expires_at or until))


@lru_cache(maxsize=1024)
def _actor(user_name: str, grants: tuple[Grant, ...], *, is_token: bool = False) -> Actor:
    permissions = permissions_of(grants)
    return Actor(name=user_name, permissions=permissions - _NOT_BY_TOKEN if is_token else permissions)
