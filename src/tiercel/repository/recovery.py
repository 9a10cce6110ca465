"""What a new owner of shards must know to go on from the last commit. Every list comes in pages, to bound memory.

Jobs, timers and inbox rows exist only while they are needed, so their tables are small and are read whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from tiercel.model.execution import Execution, TaskRun
from tiercel.repository import executions, jobs, task_runs, timers
from tiercel.repository.connection import Connection
from tiercel.repository.records import Job, Timer


def list_open_executions(
    connection: Connection, shard: int, *, after_id: str = "", limit: int = 500
) -> list[Execution]:
    """Executions of a shard that are not over, oldest first, from the one after ``after_id``."""
    rows = connection.fetch(
        f"{executions.SELECTED} WHERE is_over = 0 AND shard = ? AND id > ? AND is_deleted = 0 ORDER BY id LIMIT ?",
        (shard, after_id, limit),
    )
    return [executions.from_row(row) for row in rows]


def list_shard_jobs(
    connection: Connection, shards: Sequence[int], *, after: tuple[str, str] = ("", ""), limit: int = 1000
) -> list[Job]:
    """Jobs of the shards in order of (execution, task run), from the one after ``after``."""
    marks = ", ".join("?" * len(shards))
    rows = connection.fetch(
        f"SELECT {', '.join(jobs.COLUMNS)} FROM jobs WHERE (execution_id, task_run_id) > (?, ?) "
        f"AND shard IN ({marks}) ORDER BY execution_id, task_run_id LIMIT ?",
        (*after, *shards, limit),
    )
    return [jobs.from_row(row) for row in rows]


def list_shard_timers(
    connection: Connection, shards: Sequence[int], *, after: tuple[str, str, str] = ("", "", ""), limit: int = 10_000
) -> list[Timer]:
    """Timers of the shards in order of (execution, task run or empty, key), from the one after ``after``."""
    marks = ", ".join("?" * len(shards))
    rows = connection.fetch(
        f"SELECT {', '.join(timers.COLUMNS)} FROM timers WHERE (execution_id, task_run_id, key) > (?, ?, ?) "
        f"AND shard IN ({marks}) ORDER BY execution_id, task_run_id, key LIMIT ?",
        (*after, *shards, limit),
    )
    return [timers.from_row(row) for row in rows]


def load_execution(connection: Connection, execution_id: str) -> tuple[Execution, list[TaskRun]] | None:
    """An execution with its task runs and their outputs; None when there is none."""
    execution = executions.find_execution(connection, execution_id)
    if execution is None:
        return None
    return execution, task_runs.list_task_runs(connection, execution_id)
