"""Running SQL: one statement, several, and looks for rows.

A single statement counts at once, unless ``afterSQL`` follows: then both are one transaction. Several are one
transaction unless the task says otherwise. Whatever fails undoes what was not committed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from tiercel.plugins import Json, RunContext, TaskError
from tiercel.tasks.sql.database import Database, Rows, Session, cancelling
from tiercel.tasks.sql.properties import FetchType, QueriesOutputs, QueriesTask, QueryOutputs, Statement
from tiercel.tasks.sql.statements import bind_names, split_statements
from tiercel.tasks.sql.values import ion_writer, read_zone, to_plain
from tiercel.tasks.storage.ion import write_rows

S = TypeVar("S", bound=Session)

_LONGEST_SHOWN = 500


def run_query(ctx: RunContext, task: Statement) -> QueryOutputs:
    """Run one statement, and give what it answers.

    Raises:
        TaskError: It is none, or it failed.
    """
    variables = task.variables(ctx)
    statements = _statements(ctx, task, variables)
    if len(statements) > 1:
        raise TaskError("A Query runs one statement: use Queries to run several")
    after = str(ctx.render(task.after_sql, variables)).strip() if task.after_sql else ""
    with opened(ctx, task.database, task.connect) as session, _transaction(session, is_one=bool(after)):
        outputs = Run(ctx, task, session).outputs(statements[0]) or QueryOutputs(size=0)
        if after:
            following = split_statements(after, task.database.syntax)
            if len(following) > 1:
                raise TaskError("`afterSQL` is one statement")
            for statement in following:
                Run(ctx, task, session, fetch_type="NONE").outputs(statement)
    _count(ctx, task, outputs.size or 0)
    return outputs.model_copy(update=task.finish(ctx))


def run_queries(ctx: RunContext, task: QueriesTask) -> QueriesOutputs:
    """Run statements one after another, and give what those answer that answer rows.

    Raises:
        TaskError: One of them failed.
    """
    variables = task.variables(ctx)
    statements = _statements(ctx, task, variables)
    if task.after_sql:
        statements += split_statements(str(ctx.render(task.after_sql, variables)), task.database.syntax)
    outputs: list[QueryOutputs] = []
    with opened(ctx, task.database, task.connect) as session, _transaction(session, is_one=task.transaction):
        run = Run(ctx, task, session)
        for statement in statements:
            if ctx.is_cancelled:
                raise TaskError("The statements were cancelled")
            found = run.outputs(statement)
            if found is not None:
                outputs.append(found)
    _count(ctx, task, sum(one.size or 0 for one in outputs))
    return QueriesOutputs(outputs=outputs, **task.finish(ctx))


def look(ctx: RunContext, trigger: Statement) -> QueryOutputs | None:
    """Run the statement of a trigger; None when it finds no row. A dry look changes nothing."""
    dry = {"after_sql": None} if ctx.facts.is_dry else {}
    found = run_query(ctx, trigger.model_copy(update=dry))
    return found if found.size else None


@contextmanager
def opened(ctx: RunContext, database: Database, connect: Callable[[RunContext], S]) -> Iterator[S]:
    """Open a connection, to be closed again; what the library says becomes what the task says.

    Raises:
        TaskError: The database cannot be reached, or refuses what is asked of it.
    """
    try:
        with closing(connect(ctx)) as session, cancelling(ctx, session):
            yield session
            if ctx.is_cancelled:
                raise TaskError(_cancelled(database))
    except database.errors() as error:
        raise TaskError(_explained(ctx, database, error)) from error


class Run:
    """Runs statements of one task."""

    def __init__(
        self, ctx: RunContext, task: Statement, session: Session, *, fetch_type: FetchType | None = None
    ) -> None:
        self._ctx = ctx
        self._task = task
        self._session = session
        self._zone: ZoneInfo = read_zone(task.time_zone_id)
        self._fetch_type = fetch_type or task.used_fetch_type
        self._parameters = _parameters(ctx, task)

    def outputs(self, statement: str) -> QueryOutputs | None:
        """Run one statement; None when it answers no rows."""
        text, values = bind_names(statement, self._parameters, self._task.database.syntax)
        self._ctx.log.debug("Starting query: %s", statement[:_LONGEST_SHOWN])
        answer = self._session.run(text, values, self._task.fetch_size)
        if answer is None:
            return None
        match self._fetch_type:
            case "NONE":
                _drain(answer.rows)
                return QueryOutputs(size=0)
            case "FETCH_ONE":
                rows = list(islice(self._plain(answer), 1))
                _drain(answer.rows)
                return QueryOutputs(row=rows[0] if rows else None, size=len(rows))
            case "FETCH":
                rows = list(self._plain(answer))
                return QueryOutputs(rows=rows, size=len(rows))
            case "STORE":
                return self._stored(answer)

    def _plain(self, answer: Rows) -> Iterator[dict[str, Json]]:
        zone = self._zone
        for row in answer.rows:
            yield {name: to_plain(value, zone) for name, value in zip(answer.columns, row, strict=True)}

    def _stored(self, answer: Rows) -> QueryOutputs:
        write = ion_writer(self._zone)
        count = 0

        def rows() -> Iterator[Json]:
            nonlocal count
            for row in answer.rows:
                count += 1
                yield {name: write(value) for name, value in zip(answer.columns, row, strict=True)}

        name = self._ctx.files.new_name(".ion")
        uri = self._ctx.files.write(name, write_rows(self._ctx.dialect, rows()))
        return QueryOutputs(uri=uri, size=count)


def _statements(ctx: RunContext, task: Statement, variables: dict[str, Json]) -> list[str]:
    statements = split_statements(str(ctx.render(task.sql, variables)), task.database.syntax)
    if not statements:
        raise TaskError("`sql` holds no statement")
    return statements


def _parameters(ctx: RunContext, task: Statement) -> dict[str, Json]:
    rendered = ctx.render(task.parameters, is_typed=True)
    if isinstance(rendered, str):
        try:
            rendered = json.loads(rendered)
        except ValueError:
            rendered = "no map"
    if rendered is not None and not isinstance(rendered, dict):
        raise TaskError("`parameters` must be a map of names to values")
    return rendered or {}


@contextmanager
def _transaction(session: Session, *, is_one: bool) -> Iterator[None]:
    """Make what is done inside one transaction, or leave each statement to itself."""
    if not is_one:
        yield
        return
    session.begin()
    try:
        yield
    except BaseException:
        session.rollback()
        raise
    session.commit()


def _drain(rows: Iterator[object]) -> None:
    for _ in rows:
        pass


def _count(ctx: RunContext, task: Statement, size: int) -> None:
    kind = task.used_fetch_type
    tags = {"fetch": str(kind in {"FETCH", "FETCH_ONE"}).lower(), "store": str(kind == "STORE").lower()}
    ctx.counter("fetch.size", size, tags)


def _explained(ctx: RunContext, database: Database, error: Exception) -> str:
    if ctx.is_cancelled:
        return _cancelled(database)
    said = " ".join(str(part) for part in error.args) if error.args else type(error).__name__
    return f"{database.name}: {said.strip()}"


def _cancelled(database: Database) -> str:
    return f"{database.name}: the statement was cancelled"
