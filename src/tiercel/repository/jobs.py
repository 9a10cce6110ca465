"""Jobs: attempts that wait for a worker or are with one.

A claim is a lease. It is renewed by the worker's heartbeat; a lapsed one is reported lost to the execution, which
dispatches the attempt again under a higher token, so that a late result of the first is void.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tiercel.repository.connection import Connection, Removal, Row, Target
from tiercel.repository.records import Job, Work

COLUMNS = (
    "execution_id",
    "task_run_id",
    "token",
    "shard",
    "work",
    "worker_group",
    "worker_id",
    "leased_until",
)
TARGET = Target(table="jobs", columns=COLUMNS, key=("execution_id", "task_run_id"), updates=COLUMNS[2:])
REMOVAL = Removal(table="jobs", key=("execution_id", "task_run_id"), at_most="token")

_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM jobs"
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Work] = msgspec.msgpack.Decoder(Work)


def save_jobs(connection: Connection, jobs: Sequence[Job]) -> None:
    """Add jobs; one for the same task run takes the place of the former."""
    connection.insert(TARGET, [to_row(job) for job in jobs])


def claim_jobs(
    connection: Connection, worker_id: str, *, groups: Sequence[str] = ("",), until: int, limit: int
) -> list[Job]:
    """Lease up to ``limit`` waiting jobs of the worker's groups, oldest execution first."""
    marks = ", ".join("?" * len(groups))
    rows = connection.fetch(
        f"{_SELECTED} WHERE worker_id IS NULL AND worker_group IN ({marks}) ORDER BY execution_id, task_run_id LIMIT ?",
        (*groups, limit),
    )
    connection.execute_many(
        "UPDATE jobs SET worker_id = ?, leased_until = ? WHERE execution_id = ? AND task_run_id = ?",
        [(worker_id, until, row[0], row[1]) for row in rows],
    )
    return [from_row((*row[:6], worker_id, until)) for row in rows]


def renew_jobs(connection: Connection, worker_id: str, claims: Iterable[Job], *, until: int) -> list[Job]:
    """Hold claimed jobs until then.

    Returns:
        Those that are not the worker's any more: done by another, cancelled, or dispatched again.
    """
    lost = []
    for job in claims:
        held = connection.execute(
            "UPDATE jobs SET leased_until = ? "
            "WHERE execution_id = ? AND task_run_id = ? AND token = ? AND worker_id = ?",
            (until, job.execution_id, job.task_run_id, job.token, worker_id),
        )
        if not held:
            lost.append(job)
    return lost


def release_jobs(connection: Connection, worker_id: str) -> int:
    """Let every job of a worker wait again; returns how many."""
    return connection.execute("UPDATE jobs SET worker_id = NULL, leased_until = NULL WHERE worker_id = ?", (worker_id,))


def list_lapsed_jobs(connection: Connection, *, now: int, limit: int) -> list[Job]:
    """Jobs whose lease has lapsed, longest ago first."""
    rows = connection.fetch(
        f"{_SELECTED} WHERE worker_id IS NOT NULL AND leased_until <= ? ORDER BY leased_until LIMIT ?", (now, limit)
    )
    return [from_row(row) for row in rows]


def list_jobs(connection: Connection, execution_id: str) -> list[Job]:
    """The jobs of an execution."""
    rows = connection.fetch(f"{_SELECTED} WHERE execution_id = ? ORDER BY task_run_id", (execution_id,))
    return [from_row(row) for row in rows]


def remove_jobs(connection: Connection, done: Sequence[tuple[str, str, int]]) -> None:
    """Forget jobs given as (execution, task run, token); one dispatched later under a higher token stays."""
    connection.delete(REMOVAL, done)


def to_row(job: Job) -> Row:
    """The job as a row, in the order of COLUMNS."""
    return (
        job.execution_id,
        job.task_run_id,
        job.token,
        job.shard,
        _encoder.encode(job.work),
        job.worker_group,
        job.worker_id,
        job.leased_until,
    )


def from_row(row: Row) -> Job:
    """The job of a row in the order of COLUMNS."""
    values = dict(zip(COLUMNS, row, strict=True))
    values["work"] = _decoder.decode(values["work"])
    return Job(**values)
