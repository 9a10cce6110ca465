"""Files copied into tables of PostgreSQL, and out of them, as the database itself reads and writes them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Annotated, Literal

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, Task, TaskError
from tiercel.tasks.sql.drivers.postgres import POSTGRES
from tiercel.tasks.sql.postgresql import PostgresLogin
from tiercel.tasks.sql.querying import opened
from tiercel.tasks.sql.statements import split_statements


class CopyInOutputs(Outputs):
    """What a CopyIn gives back.

    Attributes:
        row_count: How many rows were copied.
    """

    row_count: int


class CopyOutOutputs(Outputs):
    """What a CopyOut gives back.

    Attributes:
        uri: The file.
        row_count: How many rows were copied.
    """

    uri: str
    row_count: int


class CopyTask(PostgresLogin, Task):
    """Properties of both directions.

    Attributes:
        table: The table.
        columns: Which columns of it.
        format: The form of the file.
        header: Whether its first line holds the names of columns.
        delimiter: What stands between columns.
        null_string: What stands for a missing value.
        quote: What stands around values.
        escape: What stands before a quote inside of a value.
        encoding: The encoding of the file.
        force_quote: Columns whose values are always quoted.
        force_null: Columns in which a quoted ``nullString`` counts as missing too.
        force_not_null: Columns in which nothing counts as missing.
        freeze: Whether rows count as old at once, in a table made in the same transaction.
        oids: Has no effect: PostgreSQL has none since version 12.
        socket_timeout: Seconds after which a copy that does not end is given up; 0 or nothing for never.
    """

    table: str | None = None
    columns: list[str] | None = None
    format: Literal["TEXT", "CSV", "BINARY"] = "TEXT"
    header: bool | None = None
    delimiter: str | None = None
    null_string: str | None = None
    quote: str | None = None
    escape: str | None = None
    encoding: str | None = None
    force_quote: list[str] | None = None
    force_null: list[str] | None = None
    force_not_null: list[str] | None = None
    freeze: bool | None = None
    oids: bool | None = None
    socket_timeout: int | None = None

    @property
    def target(self) -> str:
        """The table with its columns, quoted."""
        if not self.table:
            raise TaskError("`table` is needed here")
        return POSTGRES.quoted(self.table) + (f" {_names(self.columns)}" if self.columns else "")

    @property
    def options(self) -> str:
        """The options, as the statement writes them."""
        texts = {
            "DELIMITER": self.delimiter,
            "NULL": self.null_string,
            "QUOTE": self.quote,
            "ESCAPE": self.escape,
            "ENCODING": self.encoding,
        }
        flags = {"HEADER": self.header, "FREEZE": self.freeze}
        lists = {"FORCE_QUOTE": self.force_quote, "FORCE_NULL": self.force_null, "FORCE_NOT_NULL": self.force_not_null}
        parts = [f"FORMAT {self.format}"]
        parts += [f"{name} {_text(value)}" for name, value in texts.items() if value is not None]
        parts += [f"{name} {str(value).upper()}" for name, value in flags.items() if value is not None]
        parts += [f"{name} {_names(value)}" for name, value in lists.items() if value]
        return f"WITH ({', '.join(parts)})"

    @property
    def limit(self) -> str:
        """The statement that bounds the time of the copy."""
        return f"SET statement_timeout = '{max(self.socket_timeout or 0, 0)}s'"


class CopyIn(
    CopyTask,
    type="io.kestra.plugin.jdbc.postgresql.CopyIn",
    example="""
type: io.kestra.plugin.jdbc.postgresql.CopyIn
url: jdbc:postgresql://db.example.com:5432/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
from: "{{ outputs.download.uri }}"
table: orders
format: CSV
header: true
""",
):
    """Copies a file into a table of PostgreSQL.

    Attributes:
        from_: The file.
    """

    from_: Annotated[str, Field(alias="from")]

    def run(self, ctx: RunContext) -> CopyInOutputs:
        """Copy it, piece by piece; all of it counts, or nothing."""
        with opened(ctx, POSTGRES, self.connect) as session, session.connection.cursor() as cursor:
            cursor.execute(self.limit)
            with cursor.copy(f"COPY {self.target} FROM STDIN {self.options}") as copy:
                for chunk in ctx.files.open(self.from_):
                    copy.write(chunk)
            count = max(cursor.rowcount, 0)
        ctx.counter("rows", count)
        return CopyInOutputs(row_count=count)


class CopyOut(
    CopyTask,
    type="io.kestra.plugin.jdbc.postgresql.CopyOut",
    example="""
type: io.kestra.plugin.jdbc.postgresql.CopyOut
url: jdbc:postgresql://db.example.com:5432/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
sql: SELECT id, total FROM orders
format: CSV
header: true
""",
):
    """Copies a table of PostgreSQL, or the rows of a statement, into a file.

    Attributes:
        sql: The statement, instead of ``table``.
    """

    sql: str | None = None

    def run(self, ctx: RunContext) -> CopyOutOutputs:
        """Copy it, piece by piece."""
        source = self.target if self.sql is None else f"({self._statement()})"
        with opened(ctx, POSTGRES, self.connect) as session, session.connection.cursor() as cursor:
            cursor.execute(self.limit)

            def pieces() -> Generator[bytes]:
                with cursor.copy(f"COPY {source} TO STDOUT {self.options}") as copy:
                    yield from map(bytes, copy)

            with closing(pieces()) as chunks:
                uri = ctx.files.write(ctx.files.new_name(f".{self.format.lower()}"), chunks)
            count = max(cursor.rowcount, 0)
        ctx.counter("rows", count)
        return CopyOutOutputs(uri=uri, row_count=count)

    def _statement(self) -> str:
        statements = split_statements(str(self.sql), POSTGRES.syntax)
        if len(statements) != 1:
            raise TaskError("`sql` must be one statement")
        return statements[0]


def _names(names: list[str] | None) -> str:
    return f"({', '.join(map(POSTGRES.quoted_name, names or ()))})"


def _text(value: str) -> str:
    return "E'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
