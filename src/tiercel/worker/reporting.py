"""What the executor is told of attempts: that they began, what they write, how they ended; on the event loop only."""

from __future__ import annotations

from tiercel.model.command import RunTask
from tiercel.model.event import Event, TaskRunEnded, TaskRunStarted
from tiercel.operations.assignments import Reports
from tiercel.operations.environment import Environment
from tiercel.operations.work_tally import WorkKey
from tiercel.worker.attempt import Attempt, Stop


class Reporting:
    """Reports of one worker, and the figures of what it did; says nothing unless it is open."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._worker_id = environment.new_id()
        self._reports: Reports | None = None

    @property
    def is_open(self) -> bool:
        """Whether anybody is told."""
        return self._reports is not None

    def open(self, reports: Reports) -> None:
        """Say who is told."""
        self._reports = reports

    def close(self) -> None:
        """Tell nobody any more."""
        self._reports = None

    def tell_start(self, attempt: Attempt) -> None:
        """Report the start of a task run, once."""
        if self._reports is None or attempt.is_announced or attempt.started_at is None:
            return
        if not isinstance(attempt.assignment.work, RunTask):
            return
        attempt.is_announced = True
        event = TaskRunStarted(
            at=attempt.started_at, task_run_id=attempt.key, token=attempt.token, worker_id=self._worker_id
        )
        self._reports.report(attempt.assignment.execution.id, event)

    def tell_lines(self, attempt: Attempt) -> None:
        """Report what was written since the last time."""
        logs, metrics = attempt.lines.take()
        if self._reports is not None and (logs or metrics):
            self._reports.report(attempt.assignment.execution.id, None, logs, metrics)

    def tell_end(self, attempt: Attempt, event: Event) -> None:
        """Report an end with all that was not reported before it."""
        if self._reports is None:
            return
        self.tell_start(attempt)
        self._count(attempt, event)
        logs, metrics = attempt.lines.take()
        job = None if isinstance(event, TaskRunEnded) else attempt.key
        self._reports.report(attempt.assignment.execution.id, event, logs, metrics, job)

    def _count(self, attempt: Attempt, event: Event) -> None:
        work, execution = attempt.assignment.work, attempt.assignment.execution
        if not isinstance(event, TaskRunEnded) or not isinstance(work, RunTask):
            return
        key = WorkKey(execution.namespace, execution.flow_id, work.task.type, event.state)
        began = attempt.started_at or event.at
        is_timed_out = attempt.stop is Stop.TIMED_OUT
        tally = self._environment.streams.tally.work
        tally.note_end(key, waited=began - attempt.assigned_at, took=event.at - began, is_timed_out=is_timed_out)
