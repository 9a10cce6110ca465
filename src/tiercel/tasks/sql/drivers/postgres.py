"""PostgreSQL through psycopg: rows come in pieces of the size asked for, so memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from tiercel.plugins import Json, RunContext
from tiercel.tasks.extras import library
from tiercel.tasks.sql.address import Address
from tiercel.tasks.sql.database import Database, Rows
from tiercel.tasks.sql.drivers.postgres_types import ready
from tiercel.tasks.sql.statements import Syntax

if TYPE_CHECKING:
    from psycopg import Connection

_VOID = 2278
_PORT = 5432


class Encryption(Struct, frozen=True, kw_only=True):
    """How the connection is encrypted; certificates and keys are PEM texts.

    Attributes:
        mode: As libpq names it.
    """

    mode: str | None = None
    root_certificate: str | None = None
    certificate: str | None = None
    key: str | None = None
    key_password: str | None = None


def psycopg_error() -> type[Exception]:
    """Give the error of the library."""
    error: type[Exception] = library("psycopg", "postgres").Error
    return error


POSTGRES = Database(name="PostgreSQL", syntax=Syntax(mark="%s", has_dollars=True), quote='"', errors=psycopg_error)


def connect(
    ctx: RunContext, address: Address, username: str | None, password: str | None, encryption: Encryption
) -> PostgresSession:
    """Open a connection; nothing of the environment or home of the server has a say in it."""
    psycopg = library("psycopg", "postgres")
    hosts = [(host, port or _PORT) for host, port in address.hosts]
    connection = psycopg.connect(
        host=",".join(host for host, _ in hosts),
        port=",".join(str(port) for _, port in hosts),
        dbname=address.database or username or address.username,
        user=username or address.username,
        password=password or address.password,
        passfile="/dev/null",
        autocommit=True,
        **_options(address),
        **_encryption(ctx, address, encryption),
    )
    return PostgresSession(ready(connection))


class PostgresSession:
    """One connection to PostgreSQL."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def run(self, statement: str, values: list[Json] | None, fetch_size: int) -> Rows | None:
        """Run one statement."""
        adapted = None if values is None else [_adapted(value) for value in values]
        cursor = self.connection.cursor()
        rows = cursor.stream(statement, adapted, size=max(fetch_size, 1))
        try:
            first = next(rows, None)
        except psycopg_error() as error:
            if cursor.description is None and _answers_nothing(error):
                return None
            raise
        result = cursor.pgresult
        described = cursor.description or []
        if first is None:
            names = [result.fname(at) or b"" for at in range(result.nfields)] if result else []
            return Rows([name.decode() for name in names], iter(()))
        voids = {at for at, column in enumerate(described) if column.type_code == _VOID}
        found = chain((first,), rows)
        return Rows([column.name for column in described], _without(voids, found) if voids else found)

    def insert(self, statement: str, rows: list[list[Json]]) -> int:
        """Run a statement for many rows."""
        with self.connection.cursor() as cursor:
            cursor.executemany(statement, [[_adapted(value) for value in row] for row in rows])
            return max(cursor.rowcount, 0)

    def begin(self) -> None:
        """Begin a transaction."""
        self.connection.execute("BEGIN")

    def commit(self) -> None:
        """Keep it."""
        self.connection.execute("COMMIT")

    def rollback(self) -> None:
        """Undo it."""
        self.connection.execute("ROLLBACK")

    def cancel(self) -> None:
        """Stop what runs."""
        self.connection.cancel_safe(timeout=5)

    def close(self) -> None:
        """End the connection."""
        self.connection.close()


class _Files:
    """Names of the files that libpq reads certificates from."""

    ROOT: ClassVar[str] = "root.pem"
    CERTIFICATE: ClassVar[str] = "client.pem"
    KEY: ClassVar[str] = "client.key"


def _options(address: Address) -> dict[str, Json]:
    """Translate the options of a JDBC address that mean something here."""
    given = address.options
    options: dict[str, Json] = {"application_name": given.get("ApplicationName", "tiercel")}
    if given.get("currentSchema"):
        options["options"] = f"-c search_path={given['currentSchema'].replace(' ', '')}"
    for theirs, ours in (("connectTimeout", "connect_timeout"), ("loginTimeout", "connect_timeout")):
        if given.get(theirs, "").isdigit():
            options[ours] = int(given[theirs])
    return options


def _encryption(ctx: RunContext, address: Address, wanted: Encryption) -> dict[str, Json]:
    mode = wanted.mode or address.options.get("sslmode")
    if mode is None and address.options.get("ssl") == "true":
        mode = "verify-full"
    settings: dict[str, Json] = {"sslmode": mode or "prefer", "sslrootcert": "system" if mode == "verify-full" else ""}
    if wanted.root_certificate:
        settings["sslrootcert"] = _written(ctx, _Files.ROOT, wanted.root_certificate)
    if wanted.certificate:
        settings["sslcert"] = _written(ctx, _Files.CERTIFICATE, wanted.certificate)
    if wanted.key:
        settings["sslkey"] = _written(ctx, _Files.KEY, wanted.key)
        settings["sslpassword"] = wanted.key_password
    return {name: value for name, value in settings.items() if value}


def _written(ctx: RunContext, name: str, text: str) -> str:
    """Write a certificate or key where only this run can read it."""
    path = Path(ctx.temporary_dir) / name
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return str(path)


def _answers_nothing(error: Exception) -> bool:
    """Tell whether the library only complains that there are no rows to stream."""
    return getattr(error, "sqlstate", None) is None and "didn't produce a result" in str(error)


def _without(voids: set[int], rows: Iterator[Sequence[Json]]) -> Iterator[Sequence[Json]]:
    for row in rows:
        yield [None if at in voids else value for at, value in enumerate(row)]


def _adapted(value: Json) -> Json:
    return library("psycopg.types.json", "postgres").Jsonb(value) if isinstance(value, dict) else value
