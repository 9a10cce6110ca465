"""Tasks and triggers on SQLite: a file of the run, a stored one, or one the installation allows."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from tiercel.plugins import Json, RunContext, TaskError
from tiercel.tasks.sql import files
from tiercel.tasks.sql.address import read_path
from tiercel.tasks.sql.database import Database
from tiercel.tasks.sql.drivers.sqlite import SQLITE, SqliteSession, connect
from tiercel.tasks.sql.properties import (
    DEPRECATED,
    Connected,
    QueriesOutputs,
    QueriesTask,
    QueryOutputs,
    QueryTask,
    QueryTrigger,
)
from tiercel.tasks.sql.querying import look, run_queries, run_query


class SqliteFile(Connected):
    """Which file the database is.

    Attributes:
        url: ``jdbc:sqlite:`` and the path of the file: relative ones are in the working directory; none is in memory.
        sqlite_file: A stored file, put where ``url`` says before it is opened.
        output_db_file: Whether the database is stored as a file in the end.
    """

    database: ClassVar[Database] = SQLITE

    url: str = "jdbc:sqlite:"
    sqlite_file: str | None = None
    output_db_file: bool = False

    def path(self, ctx: RunContext) -> Path | None:
        """Give the file of the database; None for one in memory."""
        written = read_path(self.url, "sqlite")
        if not written and (self.sqlite_file or self.output_db_file):
            written = "database.sqlite"
        return files.database_path(ctx, written)

    def variables(self, ctx: RunContext) -> dict[str, Json]:
        """Put the stored file there."""
        path = self.path(ctx)
        if self.sqlite_file is not None and path is not None:
            if not path.is_relative_to(ctx.working_dir.resolve()):
                raise TaskError(
                    "`sqliteFile` needs a relative path in `url`, since it is put into the working directory"
                )
            ctx.files.download(self.sqlite_file, path)
        return {
            "workingDir": str(ctx.working_dir),
            "outputFiles": files.places(ctx, self._written()),
        }

    def _written(self) -> list[str] | None:
        names: list[str] | None = getattr(self, "output_files", None)  # triggers have none
        return names

    def connect(self, ctx: RunContext) -> SqliteSession:
        """Open it."""
        return connect(self.path(ctx), partial(files.may_open, ctx))

    def finish(self, ctx: RunContext) -> dict[str, Json]:
        """Store the files."""
        path = self.path(ctx)
        return {
            "output_files": files.store(ctx, self._written()),
            "database_uri": ctx.files.write(path.name, path) if self.output_db_file and path is not None else None,
        }


class Query(
    SqliteFile,
    QueryTask,
    type="io.kestra.plugin.jdbc.sqlite.Query",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.sqlite.Query
url: jdbc:sqlite:shop.db
sqliteFile: "{{ outputs.download.uri }}"
sql: SELECT id, total FROM orders WHERE customer = :customer
parameters:
  customer: "{{ inputs.customer }}"
fetchType: STORE
""",
):
    """Runs one statement in SQLite."""

    def run(self, ctx: RunContext) -> QueryOutputs:
        """Run it."""
        return run_query(ctx, self)


class Queries(
    SqliteFile,
    QueriesTask,
    type="io.kestra.plugin.jdbc.sqlite.Queries",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.sqlite.Queries
url: jdbc:sqlite:shop.db
outputDbFile: true
sql: |
  CREATE TABLE orders (id INTEGER, total REAL);
  INSERT INTO orders VALUES (1, 9.5);
""",
):
    """Runs several statements in SQLite, one after another."""

    def run(self, ctx: RunContext) -> QueriesOutputs:
        """Run them."""
        return run_queries(ctx, self)


class Trigger(
    SqliteFile,
    QueryTrigger,
    type="io.kestra.plugin.jdbc.sqlite.Trigger",
    deprecated_properties=DEPRECATED,
    outputs=QueryOutputs,
    example="""
type: io.kestra.plugin.jdbc.sqlite.Trigger
url: jdbc:sqlite:/srv/shop/shop.db
interval: PT5M
sql: SELECT id FROM orders WHERE is_new
afterSQL: UPDATE orders SET is_new = false
""",
):
    """Starts an execution when a statement finds rows in SQLite."""

    def evaluate(self, ctx: RunContext) -> QueryOutputs | None:
        """Run it."""
        return look(ctx, self)
