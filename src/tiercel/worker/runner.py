"""Carries out one attempt on a thread: renders, runs, and makes the event of what came of it.

Nothing here knows of time limits or kills beyond asking the attempt; the worker decides what is still wanted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from inspect import iscoroutine
from threading import Lock
from typing import Any

import msgspec

from tiercel.errors import InvalidError, TiercelError, Violation
from tiercel.expressions import compile_template
from tiercel.expressions.iso import parse_duration
from tiercel.model.command import (
    CloseDirectory,
    Evaluate,
    OpenDirectory,
    RestartChild,
    RunTask,
    StartChild,
    StoreOutputs,
)
from tiercel.model.event import Event, OutputsStored, TaskRunEnded, TaskRunStarted
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.environment import Environment
from tiercel.plugins import RunContext, TaskError
from tiercel.plugins.isolation.hosting import carry_out
from tiercel.plugins.plan import plan_properties
from tiercel.plugins.plans import Plans
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.registry import Registry
from tiercel.plugins.resources import Resources
from tiercel.source.reader import read_yaml
from tiercel.storage import paths
from tiercel.tasks.flow.working_directory import WorkingDirectory
from tiercel.worker.attempt import Attempt
from tiercel.worker.caching import OutputsCache
from tiercel.worker.directories import close_directory, open_directory
from tiercel.worker.host import TaskHost
from tiercel.worker.inline import (
    evaluated,
    facts_of,
    failed_evaluation,
    failure_message,
    failure_outputs,
    is_told,
    trace_level,
)
from tiercel.worker.platform import Platform
from tiercel.worker.rendering import clock_text, context_of, steadily
from tiercel.worker.results import ROW_LIMIT_BYTES, encode_outputs
from tiercel.worker.scratch import Scratch
from tiercel.worker.storing import store_outputs
from tiercel.worker.traces import failure_trace

Limit = Callable[[float, str], None]
"""Sets the time limit of an attempt: seconds, and as text for its message."""


@dataclass(slots=True)
class Suspended:
    """An attempt whose asynchronous part is to be awaited, and what makes the event afterwards, on a thread."""

    coroutine: Coroutine[Any, Any, object]
    finish: Callable[[Future[object]], Event]


class Runner:
    """Runs attempts of every kind; for any number of threads.

    Attributes:
        resources: What the tasks it runs share.
    """

    def __init__(self, environment: Environment, registry: Registry, platform: Platform, scratch: Scratch) -> None:
        self._environment = environment
        self._platform = platform
        self._scratch = scratch
        self._registry = registry
        self._plans = Plans(registry)
        self._lock = Lock()
        self.resources = Resources()

    def run(self, attempt: Attempt, limit: Limit) -> Event | Suspended:
        """Carry out an attempt; failures of any kind are part of the event."""
        work = attempt.assignment.work
        host = TaskHost(self._environment, attempt, self._platform, self._scratch, self)
        try:
            match work:
                case Evaluate():
                    return evaluated(self._environment, attempt.assignment, host.functions)
                case StoreOutputs():
                    return store_outputs(self._environment, attempt.assignment, work)
                case RunTask():
                    return self._run_task(attempt, work, host, limit)
                case OpenDirectory():
                    open_directory(host, self._scratch, work, self._directory(host, work))
                    return TaskRunStarted(at=self._now(), task_run_id=work.task_run_id, token=work.token)
                case CloseDirectory():
                    return self._ended(attempt, host, self._close(host, work), None)
                case StartChild() | RestartChild():
                    return self._failed(attempt, host, TaskError(f"{type(work).__name__} is no work for a worker"))
        except BaseException as error:  # noqa: BLE001 (data, even an exit or a panic)
            return self._failed(attempt, host, error)

    def close(self) -> None:
        """Close what tasks share; those that still run lose it."""
        self.resources.close()

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
        cache = OutputsCache(host, work, task) if work.task.cache is not None and work.task.cache.is_enabled else None
        if cache is not None and (kept := cache.find()) is not None:
            host.log("INFO", "The outputs were taken from the cache, the task was not run")
            return self._ended(attempt, host, kept, None)
        context = RunContext(host, facts_of(assignment))
        result = carry_out(task, context)
        if not iscoroutine(result):
            return self._ended(attempt, host, result, context, cache)
        return Suspended(result, lambda done: self._awaited(attempt, host, done, context, cache))

    def run_in_place(self, host: TaskHost, spec: str) -> dict[str, Json] | None:
        """Run a task given as YAML in the place of the one that asks."""
        document = read_yaml(spec)
        declared = document.data
        if document.violations or not isinstance(declared, dict) or not isinstance(declared.get("type"), str):
            problems = "; ".join(str(one) for one in document.violations) or "it must be a map with a type"
            raise TaskError(f"The text is no task: {problems}")
        dialect = host.assignment.flow.dialect
        written = {name: value for name, value in declared.items() if name not in {"id", "type"}}
        version = declared.get("version")
        plugin = self._registry.get_task(declared["type"], version if isinstance(version, str) else None)
        if plugin.declaration.type == facts_of(host.assignment).task_type:
            raise TaskError(f"The templated task cannot be of type '{declared['type']}'")
        task = plan_properties(plugin, written, dialect).render(
            context_of(self._environment, host.assignment, host.functions)
        )
        context = RunContext(host, facts_of(host.assignment))
        result = carry_out(task, context)
        if iscoroutine(result):
            result = asyncio.run(result)
        host.effects = context.effects
        encoded = encode_outputs(result, dialect)
        return encoded.values if encoded is not None else None

    def make_part(self, host: TaskHost, written: Mapping[str, Json]) -> Plugin:
        """Render the properties of something a task describes by its type."""
        name = written.get("type")
        plugin = self._registry.find_class(name) if isinstance(name, str) else None
        if plugin is None:
            raise InvalidError([Violation(f"Invalid type: {name}", path="type", code="unknown-type")])
        own = {key: value for key, value in written.items() if key != "type"}
        plan = plan_properties(plugin, own, host.assignment.flow.dialect)
        context = context_of(self._environment, host.assignment, host.functions)
        return steadily(lambda: plan.render(context))

    def _directory(self, host: TaskHost, work: OpenDirectory | CloseDirectory) -> WorkingDirectory:
        """Render the properties of a WorkingDirectory."""
        plan = plan_properties(WorkingDirectory, work.task.properties, host.assignment.flow.dialect)
        context = context_of(self._environment, host.assignment, host.functions)
        return steadily(lambda: plan.render(context))

    def _close(self, host: TaskHost, work: CloseDirectory) -> dict[str, Json] | None:
        return close_directory(host, self._scratch, work, self._directory(host, work))

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

    def _awaited(
        self,
        attempt: Attempt,
        host: TaskHost,
        done: Future[object],
        context: RunContext,
        cache: OutputsCache | None,
    ) -> Event:
        try:
            return self._ended(attempt, host, done.result(), context, cache)
        except CancelledError:
            return self._failed(attempt, host, TaskError("The task was cancelled"))
        except Exception as error:  # noqa: BLE001 (a failing task is data)
            return self._failed(attempt, host, error)

    def _ended(
        self,
        attempt: Attempt,
        host: TaskHost,
        result: object,
        context: RunContext | None,
        cache: OutputsCache | None = None,
    ) -> Event:
        outputs, uri = self._store(host, result)
        if cache is not None:
            cache.keep(outputs if uri is None else self.read_outputs(uri))
        work = attempt.assignment.work
        effects = context.effects if context is not None and context.effects is not None else host.effects
        return TaskRunEnded(
            at=self._now(),
            task_run_id=attempt.key,
            token=attempt.token,
            state=work.state if isinstance(work, CloseDirectory) else State.SUCCESS,
            outputs=outputs,
            outputs_uri=uri,
            effects=effects,
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

    def _failed(self, attempt: Attempt, host: TaskHost, error: BaseException) -> Event:
        if isinstance(attempt.assignment.work, Evaluate):
            return failed_evaluation(attempt.assignment, self._now(), attempt.lines.mask(failure_message(error)))
        message = failure_message(error)
        if isinstance(attempt.assignment.work, StoreOutputs):
            return OutputsStored(at=self._now(), error=attempt.lines.mask(message))
        if not is_told(error):
            host.log(trace_level(attempt.assignment), failure_trace(error))
        outputs, uri, log_file = None, None, None
        try:
            outputs, uri = self._store(host, failure_outputs(error))
            log_file = host.close()
        except (TiercelError, ValueError, OSError) as other:
            message = f"{message} (its outputs or its log could not be stored: {other})"
        return TaskRunEnded(
            at=self._now(),
            task_run_id=attempt.key,
            token=attempt.token,
            state=State.FAILED,
            outputs=outputs,
            outputs_uri=uri,
            error=attempt.lines.mask(message),
            log_file=log_file,
            started_at=attempt.started_at,
        )

    def _now(self) -> int:
        return self._environment.clock()
