"""DuckDB in the process: it reads and writes files only where the installation allows, unless a setting opens it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tiercel.plugins import Json
from tiercel.tasks.extras import library
from tiercel.tasks.sql.database import Database, Rows
from tiercel.tasks.sql.statements import Syntax

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def duckdb_error() -> type[Exception]:
    """Give the error of the library."""
    error: type[Exception] = library("duckdb", "duckdb").Error
    return error


DUCKDB = Database(name="DuckDB", syntax=Syntax(mark="?", has_dollars=True), quote='"', errors=duckdb_error)


def connect(path: Path | None, directory: Path, roots: Sequence[str], *, is_open: bool, zone: str) -> DuckdbSession:
    """Open a database: a file, made when it is missing, or one in memory.

    Args:
        path: The file.
        directory: What statements may read and write in any case; what does not fit in memory is put there too.
        roots: Folders that statements may read from and write to.
        is_open: Statements may use any file, the network and extensions.
        zone: The zone that times without one are meant in.
    """
    connection = library("duckdb", "duckdb").connect(str(path or ":memory:"))
    connection.execute("SET temp_directory = ?", [str(directory / ".duckdb")])
    connection.execute("SET TimeZone = ?", [zone])
    if not is_open:
        allowed = [f"{root.rstrip('/')}/" for root in (str(directory), *roots)]
        connection.execute("SET allowed_directories = ?", [allowed])
        connection.execute("SET enable_external_access = false")
    return DuckdbSession(connection)


class DuckdbSession:
    """One connection to DuckDB."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def run(self, statement: str, values: list[Json] | None, fetch_size: int) -> Rows | None:
        """Run one statement."""
        kinds = library("duckdb", "duckdb").ExpectedResultType
        expected = {kind for one in self._connection.extract_statements(statement) for kind in one.expected_result_type}
        self._connection.execute(statement, values)
        columns = [column[0] for column in self._connection.description or ()]
        is_count = kinds.CHANGED_ROWS in expected and columns == ["Count"]
        if kinds.QUERY_RESULT not in expected or is_count:
            return None
        return Rows(columns, self._rows(max(fetch_size, 1)))

    def insert(self, statement: str, rows: list[list[Json]]) -> int:
        """Run a statement for many rows."""
        changed = 0
        for row in rows:
            counted = self._connection.execute(statement, row).fetchone()
            changed += counted[0] if counted else 0
        return changed

    def begin(self) -> None:
        """Begin a transaction."""
        self._connection.begin()

    def commit(self) -> None:
        """Keep it."""
        self._connection.commit()

    def rollback(self) -> None:
        """Undo it."""
        self._connection.rollback()

    def cancel(self) -> None:
        """Stop what runs."""
        self._connection.interrupt()

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _rows(self, size: int) -> Iterator[Sequence[Json]]:
        while rows := self._connection.fetchmany(size):
            yield from rows
