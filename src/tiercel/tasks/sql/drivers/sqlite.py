"""SQLite through the standard library. Statements can open no file but those the installation allows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from tiercel.plugins import Json
from tiercel.tasks.sql.database import Database, Rows
from tiercel.tasks.sql.statements import Syntax

_WAIT_SECONDS = 30.0


def _is_complete(text: str) -> bool:
    return sqlite3.complete_statement(text)


def sqlite_error() -> type[Exception]:
    """Give the error of the library."""
    return sqlite3.Error


SQLITE = Database(name="SQLite", syntax=Syntax(mark="?", is_complete=_is_complete), quote='"', errors=sqlite_error)


def connect(path: Path | None, may_open: Callable[[str], bool]) -> SqliteSession:
    """Open a database: a file, made when it is missing, or one in memory.

    Args:
        path: The file.
        may_open: Tells whether a statement may attach, or write, a file of that name.
    """
    connection = sqlite3.connect(
        path or ":memory:", timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )

    def authorize(action: int, first: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_ATTACH and first and first != ":memory:" and not may_open(first):
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    connection.set_authorizer(authorize)
    return SqliteSession(connection)


class SqliteSession:
    """One connection to SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, values: list[Json] | None, fetch_size: int) -> Rows | None:
        """Run one statement."""
        cursor = self._connection.cursor()
        cursor.arraysize = max(fetch_size, 1)
        cursor.execute(statement, [_adapted(value) for value in values or ()])
        return Rows([column[0] for column in cursor.description], cursor) if cursor.description else None

    def insert(self, statement: str, rows: list[list[Json]]) -> int:
        """Run a statement for many rows."""
        cursor = self._connection.executemany(statement, [[_adapted(value) for value in row] for row in rows])
        return max(cursor.rowcount, 0)

    def begin(self) -> None:
        """Begin a transaction."""
        self._connection.execute("BEGIN")

    def commit(self) -> None:
        """Keep it."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Undo it."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def cancel(self) -> None:
        """Stop what runs."""
        self._connection.interrupt()

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def _adapted(value: Json) -> Json:
    if isinstance(value, (date, time)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return json.dumps(value) if isinstance(value, (dict, list)) else value
