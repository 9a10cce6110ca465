"""Executions: the header row of each, and its labels in a table of their own for searching."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tiercel.errors import NotFoundError
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Execution, ExecutionKind, ExecutionTrigger, Iteration, StateAt
from tiercel.model.state import TERMINAL, State
from tiercel.repository.codec import from_json, to_json, to_json_or_none, to_text
from tiercel.repository.connection import Connection, Removal, Row, Target

COLUMNS = (
    "id",
    "namespace",
    "flow_id",
    "revision",
    "dialect",
    "state",
    "history",
    "started_at",
    "ended_at",
    "shard",
    "inputs",
    "outputs",
    "variables",
    "labels",
    "trigger",
    "trigger_execution_id",
    "parent_id",
    "parent_task_run_id",
    "loop_task_id",
    "iteration",
    "iteration_index",
    "original_id",
    "kind",
    "attempt_number",
    "original_created_at",
    "scheduled_at",
    "breakpoints",
    "is_over",
    "is_deleted",
    "version",
    "error",
    "notes",
)
# What never changes after creation is left out, so that an update does not touch the indexes on it.
CHANGING = (
    "revision",
    "state",
    "history",
    "ended_at",
    "inputs",
    "outputs",
    "variables",
    "labels",
    "attempt_number",
    "breakpoints",
    "scheduled_at",
    "is_over",
    "is_deleted",
    "version",
    "error",
    "notes",
)
TARGET = Target(table="executions", columns=COLUMNS, key=("id",), updates=CHANGING)
LABELS = Target(
    table="execution_labels",
    columns=("key", "value", "execution_id"),
    key=("key", "value", "execution_id"),
)
LABELS_REMOVAL = Removal(table="execution_labels", key=("execution_id",))
SELECTED = f"SELECT {', '.join(COLUMNS)} FROM executions"

_LOOKED_UP_AT_ONCE = 500
_ID = COLUMNS.index("id")
_LABELS = COLUMNS.index("labels")
_VERSION = COLUMNS.index("version")
_history = msgspec.json.Decoder(list[StateAt])
_labels = msgspec.json.Decoder(list[tuple[str, str]])
_trigger = msgspec.json.Decoder(ExecutionTrigger)
_iteration = msgspec.json.Decoder(Iteration)
_breakpoints = msgspec.json.Decoder(list[str])


def find_execution(connection: Connection, execution_id: str) -> Execution | None:
    """The execution of that id, unless it was deleted."""
    rows = connection.fetch(f"{SELECTED} WHERE id = ? AND is_deleted = 0", (execution_id,))
    return from_row(rows[0]) if rows else None


def get_execution(connection: Connection, execution_id: str) -> Execution:
    """The execution of that id.

    Raises:
        NotFoundError: There is none, or it was deleted.
    """
    execution = find_execution(connection, execution_id)
    if execution is None:
        raise NotFoundError("execution", execution_id)
    return execution


def list_children(connection: Connection, parent_id: str) -> list[Execution]:
    """Every execution that was started by a task run of ``parent_id``, in order of creation."""
    rows = connection.fetch(f"{SELECTED} WHERE parent_id = ? AND is_deleted = 0 ORDER BY id", (parent_id,))
    return [from_row(row) for row in rows]


def save_executions(connection: Connection, executions: Sequence[Execution]) -> None:
    """Insert or overwrite header rows; a label that was taken away is found no more."""
    save_execution_rows(connection, [to_row(execution) for execution in executions], label_rows(executions))


def save_execution_rows(connection: Connection, rows: Sequence[Row], labels: Sequence[Row]) -> None:
    """What ``save_executions`` does, for rows made before."""
    if not rows:
        return
    # A first version cannot have labels of a former one.
    known = _known_labels(connection, [row[_ID] for row in rows if row[_VERSION] > 1])
    changed = {row[_ID] for row in rows if row[_ID] in known and known[row[_ID]] != row[_LABELS]}
    connection.insert(TARGET, rows)
    if changed:
        connection.delete(LABELS_REMOVAL, [(execution_id,) for execution_id in changed])
    connection.insert(LABELS, [row for row in labels if row[2] not in known or row[2] in changed])


def delete_executions(connection: Connection, execution_ids: Iterable[str]) -> int:
    """Remove executions with all that hangs on them in the database, except logs and metrics.

    Returns:
        How many there were.
    """
    count = 0
    for execution_id in execution_ids:
        count += connection.execute("DELETE FROM executions WHERE id = ?", (execution_id,))
        for table in ("execution_labels", "task_runs", "outputs", "jobs", "timers", "inbox"):
            connection.execute(f"DELETE FROM {table} WHERE execution_id = ?", (execution_id,))
        connection.execute("DELETE FROM firings WHERE execution_id = ? AND is_open = 0", (execution_id,))
    return count


def to_row(execution: Execution) -> Row:
    """The header as a row, in the order of COLUMNS."""
    history = execution.history
    state = execution.state
    trigger = execution.trigger
    iteration = execution.iteration
    return (
        execution.id,
        execution.namespace,
        execution.flow_id,
        execution.revision,
        execution.dialect.value,
        state.value,
        to_json(history),
        history[0][1] if history else execution.original_created_at,
        history[-1][1] if history and state in TERMINAL else None,
        execution.shard,
        to_json_or_none(execution.inputs),
        None if execution.outputs is None else to_json(execution.outputs),
        to_json_or_none(execution.variables),
        to_json_or_none(execution.labels),
        to_json(trigger) if trigger else None,
        _trigger_execution_id(trigger),
        execution.parent_id,
        execution.parent_task_run_id,
        execution.loop_task_id,
        to_json(iteration) if iteration else None,
        iteration.index if iteration else None,
        execution.original_id,
        execution.kind.value,
        execution.attempt_number,
        execution.original_created_at,
        execution.scheduled_at,
        to_json_or_none(execution.breakpoints),
        1 if execution.is_over else 0,
        1 if execution.is_deleted else 0,
        execution.version,
        None if execution.error is None else to_text(execution.error),
        to_json_or_none(execution.notes),
    )


def label_rows(executions: Iterable[Execution]) -> list[Row]:
    """The labels as rows; one whose value is the execution's own id needs none, see the search by labels."""
    return [
        (key, value, execution.id)
        for execution in executions
        for key, value in execution.labels
        if value != execution.id
    ]


