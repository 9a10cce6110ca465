"""Sessions of the clients of tool servers. Only digests of their tokens are stored."""

from __future__ import annotations

from msgspec import Struct

from tiercel.repository.connection import Connection, Target

COLUMNS = ("token_hash", "server_id", "user_name", "version", "created_at", "expires_at")
_SESSIONS = Target(table="mcp_sessions", columns=COLUMNS)
_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM mcp_sessions"


class McpSession(Struct, frozen=True, kw_only=True):
    """A client that has introduced itself; ``version`` is that of the protocol both speak."""

    token_hash: str
    server_id: str
    user_name: str
    version: str
    created_at: int
    expires_at: int


def find_mcp_session(connection: Connection, token_hash: str, *, now: int) -> McpSession | None:
    """The session of a digest, unless its time is over."""
    rows = connection.fetch(f"{_SELECTED} WHERE token_hash = ? AND expires_at > ?", (token_hash, now))
    return McpSession(**dict(zip(COLUMNS, rows[0], strict=True))) if rows else None


def add_mcp_session(connection: Connection, session: McpSession, *, most: int) -> None:
    """Store a session; those whose time is over go, and the oldest of a user with more than ``most``."""
    connection.execute("DELETE FROM mcp_sessions WHERE expires_at <= ?", (session.created_at,))
    connection.insert(_SESSIONS, [tuple(getattr(session, column) for column in COLUMNS)])
    connection.execute(
        "DELETE FROM mcp_sessions WHERE user_name = ? AND token_hash NOT IN (SELECT token_hash FROM mcp_sessions "
        "WHERE user_name = ? ORDER BY created_at DESC, token_hash LIMIT ?)",
        (session.user_name, session.user_name, most),
    )


def delete_mcp_session(connection: Connection, token_hash: str) -> None:
    """End one session."""
    connection.execute("DELETE FROM mcp_sessions WHERE token_hash = ?", (token_hash,))
