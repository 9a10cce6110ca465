"""Timers: what an execution must be told, and when. The owner of a shard holds its timers in a heap as well."""

from __future__ import annotations

from tiercel.repository.connection import Connection, Removal, Row, Target
from tiercel.repository.records import Timer

COLUMNS = ("execution_id", "task_run_id", "key", "shard", "at")
TARGET = Target(table="timers", columns=COLUMNS, key=COLUMNS[:3], updates=("at",))
REMOVAL = Removal(table="timers", key=COLUMNS[:3])


def list_timers(connection: Connection, execution_id: str) -> list[Timer]:
    """The timers of an execution, earliest first."""
    rows = connection.fetch(
        f"SELECT {', '.join(COLUMNS)} FROM timers WHERE execution_id = ? ORDER BY at", (execution_id,)
    )
    return [from_row(row) for row in rows]


def to_row(timer: Timer) -> Row:
    """The timer as a row, in the order of COLUMNS; no task run is the empty text there, as part of the key."""
    return (timer.execution_id, timer.task_run_id or "", timer.key, timer.shard, timer.at)


def from_row(row: Row) -> Timer:
    """The timer of a row in the order of COLUMNS."""
    execution_id, task_run_id, key, shard, at = row
    return Timer(execution_id=execution_id, task_run_id=task_run_id or None, key=key, shard=shard, at=at)
