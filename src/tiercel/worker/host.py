"""What a task on a worker gets: the plugins' ``Host``, and the host of its expressions, over one set of parts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Protocol

import msgspec

from tiercel.expressions import render_structure
from tiercel.expressions.overlaid import Overlaid
from tiercel.model.event import Effects
from tiercel.model.json import Json
from tiercel.model.log import LogEntry
from tiercel.operations.environment import Environment
from tiercel.plugins import Plugin, Resources
from tiercel.storage import paths
from tiercel.worker.attempt import Attempt
from tiercel.worker.files import FileReader
from tiercel.worker.functions import FunctionHost
from tiercel.worker.platform import Platform
from tiercel.worker.rendering import context_of, steadily
from tiercel.worker.scratch import Scratch

_RUN_TASK = "tasks.run"


class Carrier(Protocol):
    """Whoever carries the attempt out."""

    resources: Resources

    def run_in_place(self, host: TaskHost, spec: str) -> dict[str, Json] | None:
        """Run a task given as YAML in the place of the one that asks."""

    def make_part(self, host: TaskHost, written: Mapping[str, Json]) -> Plugin:
        """Render the properties of something a task describes by its type, and make its instance."""


class TaskHost:
    """Fulfils ``plugins.Host`` for one attempt.

    Attributes:
        functions: Fulfils ``expressions.Host`` for its templates.
        effects: What a task run in the place of this one asked to change.
    """

    def __init__(
        self,
        environment: Environment,
        attempt: Attempt,
        platform: Platform,
        scratch: Scratch,
        carrier: Carrier,
    ) -> None:
        self.environment = environment
        self.attempt = attempt
        self.assignment = attempt.assignment
        execution = attempt.assignment.execution
        self.reader = FileReader(environment, platform.bridge, execution.namespace, execution.id)
        if attempt.assignment.lender_id is not None:
            self.reader.lend(attempt.assignment.lender_id)
        self.functions = FunctionHost(
            environment,
            platform.bridge,
            self.reader,
            lines=attempt.lines,
            execution_id=execution.id,
            wait=attempt.wait,
        )
        self._platform = platform
        self._carrier = carrier
        self.resources = carrier.resources
        self.effects: Effects | None = None
        self.bridge = platform.bridge
        self.scratch = scratch
        self._directory: str | None = None
        self._log_file: IO[str] | None = None

    def begin_anew(self, execution_id: str) -> None:
        """Let the files that a trigger writes from now on belong to another execution, which it may start next."""
        execution = msgspec.structs.replace(self.assignment.execution, id=execution_id)
        self.assignment = dataclasses.replace(self.assignment, execution=execution)
        self.reader.adopt(execution_id)

    def log(self, level: str, message: str) -> None:
        """Write one line."""
        if self._logs_to_file():
            self._write_to_file(level, message)
        else:
            self.attempt.lines.write(level, message)

    def metric(self, kind: str, name: str, value: float, tags: Mapping[str, str]) -> None:
        """Record a figure."""
        self.attempt.lines.measure(kind, name, value, tags)

    def render(self, structure: Json, variables: Mapping[str, Json] | None, *, is_typed: bool) -> Json:
        """Render text, or maps and lists of it."""
        seen = Overlaid(self.assignment.variables, variables) if variables else None
        context = context_of(self.environment, self.assignment, self.functions, seen)
        return steadily(lambda: render_structure(structure, context, typed=is_typed))

    def call(self, operation: str, arguments: Mapping[str, Json]) -> Json:
        """Carry out an operation of the platform."""
        if operation == _RUN_TASK:
            return self._carrier.run_in_place(self, str(arguments["spec"]))
        return self._platform.call(self, operation, arguments)

    def read_file(self, uri: str) -> Iterator[bytes]:
        """Stream a file."""
        return self.reader.pieces(uri)

    def write_file(self, name: str, chunks: Iterable[bytes]) -> str:
        """Store a file under the task run, or as a namespace file when ``name`` is the address of one."""
        if name.startswith("nsfile:"):
            return self.reader.write_namespace_file(name, chunks)
        steps = [step for step in name.split("/") if step not in {"", ".", ".."}]
        path = paths.check_path(f"{self._storage_directory()}/{'/'.join(steps)}")
        self.environment.storage.put(path, chunks)
        return paths.to_uri(path)

    def working_directory(self) -> str:
        """Give the directory of this run, made on the first call."""
        if self._directory is None:
            self._directory = self.scratch.directory_of(self.assignment)
        return self._directory

    def part(self, written: Mapping[str, Json]) -> Plugin:
        """Render the properties of something with a type and make its instance."""
        return self._carrier.make_part(self, written)

    def progress(self, fraction: float | None, message: str) -> None:
        """Show how far the work is, as a line for those who look closely."""
        share = f"{fraction:.0%} " if fraction is not None else ""
        self.log("TRACE", f"{share}{message}".strip())

    def is_cancelled(self) -> bool:
        """Tell whether the run must end."""
        return self.attempt.is_stopped

    def wait(self, seconds: float) -> bool:
        """Sleep, or less when the run must end."""
        return self.attempt.wait(seconds)

    def close(self) -> str | None:
        """Store the log, if it went to a file; gives its URI."""
        file, self._log_file = self._log_file, None
        if file is None:
            return None
        with file:
            file.seek(0)
            return self.write_file("log.txt", (line.encode() for line in file))

    def _storage_directory(self) -> str:
        execution, task_run = self.assignment.execution, self.assignment.task_run
        task_id, task_run_id = (task_run.task_id, task_run.id) if task_run is not None else ("flow", execution.id)
        return paths.task_directory(execution.namespace, execution.flow_id, execution.id, task_id, task_run_id)

    def _logs_to_file(self) -> bool:
        task = getattr(self.assignment.work, "task", None)
        return task is not None and bool(task.log_to_file)

    def _write_to_file(self, level: str, message: str) -> None:
        entry = self.attempt.lines.make(level, message)
        if entry is None:
            return
        if self._log_file is None:
            self._log_file = self.scratch.open_text()
        self._log_file.write(_text_line(entry))


def _text_line(entry: LogEntry) -> str:
    moment = datetime.fromtimestamp(entry.at // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{entry.at // 1000 % 1000:03d}Z {entry.level:<5} {entry.message}\n"
