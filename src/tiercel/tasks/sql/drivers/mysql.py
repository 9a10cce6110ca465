"""MySQL and MariaDB through PyMySQL: rows are read from the network one by one, so memory stays flat."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tiercel.plugins import Json, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.sql.address import Address
from tiercel.tasks.sql.database import Database, Rows
from tiercel.tasks.sql.statements import Syntax
from tiercel.tasks.sql.values import Instant

if TYPE_CHECKING:
    from pymysql import Connection

_PORT = 3306
_TINY, _TIMESTAMP, _JSON = 1, 7, 245
_ENCRYPTED = frozenset({"REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY", "trust", "verify-ca", "verify-full", "true"})
_UNCHECKED = frozenset({"REQUIRED", "trust", "true"})


def pymysql_error() -> type[Exception]:
    """Give the error of the library."""
    error: type[Exception] = library("pymysql", "mysql").MySQLError
    return error


_SYNTAX = Syntax(mark="%s", has_backslashes=True, has_hashes=True)
MYSQL = Database(name="MySQL", syntax=_SYNTAX, quote="`", errors=pymysql_error)
MARIADB = Database(name="MariaDB", syntax=_SYNTAX, quote="`", errors=pymysql_error)


def connect(address: Address, username: str | None, password: str | None, file: Path | None) -> MysqlSession:
    """Open a connection.

    Args:
        address: Where to; its options ``sslMode``, ``useSSL``, ``connectTimeout`` and ``socketTimeout`` count.
        username: To log in.
        password: To log in.
        file: The one file that ``LOAD DATA LOCAL INFILE`` may send.
    """
    problems: list[Exception] = []
    for host, port in address.hosts:
        make = partial(_connection, address, host, port or _PORT, username, password, file)
        try:
            return MysqlSession(make(), make)
        except pymysql_error() as error:
            problems.append(error)
    raise problems[-1]


class MysqlSession:
    """One connection to MySQL or MariaDB."""

    def __init__(self, connection: Connection, again: Callable[[], Connection]) -> None:
        self._connection = connection
        self._again = again

    def run(self, statement: str, values: list[Json] | None, fetch_size: int) -> Rows | None:  # noqa: ARG002 (rows come one by one)
        """Run one statement."""
        cursor = self._connection.cursor()
        cursor.execute(statement, None if values is None else [_adapted(value) for value in values])
        if cursor.description is None:
            return None
        readers = {at: read for at, column in enumerate(cursor.description) if (read := _reader(column)) is not None}
        return Rows([column[0] for column in cursor.description], _read(readers, iter(cursor.fetchone, None)))

    def insert(self, statement: str, rows: list[list[Json]]) -> int:
        """Run a statement for many rows."""
        with self._connection.cursor() as cursor:
            return cursor.executemany(statement, [[_adapted(value) for value in row] for row in rows]) or 0

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
        """Stop what runs, through a second connection."""
        with suppress(pymysql_error()):
            number: int = self._connection.thread_id()  # type: ignore[no-untyped-call]  # of the library
            other = self._again()
            other.cursor().execute("KILL QUERY %s", (number,))
            other.close()

    def close(self) -> None:
        """End the connection, without reading what was not read."""
        with suppress(pymysql_error()):
            self._connection.close()


def _connection(
    address: Address, host: str, port: int, username: str | None, password: str | None, file: Path | None
) -> Connection:
    pymysql = library("pymysql", "mysql")
    connection: Connection = _only_sending(file)(
        host=host,
        port=port,
        user=username or address.username or "",
        password=password or address.password or "",
        database=address.database or None,
        charset="utf8mb4",
        autocommit=True,
        cursorclass=pymysql.cursors.SSCursor,
        local_infile=file is not None,
        **_timeouts(address),
        **_encryption(address),
    )
    return connection


def _only_sending(file: Path | None) -> type:
    """Make a connection that sends no file but this one, whatever the server asks for."""
    connections = library("pymysql.connections", "mysql")
    if file is None:
        found: type = connections.Connection
        return found
    sent = file

    class Guarded(connections.Connection):  # type: ignore[name-defined,misc]  # loaded when first used
        """Looks at what is asked for before it is opened."""

        def _read_packet(self, packet_type: type = connections.MysqlPacket) -> Json:
            packet = super()._read_packet(packet_type)
            if packet.is_load_local_packet() and packet.get_all_data()[1:] != str(sent).encode():
                self.close()
                raise TaskError(f"Only {sent.name}, which is the `inputFile`, can be loaded from here")
            return packet

    return Guarded


def _timeouts(address: Address) -> dict[str, Json]:
    """Translate milliseconds of a JDBC address."""
    given = address.options
    found: dict[str, Json] = {}
    if given.get("connectTimeout", "").isdigit():
        found["connect_timeout"] = max(int(given["connectTimeout"]) // 1000, 1)
    if int(given.get("socketTimeout", "0") if given.get("socketTimeout", "").isdigit() else 0):
        found["read_timeout"] = max(int(given["socketTimeout"]) // 1000, 1)
    return found


def _encryption(address: Address) -> dict[str, Json]:
    mode = address.options.get("sslMode") or address.options.get("useSSL", "")
    if mode not in _ENCRYPTED:
        return {}
    is_checked = mode not in _UNCHECKED
    return {
        "ssl_verify_cert": is_checked,
        "ssl_verify_identity": mode in {"VERIFY_IDENTITY", "verify-full"},
        "ssl": {"check_hostname": mode in {"VERIFY_IDENTITY", "verify-full"}} if is_checked else {"verify_mode": False},
    }


def _reader(column: Sequence[Json]) -> Callable[[Json], Json] | None:
    """Choose what makes the value of a column, by its type and width."""
    kind, width = column[1], column[3]
    if kind == _TINY and width == 1:
        return bool
    if kind == _TIMESTAMP:
        return _instant
    return json.loads if kind == _JSON else None


def _instant(value: Json) -> Json:
    if not isinstance(value, datetime):
        return value
    return Instant.fromisoformat(value.replace(tzinfo=UTC).isoformat())


def _read(readers: dict[int, Callable[[Json], Json]], rows: Iterator[Sequence[Json]]) -> Iterator[Sequence[Json]]:
    for row in rows:
        if readers:
            yield [readers[at](value) if at in readers and value is not None else value for at, value in enumerate(row)]
        else:
            yield row


def _adapted(value: Json) -> Json:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return json.dumps(value) if isinstance(value, (dict, list)) else value
