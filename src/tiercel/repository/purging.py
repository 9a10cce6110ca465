"""What is removed by age: ended executions and what hangs on them, log lines; and how many there are of each."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tiercel.repository.connection import Connection

_ENDED_AT = "coalesce(ended_at, started_at)"


class Scope(Struct, frozen=True, kw_only=True):
    """Which rows are meant; None = all.

    Attributes:
        namespace: This one and those below it; exactly this one when a flow is named.
        start: Not before this time, in microseconds.
        end: Not after this time.
    """

    namespace: str | None = None
    flow_id: str | None = None
    start: int | None = None
    end: int | None = None


class Ended(Struct, frozen=True):
    """An ended execution and whose it is."""

    id: str
    namespace: str
    flow_id: str


def list_ended(connection: Connection, scope: Scope, states: Sequence[str], *, after: str, limit: int) -> list[Ended]:
    """Executions that are over, those marked as deleted too, in order of id from the one after ``after``."""
    where, parameters = _where(scope, "started_at", _ENDED_AT)
    if states:
        where += f" AND state IN ({_marks(states)})"
        parameters += states
    rows = connection.fetch(
        f"SELECT id, namespace, flow_id FROM executions WHERE is_over = 1 AND id > ?{where} ORDER BY id LIMIT ?",
        (after, *parameters, limit),
    )
    return [Ended(*row) for row in rows]


def count_outputs(connection: Connection, execution_ids: Sequence[str]) -> tuple[int, int]:
    """How many outputs of tasks, and how many outputs of their own, executions have."""
    marks = _marks(execution_ids)
    of_tasks = connection.fetch(f"SELECT count(*) FROM outputs WHERE execution_id IN ({marks})", execution_ids)
    own = connection.fetch(
        f"SELECT count(*) FROM executions WHERE outputs IS NOT NULL AND id IN ({marks})", execution_ids
    )
    return of_tasks[0][0], own[0][0]


def count_executions(connection: Connection, scope: Scope, states: Sequence[str]) -> int:
    """How many executions began within the scope."""
    where, parameters = _where(scope, "started_at", "started_at")
    if states:
        where += f" AND state IN ({_marks(states)})"
        parameters += states
    rows = connection.fetch(f"SELECT count(*) FROM executions WHERE is_deleted = 0{where}", parameters)
    return int(rows[0][0])


def list_existing(connection: Connection, execution_ids: Sequence[str]) -> set[str]:
    """Which of these executions have a row."""
    rows = connection.fetch(f"SELECT id FROM executions WHERE id IN ({_marks(execution_ids)})", execution_ids)
    return {id_ for (id_,) in rows}


def list_open_revisions(connection: Connection, namespace: str, flow_id: str) -> set[int]:
    """The revisions of a flow that executions which are not over still need."""
    rows = connection.fetch(
        "SELECT DISTINCT revision FROM executions WHERE namespace = ? AND flow_id = ? AND is_over = 0",
        (namespace, flow_id),
    )
    return {revision for (revision,) in rows}


def delete_old_logs(
    connection: Connection,
    scope: Scope,
    *,
    execution_id: str | None,
    ranks: Sequence[int],
    of_executions: bool,
    limit: int,
) -> int:
    """Remove up to ``limit`` lines, either those of executions or all others; returns how many there were."""
    where, parameters = _where(scope, "at", "at")
    if execution_id is not None:
        where += " AND execution_id = ?"
        parameters.append(execution_id)
    if ranks:
        where += f" AND level IN ({_marks(ranks)})"
        parameters += ranks
    kind = "execution_id IS NOT NULL" if of_executions else "execution_id IS NULL"
    return connection.execute(
        f"DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE {kind}{where} LIMIT ?)", (*parameters, limit)
    )


def _where(scope: Scope, begin: str, end: str) -> tuple[str, list[object]]:
    """Conditions, each with AND before it, and their parameters."""
    parts: list[str] = []
    parameters: list[object] = []
    if scope.namespace is not None and scope.flow_id is not None:
        parts.append("namespace = ?")
        parameters.append(scope.namespace)
    elif scope.namespace is not None:
        parts.append("(namespace = ? OR (namespace >= ? AND namespace < ?))")
        parameters += [scope.namespace, f"{scope.namespace}.", f"{scope.namespace}/"]  # "/" follows "."
    for column, value in (("flow_id = ?", scope.flow_id), (f"{begin} >= ?", scope.start), (f"{end} <= ?", scope.end)):
        if value is not None:
            parts.append(column)
            parameters.append(value)
    return "".join(f" AND {part}" for part in parts), parameters


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