def from_row(row: Row) -> Execution:
    """The header of a row in the order of COLUMNS."""
    values = dict(zip(COLUMNS, row, strict=True))
    return Execution(
        id=values["id"],
        namespace=values["namespace"],
        flow_id=values["flow_id"],
        revision=values["revision"],
        dialect=Dialect(values["dialect"]),
        state=State(values["state"]),
        history=_history.decode(values["history"]),
        shard=values["shard"],
        inputs=from_json(values["inputs"] or "{}"),
        outputs=None if values["outputs"] is None else from_json(values["outputs"]),
        variables=from_json(values["variables"] or "{}"),
        labels=_labels.decode(values["labels"] or "[]"),
        trigger=_trigger.decode(values["trigger"]) if values["trigger"] else None,
        parent_id=values["parent_id"],
        parent_task_run_id=values["parent_task_run_id"],
        loop_task_id=values["loop_task_id"],
        iteration=_iteration.decode(values["iteration"]) if values["iteration"] else None,
        original_id=values["original_id"],
        kind=ExecutionKind(values["kind"]),
        attempt_number=values["attempt_number"],
        original_created_at=values["original_created_at"],
        scheduled_at=values["scheduled_at"],
        breakpoints=_breakpoints.decode(values["breakpoints"] or "[]"),
        is_over=bool(values["is_over"]),
        is_deleted=bool(values["is_deleted"]),
        version=values["version"],
        error=values["error"],
        notes=from_json(values["notes"] or "{}"),
    )


def _trigger_execution_id(trigger: ExecutionTrigger | None) -> str | None:
    if trigger is None:
        return None
    value = trigger.variables.get("executionId")
    return value if isinstance(value, str) else None


def _known_labels(connection: Connection, execution_ids: list[str]) -> dict[str, str | None]:
    known: dict[str, str | None] = {}
    for start in range(0, len(execution_ids), _LOOKED_UP_AT_ONCE):
        part = execution_ids[start : start + _LOOKED_UP_AT_ONCE]
        marks = ", ".join("?" * len(part))
        known.update(connection.fetch(f"SELECT id, labels FROM executions WHERE id IN ({marks})", part))
    return known
