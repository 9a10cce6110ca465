"""How every database must keep users, what stands for them, and what they did."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from tiercel.errors import ConflictError, NotFoundError
from tiercel.repository import audit, sessions, users
from tiercel.repository.audit import AuditEntry
from tiercel.repository.connection import Connection
from tiercel.repository.database import Database
from tiercel.repository.sessions import ApiToken, Session
from tiercel.repository.users import Grant, User
from tiercel.testing.builders import START

ADA = User(
    name="ada@x.org",
    password_hash="hash",  # noqa: S106 (a digest of nothing) (none)
    grants=(Grant("admin"), Grant("editor", "team")),
    created_at=START,
    updated_at=START,
)


class UserSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_a_user_comes_back_and_is_unique(self, database: Database) -> None:
        assert await database.read(users.has_users) is False
        await database.write(lambda c: users.add_user(c, ADA))
        assert await database.read(lambda c: users.get_user(c, ADA.name)) == ADA
        assert await database.read(users.list_users) == [ADA]
        with pytest.raises(ConflictError, match=ADA.name):
            await database.write(lambda c: users.add_user(c, ADA))
        with pytest.raises(NotFoundError, match=r"user eve@x\.org not found"):
            await database.read(lambda c: users.get_user(c, "eve@x.org"))

    async def test_a_user_changes(self, database: Database) -> None:
        await database.write(lambda c: users.add_user(c, ADA))

        def change(connection: Connection) -> None:
            users.set_password(connection, ADA.name, "other", now=START + 1)
            users.set_grants(connection, ADA.name, (Grant("viewer"),), now=START + 2)
            users.set_disabled(connection, ADA.name, is_disabled=True, now=START + 3)

        await database.write(change)
        changed = replace(
            ADA,
            password_hash="other",  # noqa: S106 (a digest of nothing) (none)
            grants=(Grant("viewer"),),
            is_disabled=True,
            updated_at=START + 3,
        )
        assert await database.read(lambda c: users.find_user(c, ADA.name)) == changed
        assert await database.read(users.has_users) is True
        assert await database.read(users.has_enabled_user) is False


class SessionSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_sessions_end_one_by_one_all_at_once_and_by_themselves(self, database: Database) -> None:
        for digest, name in (("a", "ada"), ("b", "ada"), ("c", "ada"), ("d", "bob")):
            session = Session(token_hash=digest, user_name=name, created_at=START, expires_at=START + 10)
            await database.write(partial(sessions.add_session, session=session))
        assert await self._live(database, START + 9) == ["a", "b", "c", "d"]
        assert await self._live(database, START + 10) == []
        await database.write(lambda c: sessions.delete_session(c, "a"))
        assert await self._live(database, START) == ["b", "c", "d"]
        await database.write(lambda c: sessions.delete_sessions_of(c, "ada"))
        assert await self._live(database, START) == ["d"]
        late = Session(token_hash="e", user_name="bob", created_at=START + 10, expires_at=START + 20)  # noqa: S106 (a digest of nothing)
        await database.write(lambda c: sessions.add_session(c, late))
        assert await self._live(database, START) == ["e"]

    async def test_tokens_are_found_by_digest_and_named_once_a_user(self, database: Database) -> None:
        token = ApiToken(
            id="1",
            user_name="ada",
            name="ci",
            token_hash="x",  # noqa: S106 (a digest of nothing) (none)
            created_at=START,
            expires_at=START + 10,
        )
        await database.write(lambda c: sessions.add_api_token(c, token))
        assert await database.read(lambda c: sessions.find_api_token(c, "x", now=START + 9)) == token
        assert await database.read(lambda c: sessions.find_api_token(c, "x", now=START + 10)) is None
        same_name = replace(token, id="2", token_hash="y")  # noqa: S106 (a digest of nothing) (none)
        with pytest.raises(ConflictError, match="'ci'"):
            await database.write(lambda c: sessions.add_api_token(c, same_name))
        await database.write(lambda c: sessions.add_api_token(c, replace(same_name, user_name="bob", expires_at=None)))
        assert await database.read(lambda c: sessions.find_api_token(c, "y", now=2**62)) is not None
        await database.write(lambda c: sessions.note_api_token_use(c, "1", now=START + 5))
        used = replace(token, used_at=START + 5)
        assert await database.read(lambda c: sessions.list_api_tokens(c, "ada")) == [used]
        assert await database.write(lambda c: sessions.delete_api_token(c, "bob", "1")) is False
        assert await database.write(lambda c: sessions.delete_api_token(c, "ada", "1")) is True
        assert await database.read(lambda c: sessions.list_api_tokens(c, "ada")) == []

    async def test_only_the_last_set_up_token_counts(self, database: Database) -> None:
        assert await database.read(sessions.has_setup_token) is False
        for digest in ("a", "b"):
            await database.write(partial(sessions.set_setup_token, token_hash=digest, now=START))
        assert await database.read(lambda c: sessions.has_setup_token(c, "a")) is False
        assert await database.read(lambda c: sessions.has_setup_token(c, "b")) is True
        await database.write(sessions.delete_setup_tokens)
        assert await database.read(sessions.has_setup_token) is False

    async def _live(self, database: Database, now: int) -> list[str]:
        def read(connection: Connection) -> list[str]:
            return [digest for digest in "abcde" if sessions.find_session(connection, digest, now=now) is not None]

        return await database.read(read)


class AuditSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_rows_come_newest_first_in_pages(self, database: Database) -> None:
        for place in range(5):
            entry = AuditEntry(at=START + place, actor="ada", action="CREATE", resource="FLOW", id=str(place))
            await database.write(partial(audit.save_audit, entry=entry))
        first = await database.read(lambda c: audit.list_audit(c, limit=2))
        assert [(entry.id, entry.at) for entry in first] == [("4", START + 4), ("3", START + 3)]
        rest = await database.read(lambda c: audit.list_audit(c, before=first[-1].number))
        assert [entry.id for entry in rest] == ["2", "1", "0"]
