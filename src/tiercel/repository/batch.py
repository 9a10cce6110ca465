"""What an executor commits at once: everything that one pass over its shards changed, in one transaction.

The rows are made from the records before the commit starts, because the next pass changes the same records while this
one is being written.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from tiercel.model.execution import Execution, TaskRun
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.repository import announcements, executions, inbox, jobs, limits, logs, task_runs, timers
from tiercel.repository.connection import Connection, Removal, Row, Target
from tiercel.repository.limits import LimitStart
from tiercel.repository.records import Announcement, InboxEntry, Job, Timer
from tiercel.repository.shards import check_epochs


class Batch(Struct, kw_only=True):
    """One commit of an executor.

    What is removed is removed first, so that a job or timer may be replaced within one batch.

    Attributes:
        epochs: The shards the writer relies on, each with the epoch it holds.
        executions: New or changed; later entries of the same id win.
        task_runs: New or changed, as executions; their outputs are stored with them.
        removed_task_runs: As (execution, task run).
        done_jobs: As (execution, task run, token).
        cancelled_timers: As (execution, task run or None, key).
        done_inbox: Numbers of the events that this batch has applied.
        announcements: What Flow triggers are to be told.
        limit_starts: What rates count.
    """

    epochs: dict[int, int] = field(default_factory=dict)
    executions: list[Execution] = field(default_factory=list)
    task_runs: list[TaskRun] = field(default_factory=list)
    removed_task_runs: list[tuple[str, str]] = field(default_factory=list)
    logs: list[LogEntry] = field(default_factory=list)
    metrics: list[MetricEntry] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    done_jobs: list[tuple[str, str, int]] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    cancelled_timers: list[tuple[str, str | None, str]] = field(default_factory=list)
    inbox: list[InboxEntry] = field(default_factory=list)
    done_inbox: list[int] = field(default_factory=list)
    announcements: list[Announcement] = field(default_factory=list)
    limit_starts: list[LimitStart] = field(default_factory=list)


def prepare_batch(batch: Batch) -> Callable[[Connection], None]:
    """Make the rows now; what is returned writes them, to be given to ``Database.write``.

    The writer raises LeaseLostError, and writes nothing, when the caller owns one of the shards no more.
    """
    epochs = dict(batch.epochs)
    latest = {execution.id: execution for execution in batch.executions}.values()
    headers = [executions.to_row(execution) for execution in latest]
    labels = executions.label_rows(latest)
    removals = _removals(batch)
    inserts = _inserts(batch)
    latest_start = max((start.at for start in batch.limit_starts), default=None)

    def save(connection: Connection) -> None:
        check_epochs(connection, epochs)
        for removal, keys in removals:
            connection.delete(removal, keys)
        executions.save_execution_rows(connection, headers, labels)
        for target, rows in inserts:
            connection.insert(target, rows)
        if latest_start is not None:
            limits.remove_expired_starts(connection, latest_start)

    return save


def save_batch(connection: Connection, batch: Batch) -> None:
    """Write the batch.

    Raises:
        LeaseLostError: The caller owns one of the shards no more; nothing was written.
    """
    prepare_batch(batch)(connection)


def _removals(batch: Batch) -> list[tuple[Removal, list[Row]]]:
    cancelled: list[Row] = [(execution, task_run or "", key) for execution, task_run, key in batch.cancelled_timers]
    removals: list[tuple[Removal, list[Row]]] = [
        (inbox.REMOVAL, [(entry_id,) for entry_id in batch.done_inbox]),
        (jobs.REMOVAL, list(batch.done_jobs)),
        (timers.REMOVAL, cancelled),
        (task_runs.REMOVAL, list(batch.removed_task_runs)),
        (task_runs.OUTPUTS_REMOVAL, list(batch.removed_task_runs)),
    ]
    return [(removal, keys) for removal, keys in removals if keys]


def _inserts(batch: Batch) -> list[tuple[Target, list[Row]]]:
    # PostgreSQL refuses a statement that touches one row twice.
    latest = list({(task_run.execution_id, task_run.id): task_run for task_run in batch.task_runs}.values())
    inserts: list[tuple[Target, list[Row]]] = [
        (task_runs.TARGET, [task_runs.to_row(task_run) for task_run in latest]),
        (task_runs.OUTPUTS, task_runs.output_rows(latest)),
        (logs.TARGET, [logs.to_row(entry) for entry in batch.logs]),
        (logs.METRICS, [logs.to_metric_row(entry) for entry in batch.metrics]),
        (jobs.TARGET, [jobs.to_row(job) for job in batch.jobs]),
        (timers.TARGET, [timers.to_row(timer) for timer in batch.timers]),
        (inbox.TARGET, [inbox.to_row(entry) for entry in batch.inbox]),
        (announcements.TARGET, [announcements.to_row(one) for one in batch.announcements]),
        (limits.STARTS, [limits.start_row(one) for one in batch.limit_starts]),
    ]
    return [(target, rows) for target, rows in inserts if rows]
