"""taskCache: outputs of a task reused for equal rendered properties."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import msgspec

from tiercel.errors import NotFoundError, UnavailableError
from tiercel.expressions import compile_template
from tiercel.expressions.iso import parse_duration
from tiercel.model.command import RunTask
from tiercel.model.json import Json
from tiercel.plugins import Task, TaskError
from tiercel.storage import paths
from tiercel.worker.host import TaskHost
from tiercel.worker.rendering import context_of

_MICROS = 1_000_000


class OutputsCache:
    """The kept outputs of one task with the properties it has in this attempt."""

    def __init__(self, host: TaskHost, work: RunTask, task: Task) -> None:
        self._host = host
        self._work = work
        execution = host.assignment.execution
        key = _fingerprint(host, task)
        self._path = paths.cache_path(execution.namespace, execution.flow_id, work.task.id, key)

    def find(self) -> dict[str, Json] | None:
        """Give the kept outputs, unless there are none or they are too old."""
        storage = self._host.environment.storage
        try:
            kept = storage.stat(self._path)
            longest = self._longest()
            age = timedelta(microseconds=self._host.environment.clock() - kept.modified_at)
            if longest is not None and age > longest:
                storage.delete(self._path)
                return None
            found: dict[str, Json] = msgspec.json.decode(storage.read(self._path))
        except NotFoundError:
            return None
        return found

    def keep(self, values: dict[str, Json] | None) -> None:
        """Keep the outputs; a store that is away costs only the next run its short cut."""
        try:
            self._host.environment.storage.put(self._path, msgspec.json.encode(values or {}))
        except UnavailableError as error:
            self._host.log("WARN", f"The outputs could not be cached: {error}")

    def _longest(self) -> timedelta | None:
        cache = self._work.task.cache
        if cache is None or cache.ttl is None:
            return None
        host = self._host
        context = context_of(host.environment, host.assignment, host.functions)
        text = compile_template(cache.ttl, host.assignment.flow.dialect).render(context)
        try:
            return parse_duration(text).to_timedelta()
        except ValueError as error:
            raise TaskError(f"taskCache.ttl cannot be read: {error}") from None


def _fingerprint(host: TaskHost, task: Task) -> str:
    """Hash the rendered properties, and the value of the iteration, which tasks may read without naming it."""
    task_run = host.assignment.task_run
    parts = [type(task).__name__, task.model_dump_json(), task_run.value if task_run is not None else None]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:40]
