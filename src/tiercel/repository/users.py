"""Those who may sign in. Names are e-mail addresses, stored as they are compared: in lower case."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from tiercel.errors import ExistsError, NotFoundError
from tiercel.repository.codec import to_json
from tiercel.repository.connection import Connection, Row, Target

COLUMNS = ("name", "password_hash", "grants", "is_disabled", "created_at", "updated_at")
_TARGET = Target(table="users", columns=COLUMNS, key=("name",))
_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM users"


class Grant(Struct, frozen=True):
    """A role in a namespace and below it; the empty namespace is everywhere."""

    role: str
    namespace: str = ""


class User(Struct, frozen=True, kw_only=True):
    """One who may sign in, with what is stored of the password."""

    name: str
    password_hash: str
    grants: tuple[Grant, ...]
    created_at: int
    updated_at: int
    is_disabled: bool = False


def find_user(connection: Connection, name: str) -> User | None:
    """The user of this name, also when disabled."""
    rows = connection.fetch(f"{_SELECTED} WHERE name = ?", (name,))
    return from_row(rows[0]) if rows else None


def get_user(connection: Connection, name: str) -> User:
    """The user of this name, also when disabled.

    Raises:
        NotFoundError: There is none.
    """
    user = find_user(connection, name)
    if user is None:
        raise NotFoundError("user", name)
    return user


def list_users(connection: Connection) -> list[User]:
    """All users by name."""
    return [from_row(row) for row in connection.fetch(f"{_SELECTED} ORDER BY name")]


def has_users(connection: Connection) -> bool:
    """Whether there is any user, disabled or not."""
    return bool(connection.fetch("SELECT 1 FROM users LIMIT 1"))


def has_enabled_user(connection: Connection) -> bool:
    """Whether somebody can sign in."""
    return bool(connection.fetch("SELECT 1 FROM users WHERE is_disabled = 0 LIMIT 1"))


def add_user(connection: Connection, user: User) -> None:
    """Store a new user.

    Raises:
        ConflictError: There is one of this name.
    """
    if find_user(connection, user.name) is not None:
        raise ExistsError(f"There is a user {user.name} already")
    row = (user.name, user.password_hash, to_json(user.grants), int(user.is_disabled), user.created_at, user.updated_at)
    connection.insert(_TARGET, [row])


def set_password(connection: Connection, name: str, password_hash: str, *, now: int) -> None:
    """Change what is stored of the password of a user who exists."""
    connection.execute("UPDATE users SET password_hash = ?, updated_at = ? WHERE name = ?", (password_hash, now, name))


def set_grants(connection: Connection, name: str, grants: Sequence[Grant], *, now: int) -> None:
    """Replace the roles of a user who exists."""
    connection.execute("UPDATE users SET grants = ?, updated_at = ? WHERE name = ?", (to_json(grants), now, name))


def set_disabled(connection: Connection, name: str, *, is_disabled: bool, now: int) -> None:
    """Close or open the account of a user who exists."""
    connection.execute("UPDATE users SET is_disabled = ?, updated_at = ? WHERE name = ?", (int(is_disabled), now, name))


def from_row(row: Row) -> User:
    """A user from the values of ``COLUMNS``."""
    values = dict(zip(COLUMNS, row, strict=True))
    values["grants"] = msgspec.json.decode(values["grants"], type=tuple[Grant, ...])
    values["is_disabled"] = bool(values["is_disabled"])
    return User(**values)
