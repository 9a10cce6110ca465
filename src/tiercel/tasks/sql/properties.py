"""The properties of SQL tasks and triggers, and what they give back."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tiercel.plugins import Json, Outputs, Plugin, PollingTrigger, Raw, RunContext, Static, Task
from tiercel.tasks.sql.database import Database, Session

FetchType = Literal["STORE", "FETCH", "FETCH_ONE", "NONE"]
DEPRECATED = ("fetch", "fetchOne", "store")


class QueryOutputs(Outputs):
    """What a statement gives back.

    Attributes:
        row: The first row, with ``FETCH_ONE``.
        rows: All rows, with ``FETCH``.
        uri: A file of rows in Ion, with ``STORE``.
        size: How many rows there are.
        output_files: URIs of the files of ``outputFiles``, by their names.
        database_uri: The database as a file, with ``outputDbFile``.
    """

    row: dict[str, Json] | None = None
    rows: list[dict[str, Json]] | None = None
    uri: str | None = None
    size: int | None = None
    output_files: dict[str, str] | None = None
    database_uri: str | None = None


class QueriesOutputs(Outputs):
    """What several statements give back.

    Attributes:
        outputs: What each statement that answers rows gave, in order.
        output_files: URIs of the files of ``outputFiles``, by their names.
        database_uri: The database as a file, with ``outputDbFile``.
    """

    outputs: list[QueryOutputs]
    output_files: dict[str, str] | None = None
    database_uri: str | None = None


class Connected(Plugin):
    """Anything that connects to a database.

    Attributes:
        url: The address of the database, as ``jdbc:`` addresses are written.
        username: To log in.
        password: To log in.
    """

    database: ClassVar[Database]

    url: str
    username: str | None = None
    password: str | None = None

    def connect(self, ctx: RunContext) -> Session:
        """Open a connection."""
        raise NotImplementedError

    def variables(self, ctx: RunContext) -> dict[str, Json]:  # noqa: ARG002 (for those who override it)
        """Give what the statement sees beside the variables of the run, and put the files there."""
        return {}

    def finish(self, ctx: RunContext) -> dict[str, Json]:  # noqa: ARG002 (for those who override it)
        """Give outputs that are there once the connection is closed."""
        return {}


class Zoned(Connected):
    """A connection with values that have zones.

    Attributes:
        time_zone_id: The zone that times with a zone are given in; UTC when nothing is said.
        connection_pooling: Has no effect: each run opens a connection of its own.
        connection_pool_size: Has no effect.
    """

    time_zone_id: str | None = None
    connection_pooling: bool = True
    connection_pool_size: int = 10


class Statement(Zoned):
    """Something that runs SQL.

    Attributes:
        sql: The SQL. Expressions become part of its text: give values with ``parameters``.
        after_sql: One more statement, run in the same transaction: to mark what was found, for example.
        fetch_type: What becomes of rows: all of them, one, a file, or nothing.
        fetch_size: How many rows are got from the database at once.
        parameters: Values by the names the SQL has for them, such as ``:name``; they are never read as SQL. An
            expression that stands alone keeps the type of its value, null too.
        fetch: Write ``fetchType: FETCH`` instead.
        fetch_one: Write ``fetchType: FETCH_ONE`` instead.
        store: Write ``fetchType: STORE`` instead.
    """

    sql: Raw[str]
    after_sql: Raw[str | None] = Field(None, alias="afterSQL")
    fetch_type: FetchType = "NONE"
    fetch_size: int = 10000
    parameters: Raw[dict[str, Json] | str | None] = None
    fetch: bool = False
    fetch_one: bool = False
    store: bool = False

    @property
    def used_fetch_type(self) -> FetchType:
        """What becomes of rows, wherever it is written."""
        if self.fetch:
            return "FETCH"
        if self.fetch_one:
            return "FETCH_ONE"
        return "STORE" if self.store else self.fetch_type


class FilesOut(Plugin):
    """Something whose SQL can write files.

    Attributes:
        output_files: Names; ``outputFiles.name`` is the path of a file that the SQL may write, and that is stored then.
    """

    output_files: list[str] | None = None


class QueryTask(Statement, FilesOut, Task):
    """Properties of tasks that run one statement."""


class QueriesTask(Statement, FilesOut, Task):
    """Properties of tasks that run several statements.

    Attributes:
        transaction: Whether all of them count, or none.
    """

    transaction: bool = True


class QueryTrigger(Statement, PollingTrigger):
    """Properties of triggers that look for rows."""

    interval: Static[timedelta] = timedelta(minutes=1)
    fetch_type: FetchType = "FETCH"


class BatchOutputs(Outputs):
    """What a Batch gives back.

    Attributes:
        row_count: How many rows were read.
        updated_count: How many rows of the database changed.
    """

    row_count: int
    updated_count: int


class BatchTask(Zoned, Task):
    """Properties of tasks that write rows of a file.

    Attributes:
        from_: The file, with rows in Ion.
        sql: A statement with a question mark for each column.
        table: The table to insert into, instead of ``sql``.
        columns: Which columns of the file, in the order of the question marks; all of them when nothing is said.
        chunk: How many rows are written at once.
        max_retries: Has no effect: give the task a ``retry``.
        retry_backoff: Has no effect.
        retry_scope: Has no effect.
        resume_on_retry: Has no effect: chunks that were written stay written.
        input_handling: Has no effect: the file is always read piece by piece.
        local_buffer_max_bytes: Has no effect.
    """

    from_: Annotated[str, Field(alias="from")]
    sql: str | None = None
    table: str | None = None
    columns: list[str] | None = None
    chunk: Annotated[int, Field(ge=1)] = 1000
    max_retries: int = 3
    retry_backoff: timedelta = timedelta(seconds=1)
    retry_scope: Literal["NONE", "INPUT", "ALL"] = "INPUT"
    resume_on_retry: bool = True
    input_handling: Literal["AUTO", "STREAM", "LOCAL"] = "AUTO"
    local_buffer_max_bytes: int = 104857600
