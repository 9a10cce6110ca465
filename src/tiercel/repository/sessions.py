"""What stands for a user without the password: sessions of browsers, API tokens, the set-up token.

Only digests are stored, so that a copy of the database lets nobody in.
"""

from __future__ import annotations

from msgspec import Struct

from tiercel.errors import ExistsError
from tiercel.repository.connection import Connection, Row, Target

COLUMNS = ("token_hash", "user_name", "created_at", "expires_at")
TOKEN_COLUMNS = ("id", "user_name", "name", "token_hash", "created_at", "expires_at", "used_at")
SETUP_COLUMNS = ("token_hash", "created_at")
_SESSIONS = Target(table="sessions", columns=COLUMNS, key=("token_hash",))
_TOKENS = Target(table="api_tokens", columns=TOKEN_COLUMNS, key=("id",))
_SETUP = Target(table="setup_tokens", columns=SETUP_COLUMNS, key=("token_hash",))
_SELECTED_TOKENS = f"SELECT {', '.join(TOKEN_COLUMNS)} FROM api_tokens"


class Session(Struct, frozen=True, kw_only=True):
    """A browser that signed in."""

    token_hash: str
    user_name: str
    created_at: int
    expires_at: int


class ApiToken(Struct, frozen=True, kw_only=True):
    """A token of a program.

    Attributes:
        expires_at: None = never.
        used_at: None = not yet; to the minute.
    """

    id: str
    user_name: str
    name: str
    token_hash: str
    created_at: int
    expires_at: int | None = None
    used_at: int | None = None


def find_session(connection: Connection, token_hash: str, *, now: int) -> Session | None:
    """The session of a digest, unless its time is over."""
    rows = connection.fetch(
        f"SELECT {', '.join(COLUMNS)} FROM sessions WHERE token_hash = ? AND expires_at > ?", (token_hash, now)
    )
    return Session(**dict(zip(COLUMNS, rows[0], strict=True))) if rows else None


def add_session(connection: Connection, session: Session) -> None:
    """Store a session, and forget those whose time is over."""
    connection.execute("DELETE FROM sessions WHERE expires_at <= ?", (session.created_at,))
    row = (session.token_hash, session.user_name, session.created_at, session.expires_at)
    connection.insert(_SESSIONS, [row])


def delete_session(connection: Connection, token_hash: str) -> None:
    """End one session."""
    connection.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))


def delete_sessions_of(connection: Connection, user_name: str) -> None:
    """End all sessions of a user."""
    connection.execute("DELETE FROM sessions WHERE user_name = ?", (user_name,))


def find_api_token(connection: Connection, token_hash: str, *, now: int) -> ApiToken | None:
    """The API token of a digest, unless its time is over."""
    rows = connection.fetch(
        f"{_SELECTED_TOKENS} WHERE token_hash = ? AND (expires_at IS NULL OR expires_at > ?)", (token_hash, now)
    )
    return _token(rows[0]) if rows else None


def list_api_tokens(connection: Connection, user_name: str) -> list[ApiToken]:
    """The API tokens of a user by name, also those whose time is over."""
    rows = connection.fetch(f"{_SELECTED_TOKENS} WHERE user_name = ? ORDER BY name", (user_name,))
    return [_token(row) for row in rows]


def add_api_token(connection: Connection, token: ApiToken) -> None:
    """Store a new API token.

    Raises:
        ConflictError: The user has one of this name.
    """
    if connection.fetch("SELECT 1 FROM api_tokens WHERE user_name = ? AND name = ?", (token.user_name, token.name)):
        raise ExistsError(f"{token.user_name} has a token named '{token.name}' already")
    connection.insert(_TOKENS, [tuple(getattr(token, column) for column in TOKEN_COLUMNS)])


def note_api_token_use(connection: Connection, token_id: str, *, now: int) -> None:
    """Remember when an API token was used last."""
    connection.execute("UPDATE api_tokens SET used_at = ? WHERE id = ?", (now, token_id))


def delete_api_token(connection: Connection, user_name: str, token_id: str) -> bool:
    """Revoke an API token of a user; tells whether there was one."""
    deleted = connection.execute("DELETE FROM api_tokens WHERE user_name = ? AND id = ?", (user_name, token_id))
    return deleted > 0


def set_setup_token(connection: Connection, token_hash: str, *, now: int) -> None:
    """Make this the only token that sets the installation up."""
    delete_setup_tokens(connection)
    connection.insert(_SETUP, [(token_hash, now)])


def has_setup_token(connection: Connection, token_hash: str | None = None) -> bool:
    """Whether the installation can be set up with the token of this digest, or with any when None."""
    if token_hash is None:
        return bool(connection.fetch("SELECT 1 FROM setup_tokens LIMIT 1"))
    return bool(connection.fetch("SELECT 1 FROM setup_tokens WHERE token_hash = ?", (token_hash,)))


def delete_setup_tokens(connection: Connection) -> None:
    """Let nobody set the installation up any more."""
    connection.execute("DELETE FROM setup_tokens")


def _token(row: Row) -> ApiToken:
    return ApiToken(**dict(zip(TOKEN_COLUMNS, row, strict=True)))
