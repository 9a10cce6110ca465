"""Tasks and triggers on DuckDB, which asks files as if they were tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from tiercel.plugins import Json, RunContext, TaskError
from tiercel.tasks.sql import files
from tiercel.tasks.sql.address import read_path
from tiercel.tasks.sql.database import Database
from tiercel.tasks.sql.drivers.duckdb import DUCKDB, DuckdbSession, connect
from tiercel.tasks.sql.properties import (
    DEPRECATED,
    FilesOut,
    QueriesOutputs,
    QueriesTask,
    QueryOutputs,
    QueryTask,
    QueryTrigger,
    Zoned,
)
from tiercel.tasks.sql.querying import look, run_queries, run_query
from tiercel.tasks.sql.values import read_zone


class DuckdbFiles(Zoned, FilesOut):
    """Which file the database is, and which it reads.

    Attributes:
        url: ``jdbc:duckdb:`` and the path of the file: relative ones are in the working directory; none is in memory.
        database_uri: A stored file that is the database.
        input_files: Files put into the working directory: name to content, or to the URI of a stored file.
        output_db_file: Whether the database is stored as a file in the end.
        community_extensions: Has no effect: statements load extensions themselves, where the installation lets them.
    """

    database: ClassVar[Database] = DUCKDB

    url: str = "jdbc:duckdb:"
    database_uri: str | None = None
    input_files: dict[str, str] | str | None = None
    output_db_file: bool = False
    community_extensions: list[str] = Field(default_factory=lambda: ["ion"])

    def path(self, ctx: RunContext) -> Path | None:
        """Give the file of the database; None for one in memory."""
        written = read_path(self.url, "duckdb")
        if not written and (self.database_uri or self.output_db_file):
            written = "database.duckdb"
        return files.database_path(ctx, written)

    def variables(self, ctx: RunContext) -> dict[str, Json]:
        """Put the files there, and tell where."""
        path = self.path(ctx)
        if self.database_uri is not None and path is not None:
            if not path.is_relative_to(ctx.working_dir.resolve()):
                raise TaskError(
                    "`databaseUri` needs a relative path in `url`, since it is put into the working directory"
                )
            ctx.files.download(self.database_uri, path)
        for name, content in _entries(self.input_files).items():
            files.put(ctx, name, content)
        return {"workingDir": str(ctx.working_dir), "outputFiles": files.places(ctx, self.output_files)}

    def connect(self, ctx: RunContext) -> DuckdbSession:
        """Open it."""
        settings = ctx.call("settings.sql")
        return connect(
            self.path(ctx),
            ctx.working_dir.resolve(),
            settings["allowed_paths"],
            is_open=settings["duckdb_is_open"],
            zone=read_zone(self.time_zone_id).key,
        )

    def finish(self, ctx: RunContext) -> dict[str, Json]:
        """Store the files."""
        path = self.path(ctx)
        return {
            "output_files": files.store(ctx, self.output_files),
            "database_uri": ctx.files.write(path.name, path) if self.output_db_file and path is not None else None,
        }


class Query(
    DuckdbFiles,
    QueryTask,
    type="io.kestra.plugin.jdbc.duckdb.Query",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.duckdb.Query
inputFiles:
  orders.csv: "{{ outputs.download.uri }}"
sql: SELECT customer, sum(total) AS total FROM '{{ workingDir }}/orders.csv' GROUP BY customer
fetchType: STORE
""",
):
    """Runs one statement in DuckDB."""

    def run(self, ctx: RunContext) -> QueryOutputs:
        """Run it."""
        return run_query(ctx, self)


class Queries(
    DuckdbFiles,
    QueriesTask,
    type="io.kestra.plugin.jdbc.duckdb.Queries",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.duckdb.Queries
inputFiles:
  orders.csv: "{{ outputs.download.uri }}"
outputFiles: [totals]
sql: |
  CREATE TABLE totals AS SELECT customer, sum(total) AS total FROM '{{ workingDir }}/orders.csv' GROUP BY customer;
  COPY totals TO '{{ outputFiles.totals }}' (FORMAT parquet);
""",
):
    """Runs several statements in DuckDB, one after another."""

    def run(self, ctx: RunContext) -> QueriesOutputs:
        """Run them."""
        return run_queries(ctx, self)


class Trigger(
    DuckdbFiles,
    QueryTrigger,
    type="io.kestra.plugin.jdbc.duckdb.Trigger",
    deprecated_properties=DEPRECATED,
    outputs=QueryOutputs,
    example="""
type: io.kestra.plugin.jdbc.duckdb.Trigger
interval: PT5M
sql: SELECT * FROM '/srv/inbox/*.csv' WHERE total > 100
""",
):
    """Starts an execution when a statement finds rows in DuckDB."""

    def evaluate(self, ctx: RunContext) -> QueryOutputs | None:
        """Run it."""
        return look(ctx, self)


def _entries(written: Mapping[str, str] | str | None) -> Mapping[str, str]:
    """Read input files written as a map, or as the JSON text of one."""
    if not isinstance(written, str):
        return written or {}
    try:
        entries = json.loads(written)
    except ValueError:
        entries = None
    if not isinstance(entries, dict):
        raise TaskError("`inputFiles` must be a map of names to contents")
    return {str(name): str(content) for name, content in entries.items()}
