"""Carries out one attempt on a thread: renders, runs, and makes the event of what came of it.

Nothing here knows of time limits or kills beyond asking the attempt; the worker decides what is still wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from inspect import iscoroutine
from threading import Lock
from typing import Any

import msgspec

from tiercel.errors import TiercelError
from tiercel.expressions import compile_template
from tiercel.expressions.iso import parse_duration
from tiercel.model.command import CloseDirectory, Evaluate, OpenDirectory, RestartChild, RunTask, StartChild
from tiercel.model.event import Event, TaskRunEnded, TaskRunStarted
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.environment import Environment
from tiercel.plugins import RunContext, TaskError
from tiercel.plugins.plans import Plans
from tiercel.plugins.registry import Registry
from tiercel.storage import paths
from tiercel.worker.attempt import Attempt
from tiercel.worker.directories import close_directory, open_directory
from tiercel.worker.host import TaskHost
from tiercel.worker.inline import evaluated, facts_of, failed_evaluation, failure_message, failure_outputs
from tiercel.worker.platform import Platform
from tiercel.worker.rendering import clock_text, context_of, steadily
from tiercel.worker.results import ROW_LIMIT_BYTES, encode_outputs
from tiercel.worker.scratch import Scratch

Limit = Callable[[float, str], None]
"""Sets the time limit of an attempt: seconds, and as text for its message."""


@dataclass(slots=True)
class Suspended:
    """An attempt whose asynchronous part is to be awaited, and what makes the event afterwards, on a thread."""

    coroutine: Coroutine[Any, Any, object]
    finish: Callable[[Future[object]], Event]


class Runner:
    """Runs attempts of every kind; for any number of threads."""

    def __init__(self, environment: Environment, registry: Registry, platform: Platform, scratch: Scratch) -> None:
        self._environment = environment
        self._platform = platform
        self._scratch = scratch
        self._plans = Plans(registry)
        self._lock = Lock()

    def run(self, attempt: Attempt, limit: Limit) -> Event | Suspended:
        """Carry out an attempt; failures of any kind are part of the event."""
        work = attempt.assignment.work
        host = TaskHost(self._environment, attempt, self._platform, self._scratch)
        try:
            match work:
                case Evaluate():
                    return evaluated(self._environment, attempt.assignment, host.functions)
                case RunTask():
                    return self._run_task(attempt, work, host, limit)
                case OpenDirectory():
                    open_directory(host, self._scratch, work)
                    return TaskRunStarted(at=self._now(), task_run_id=work.task_run_id, token=work.token)
                case CloseDirectory():
                    return self._ended(attempt, host, close_directory(host, self._scratch, work), None)
                case StartChild() | RestartChild():
                    return self._failed(attempt, host, TaskError(f"{type(work).__name__} is no work for a worker"))
        except Exception as error:  # noqa: BLE001 (a failing task is data)
            return self._failed(attempt, host, error)

    def read_outputs(self, uri: str) -> dict[str, Json]:
        """Read outputs that were too large for a row."""
        found: dict[str, Json] = msgspec.json.decode(self._environment.storage.read(paths.from_uri(uri)))
        return found

    def _run_task(self, attempt: Attempt, work: RunTask, host: TaskHost, limit: Limit) -> Event | Suspended:
        assignment = attempt.assignment
        if work.task.timeout is not None:
            limit(*self._time_limit(attempt, work.task.timeout, host))
        with self._lock:
            plan = self._plans.get_plan(work.task, assignment.flow.dialect)
        task = steadily(lambda: plan.render(context_of(self._environment, assignment, host.functions)))
        context = RunContext(host, facts_of(assignment))
        result = task.run(context)
        if not iscoroutine(result):
            return self._ended(attempt, host, result, context)
        return Suspended(result, lambda done: self._awaited(attempt, host, done, context))

    def _time_limit(self, attempt: Attempt, timeout: str, host: TaskHost) -> tuple[float, str]:
        context = context_of(self._environment, attempt.assignment, host.functions)
        text = compile_template(timeout, attempt.assignment.flow.dialect).render(context).strip()
        try:
            limit = parse_duration(text).to_timedelta()
        except ValueError as error:
            raise TaskError(f"The timeout cannot be read: {error}") from None
        if limit.total_seconds() <= 0:
            raise TaskError(f"The timeout {text} must be a positive duration")
        return limit.total_seconds(), clock_text(limit.total_seconds())

    def _awaited(self, attempt: Attempt, host: TaskHost, done: Future[object], context: RunContext) -> Event:
        try:
            return self._ended(attempt, host, done.result(), context)
        except CancelledError:
            return self._failed(attempt, host, TaskError("The task was cancelled"))
        except Exception as error:  # noqa: BLE001 (a failing task is data)
            return self._failed(attempt, host, error)

    def _ended(self, attempt: Attempt, host: TaskHost, result: object, context: RunContext | None) -> Event:
        outputs, uri = self._store(host, result)
        return TaskRunEnded(
            at=self._now(),
            task_run_id=attempt.key,
            token=attempt.token,
            state=State.SUCCESS,
            outputs=outputs,
            outputs_uri=uri,
            effects=context.effects if context is not None else None,
            log_file=host.close(),
            started_at=attempt.started_at,
        )

    def _store(self, host: TaskHost, result: object) -> tuple[dict[str, Json] | None, str | None]:
        """Give the outputs, or where they were stored when they are too large for a row."""
        encoded = encode_outputs(result, host.assignment.flow.dialect)
        if encoded is None:
            return None, None
        if len(encoded.text) <= ROW_LIMIT_BYTES:
            return encoded.values, None
        return None, host.write_file(".outputs.json", (encoded.text,))

    def _failed(self, attempt: Attempt, host: TaskHost, error: Exception) -> Event:
        if isinstance(attempt.assignment.work, Evaluate):
            return failed_evaluation(attempt.assignment, self._now(), attempt.lines.mask(failure_message(error)))
        message = failure_message(error)
        outputs, uri = None, None
        try:
            outputs, uri = self._store(host, failure_outputs(error))
        except (TiercelError, ValueError, OSError) as other:
            message = f"{message} (its outputs could not be stored: {other})"
        return TaskRunEnded(
            at=self._now(),
            task_run_id=attempt.key,
            token=attempt.token,
            state=State.FAILED,
            outputs=outputs,
            outputs_uri=uri,
            error=attempt.lines.mask(message),
            log_file=host.close(),
            started_at=attempt.started_at,
        )

    def _now(self) -> int:
        return self._environment.clock()
