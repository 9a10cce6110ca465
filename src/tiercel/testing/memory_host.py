"""A host in memory: files, keys and namespace files as dicts, everything a task says as lists."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from inspect import isawaitable
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from tiercel.errors import ExpressionError
from tiercel.expressions import Context, render_structure
from tiercel.expressions.values import Value, ZonedDateTime
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.plugins import Plugin, Resources, RunContext, RunFacts, Task, TaskError
from tiercel.plugins.isolation.hosting import MOST_BYTES, carry_out
from tiercel.plugins.plan import plan_properties
from tiercel.plugins.registry import Registry
from tiercel.plugins.task import TaskResult
from tiercel.testing.memory_operations import FILE_OPERATIONS, KEY_OPERATIONS, Files, Keys, find_file

T = TypeVar("T", bound=Plugin)


class MemoryHost:
    """A host for tests of tasks, without an installation around it.

    Attributes:
        directory: What the task gets as its working directory.
        variables: What expressions in its properties see.
        logs: Pairs of level and message, in order.
        metrics: Kind, name, value and tags of each figure, in order.
        files: Contents by URI.
        kv: Entries by namespace and key.
        secrets: By name.
        answers: What `RunContext.call` answers, by operation, where the host itself has no answer.
        calls: Every operation that was asked for, with its arguments.
        pages: What the calls of ``logs.list`` answer, one after another.
        kept: What a trigger kept before.
        events: What a trigger that listens has emitted: variables, key and state of each.
        configurations: What ``plugins.configurations`` sets, by type.
        resources: What tasks share; close it when they opened any.
        registry: The types a task may describe.
        is_stopped: Set it to tell the task that it has been killed.
    """

    def __init__(self, directory: Path, *, namespace: str = "company.team", dialect: Dialect = Dialect.V1_3) -> None:
        self.directory = directory
        self.namespace = namespace
        self.dialect = dialect
        self.variables: dict[str, Any] = {"flow": {"id": "demo", "namespace": namespace}}
        self.logs: list[tuple[str, str]] = []
        self.metrics: list[tuple[str, str, float, dict[str, str]]] = []
        self.files: Files = {}
        self.kv: Keys = {}
        self.secrets: dict[str, str] = {}
        self.namespaces: list[str] = [namespace]
        self.answers: dict[str, Json] = {}
        self.calls: list[tuple[str, dict[str, Json]]] = []
        self.pages: list[Json] = []
        self.kept: Json = None
        self.events: list[dict[str, Json]] = []
        self.configurations: dict[str, dict[str, Json]] = {}
        self.is_stopped = False
        self.resources = Resources()
        self.registry = Registry(("tiercel.tasks",), is_discovering=False)
        self._ids = count(1)

    def run(self, plugin: type[Task], properties: Mapping[str, Json] | None = None, value: str | None = None) -> Json:
        """Render the properties, run the task, give its outputs."""
        result = carry_out(self.make_task(plugin, properties), self.run_context(plugin, value))
        return output_values(asyncio.run(_awaited(result)) if isawaitable(result) else result)

    def make_task(self, plugin: type[T], properties: Mapping[str, Json] | None = None) -> T:
        """Render the properties and make the instance, as the worker does before ``run``."""
        return plan_properties(plugin, properties or {}, self.dialect).render(self.context())

    def run_context(self, plugin: type[Plugin] = Task, value: str | None = None) -> RunContext:
        """Make the context of a run."""
        facts = RunFacts(
            namespace=self.namespace,
            flow_id="demo",
            revision=1,
            execution_id="execution1",
            task_id="task1",
            task_type=plugin.declaration.type,
            task_run_id="run1",
            dialect=self.dialect,
            value=value,
        )
        return RunContext(self, facts)

    def context(self, variables: Mapping[str, Json] | None = None) -> Context:
        """Make the context of a rendering."""
        return Context({**self.variables, **(variables or {})}, NoWorld(), self.dialect)

    def put(self, name: str, content: bytes) -> str:
        """Store a file."""
        return self.write_file(name, (content,))

    def log(self, level: str, message: str) -> None:
        """Keep one line."""
        self.logs.append((level, message))

    def metric(self, kind: str, name: str, value: float, tags: Mapping[str, str]) -> None:
        """Keep a figure."""
        self.metrics.append((kind, name, value, dict(tags)))

    def render(self, structure: Json, variables: Mapping[str, Json] | None, *, is_typed: bool) -> Json:
        """Render with the variables of this host."""
        return render_structure(structure, self.context(variables), typed=is_typed)

    def call(self, operation: str, arguments: Mapping[str, Json]) -> Json:
        """Answer from `answers`, or from what this host keeps."""
        self.calls.append((operation, dict(arguments)))
        if operation in self.answers:
            return self.answers[operation]
        if operation in FILE_OPERATIONS:
            return FILE_OPERATIONS[operation](self.files, **arguments)
        if operation in KEY_OPERATIONS:
            return KEY_OPERATIONS[operation](self.kv, **arguments)
        method = getattr(self, f"_{operation.replace('.', '_')}", None)
        if method is None:
            raise TaskError(f"There is no operation {operation}")
        return method(**arguments)

    def read_file(self, uri: str) -> Iterator[bytes]:
        """Give a file in small pieces, as a stream would come."""
        content = find_file(self.files, uri)
        yield from (content[at : at + 7] for at in range(0, len(content), 7))

    def write_file(self, name: str, chunks: Iterable[bytes]) -> str:
        """Keep a file."""
        uri = name if name.startswith("nsfile://") else f"kestra:///run1/{name}"
        self.files[uri] = b"".join(chunks)
        return uri

    def working_directory(self) -> str:
        """Give the directory this host was made with."""
        return str(self.directory)

    def part(self, written: Mapping[str, Json]) -> Plugin:
        """Make the instance of something a task describes by its type."""
        plugin = self.registry.find_class(str(written.get("type")))
        if plugin is None:
            raise TaskError(f"There is no type {written.get('type')}")
        own = {name: value for name, value in written.items() if name != "type"}
        return plan_properties(plugin, own, self.dialect).render(self.context())

    def progress(self, fraction: float | None, message: str) -> None:
        """Keep it among the lines."""
        self.logs.append(("PROGRESS", f"{fraction} {message}"))

    def is_cancelled(self) -> bool:
        """Tell what `is_stopped` says."""
        return self.is_stopped

    def wait(self, seconds: float) -> bool:
        """Do not sleep; keep that it was asked for."""
        self.calls.append(("wait", {"seconds": seconds}))
        return self.is_stopped

    def _new_id(self) -> str:
        return f"id{next(self._ids)}"

    def _secrets_get(self, name: str) -> str:
        if name not in self.secrets:
            raise TaskError(f"Cannot find secret for key '{name}'.")
        return self.secrets[name]

    def _mask(self, text: str) -> str:
        for secret in self.secrets.values():
            text = text.replace(secret, "******")
        return text

    def _directories_temporary(self) -> str:
        return self._folder("temporary")

    def _directories_kept(self, name: str) -> str:
        return self._folder(f"kept-{name}")

    def _folder(self, name: str) -> str:
        path = self.directory.with_name(f"{self.directory.name}-{name}")
        path.mkdir(exist_ok=True)
        return str(path)

    def _settings_isolation(self) -> Json:
        return {"most_memory_bytes": MOST_BYTES, "grace_seconds": 1.0}

    def _triggers_state(self) -> Json:
        return self.kept

    def _triggers_emit(self, **event: Json) -> Json:
        self.events.append(event)
        return f"execution{len(self.events)}"

    def _plugins_configuration(self, type: str) -> Json:  # noqa: A002 (the name of the argument)
        return self.configurations.get(type, {})

    def _encrypt(self, text: str) -> Json:
        return {"type": "encrypted", "value": text[::-1]}

    def _http_check(self, host: str, address: str) -> None:
        """Everything is allowed."""

    def _ports_check(self, port: int) -> None:
        """Everything is allowed."""

    def _logs_list(self, **_: Json) -> Json:
        return self.pages.pop(0)

    def _namespaces_list(self) -> list[str]:
        return self.namespaces

    def _namespaces_exists(self, namespace: str) -> bool:
        return namespace in self.namespaces


async def _awaited(result: Awaitable[TaskResult]) -> TaskResult:
    return await result


def output_values(result: TaskResult) -> dict[str, Json] | None:
    """Give what ``run`` returned as a map, those that are None left out."""
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json", by_alias=True, exclude_none=True)
    return None if result is None else {name: value for name, value in result.items() if value is not None}


class NoWorld:
    """A host of expressions with a fixed time and nothing else."""

    def now(self) -> ZonedDateTime:
        """Give the one moment there is here."""
        return ZonedDateTime(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), 0, "UTC")

    def random_bytes(self, count: int) -> bytes:
        """Give zeros."""
        return bytes(count)

    def call(self, name: str, arguments: dict[str, Value], context: Context) -> Value:
        """Refuse every function that asks the outside."""
        raise ExpressionError("evaluation", f"{name} is not served here: {arguments} {context}")
