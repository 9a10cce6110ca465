"""Task runs and their outputs, both read by execution."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tiercel.model.execution import Attempt, StateAt, TaskRun
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.repository.codec import from_json, to_json, to_json_or_none
from tiercel.repository.connection import Connection, Removal, Row, Target

COLUMNS = (
    "execution_id",
    "id",
    "task_id",
    "number",
    "parent_id",
    "section",
    "value",
    "iteration",
    "state",
    "history",
    "attempts",
    "has_outputs",
    "outputs_uri",
    "is_dynamic",
    "token",
    "items",
    "retry_at",
    "notes",
)
TARGET = Target(
    table="task_runs",
    columns=COLUMNS,
    key=("execution_id", "id"),
    updates=(
        "iteration",
        "state",
        "history",
        "attempts",
        "has_outputs",
        "outputs_uri",
        "token",
        "items",
        "retry_at",
        "notes",
    ),
)
OUTPUTS = Target(
    table="outputs",
    columns=("execution_id", "task_run_id", "value"),
    key=("execution_id", "task_run_id"),
    updates=("value",),
)
REMOVAL = Removal(table="task_runs", key=("execution_id", "id"))
OUTPUTS_REMOVAL = Removal(table="outputs", key=("execution_id", "task_run_id"))
SELECTED = f"SELECT {', '.join(COLUMNS)} FROM task_runs"

_history = msgspec.json.Decoder(list[StateAt])
_attempts = msgspec.json.Decoder(list[Attempt])


def list_task_runs(connection: Connection, execution_id: str, *, with_outputs: bool = True) -> list[TaskRun]:
    """The task runs of an execution in the order of their creation."""
    rows = connection.fetch(f"{SELECTED} WHERE execution_id = ? ORDER BY number", (execution_id,))
    values = list_outputs(connection, execution_id) if with_outputs else {}
    return [from_row(row, values) for row in rows]


def list_outputs(connection: Connection, execution_id: str) -> dict[str, dict[str, Json]]:
    """Outputs by task run id, as far as they are in the database; stale ones of a restarted task run included."""
    rows = connection.fetch("SELECT task_run_id, value FROM outputs WHERE execution_id = ?", (execution_id,))
    return {task_run_id: from_json(value) for task_run_id, value in rows}


def to_row(task_run: TaskRun) -> Row:
    """The task run as a row, in the order of COLUMNS."""
    return (
        task_run.execution_id,
        task_run.id,
        task_run.task_id,
        task_run.number,
        task_run.parent_id,
        task_run.section,
        task_run.value,
        task_run.iteration,
        task_run.state.value,
        to_json(task_run.history),
        to_json_or_none(task_run.attempts),
        0 if task_run.outputs is None else 1,
        task_run.outputs_uri,
        1 if task_run.is_dynamic else 0,
        task_run.token,
        task_run.items,
        task_run.retry_at,
        to_json_or_none(task_run.notes),
    )


def output_rows(task_runs: Sequence[TaskRun]) -> list[Row]:
    """The outputs of those that have some, as rows."""
    return [
        (task_run.execution_id, task_run.id, to_json(task_run.outputs))
        for task_run in task_runs
        if task_run.outputs is not None
    ]


def from_row(row: Row, outputs: dict[str, dict[str, Json]]) -> TaskRun:
    """The task run of a row in the order of COLUMNS; ``outputs`` by task run id."""
    values = dict(zip(COLUMNS, row, strict=True))
    return TaskRun(
        id=values["id"],
        execution_id=values["execution_id"],
        task_id=values["task_id"],
        number=values["number"],
        parent_id=values["parent_id"],
        section=values["section"],
        value=values["value"],
        iteration=values["iteration"],
        state=State(values["state"]),
        history=_history.decode(values["history"]),
        attempts=_attempts.decode(values["attempts"] or "[]"),
        outputs=outputs.get(values["id"]) if values["has_outputs"] else None,
        outputs_uri=values["outputs_uri"],
        is_dynamic=bool(values["is_dynamic"]),
        token=values["token"],
        items=values["items"],
        retry_at=values["retry_at"],
        notes=from_json(values["notes"] or "{}"),
    )
