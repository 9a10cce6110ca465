"""Writing the rows of a file into a database, chunk by chunk: each is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from tiercel.plugins import Json, RunContext, TaskError
from tiercel.tasks.sql.database import Database, Session
from tiercel.tasks.sql.properties import BatchOutputs, BatchTask
from tiercel.tasks.sql.querying import opened
from tiercel.tasks.sql.statements import bind_marks
from tiercel.tasks.sql.values import from_ion
from tiercel.tasks.storage.ion import read_rows

T = TypeVar("T")


def run_batch(ctx: RunContext, task: BatchTask) -> BatchOutputs:
    """Write the rows.

    Raises:
        TaskError: The file holds no such rows, or the database refuses them.
    """
    if not task.sql and not task.table:
        raise TaskError("A Batch needs `sql`, or `table`")
    read = changed = 0
    with opened(ctx, task.database, task.connect) as session:
        for chunk in _chunks((from_ion(row) for row in read_rows(ctx.files.open(task.from_))), task.chunk):
            if ctx.is_cancelled:
                raise TaskError(f"Writing was cancelled after {read} rows")
            statement, rows = _bound(task, chunk, read)
            changed += _write(ctx, session, statement, rows)
            read += len(chunk)
            ctx.log.debug("Wrote %s rows", read)
    ctx.counter("records", read)
    ctx.counter("updated", changed)
    ctx.log.info("Wrote %s rows", read)
    return BatchOutputs(row_count=read, updated_count=changed)


def _write(ctx: RunContext, session: Session, statement: str, rows: list[list[Json]]) -> int:
    session.begin()
    try:
        changed = session.insert(statement, rows)
    except BaseException:
        session.rollback()
        raise
    session.commit()
    ctx.counter("query", len(rows))
    return changed


def _bound(task: BatchTask, chunk: list[Json], read: int) -> tuple[str, list[list[Json]]]:
    """Give the statement for the driver, and the values of each row in the order of its marks."""
    if task.sql:
        statement, count = bind_marks(task.sql, task.database.syntax)
        columns = task.columns
    else:
        columns = task.columns or _names(chunk[0])
        count = len(columns) if columns else len(chunk[0])
        statement = _insert(task.database, str(task.table), columns, count)
    return statement, [_values(row, columns, count, read + at) for at, row in enumerate(chunk, 1)]


def _insert(database: Database, table: str, columns: list[str] | None, count: int) -> str:
    names = f" ({', '.join(database.quoted_name(column) for column in columns)})" if columns else ""
    marks = ", ".join([database.syntax.mark] * count)
    return f"INSERT INTO {database.quoted(table)}{names} VALUES ({marks})"  # noqa: S608 (names are quoted, values are not in it)


def _names(row: Json) -> list[str] | None:
    return [str(name) for name in row] if isinstance(row, Mapping) else None


def _values(row: Json, columns: list[str] | None, count: int, number: int) -> list[Json]:
    if isinstance(row, Mapping):
        missing = [name for name in columns or () if name not in row]
        if missing:
            raise TaskError(f"Row {number} has no {', '.join(missing)}; it has {', '.join(map(str, row))}")
        values = [row[name] for name in columns] if columns else list(row.values())
    elif isinstance(row, list):
        values = list(row)
    else:
        raise TaskError(f"Row {number} is neither a map nor a list")
    if len(values) != count:
        raise TaskError(f"Row {number} has {len(values)} values, and the statement has {count} question marks")
    return values


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(rows)
    while chunk := list(islice(source, size)):
        yield chunk
