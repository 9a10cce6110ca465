"""What the classes that stand in the server for types it has not imported do: have it done in a process of the package.

Tasks, triggers and task runners are carried out for a run, and borrow a process from those their package shares.
Secret providers and log exporters belong to the installation: each has a process of its own, in which it keeps what it
holds open; when that is gone, the next call makes another.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from pydantic import PrivateAttr

from tiercel.model.types import TypeKind
from tiercel.plugins.context import RunContext
from tiercel.plugins.failure import TaskError
from tiercel.plugins.isolation.hosting import MOST_BYTES, HostProcess, converse, how_it_ended, order_of, run_apart
from tiercel.plugins.isolation.place import Place
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.seams import LogExporter, LogLine, SecretProvider
from tiercel.plugins.task import Task, TaskResult
from tiercel.plugins.task_runner import Exit, Launch, TaskRunner, Write


class ElsewhereTask(Task):
    """A task whose class lives in an environment of its own."""

    origin: ClassVar[Place]

    def run(self, ctx: RunContext) -> TaskResult:
        """Have it run there."""
        return run_apart(self.origin, self, ctx)


class ElsewherePolling(ElsewhereTask):
    """A polling trigger whose class lives in an environment of its own."""

    kind: ClassVar[TypeKind] = TypeKind.TRIGGER
    default_control: ClassVar[str] = "polling"


class ElsewhereRealtime(ElsewhereTask):
    """A realtime trigger whose class lives in an environment of its own."""

    kind: ClassVar[TypeKind] = TypeKind.TRIGGER
    default_control: ClassVar[str] = "realtime"


class ElsewhereRunner(TaskRunner):
    """A task runner whose class lives in an environment of its own."""

    origin: ClassVar[Place]

    def place(self, ctx: RunContext, directory: Path) -> str:
        """Ask it."""
        return str(self._ask(ctx, "place", str(directory)))

    def run(self, ctx: RunContext, launch: Launch, write: Write) -> Exit:
        """Have it run the program, and hand on what that writes."""
        return msgspec.convert(self._ask(ctx, "launch", msgspec.to_builtins(launch, enc_hook=str), write), Exit)

    def _ask(self, ctx: RunContext, kind: str, given: object, write: Write | None = None) -> TaskResult:
        order = (kind, *order_of(self), msgspec.to_builtins(ctx.facts), given)
        return converse(self.origin, ctx, order, write)


class Attendant:
    """The process of one provider or exporter, which answers one call at a time."""

    def __init__(self, plugin: Plugin, place: Place) -> None:
        self._order = order_of(plugin)
        self._place = place
        self._lock = threading.Lock()
        self._host: HostProcess | None = None

    def ask(self, method: str, arguments: list[Any]) -> object:
        """Call a method there.

        Raises:
            TaskError: It fails, or its process ends.
        """
        with self._lock:
            try:
                if self._host is None:
                    self._host = HostProcess(self._place, MOST_BYTES)
                self._host.channel.send("call", *self._order, method, arguments)
                return _result(self._host.channel.receive())
            except (EOFError, OSError) as error:
                host, self._host = self._host, None
                told = f"A process for {self._place.name} cannot be started: {error}"
                raise TaskError(told if host is None else how_it_ended(self._place, host)) from None

    def close(self) -> None:
        """Tell it that this is the end, and end it."""
        if self._host is None:
            return
        try:
            self.ask("close", [])
        finally:
            with self._lock:
                host, self._host = self._host, None
            if host is not None:
                host.kill()


class ElsewhereProvider(SecretProvider):
    """A secret provider whose class lives in an environment of its own."""

    origin: ClassVar[Place]
    _attendant: Attendant = PrivateAttr()

    def model_post_init(self, _context: object) -> None:
        """Prepare for its process, which is started when it is first needed."""
        self._attendant = Attendant(self, self.origin)

    def find(self, namespace: str, name: str) -> str | None:
        """Ask it."""
        found = self._attendant.ask("find", [namespace, name])
        return None if found is None else str(found)

    def close(self) -> None:
        """Have it let go of what it holds, and end its process."""
        self._attendant.close()


class ElsewhereExporter(LogExporter):
    """A log exporter whose class lives in an environment of its own."""

    origin: ClassVar[Place]
    _attendant: Attendant = PrivateAttr()

    def model_post_init(self, _context: object) -> None:
        """Prepare for its process, which is started when it is first needed."""
        self._attendant = Attendant(self, self.origin)

    def export(self, lines: Sequence[LogLine]) -> None:
        """Hand the lines on."""
        self._attendant.ask("export", [list(lines)])

    def close(self) -> None:
        """Have it let go of what it holds, and end its process."""
        self._attendant.close()


def _result(message: list[Any]) -> object:
    match message:
        case ["done", result, _]:
            return result
        case ["failed", _, str(text), *_] | ["unloadable", str(text)]:
            raise TaskError(text)
        case _:
            raise EOFError


ELSEWHERE: Mapping[str, type[Plugin]] = {
    "task": ElsewhereTask,
    "polling": ElsewherePolling,
    "realtime": ElsewhereRealtime,
    "runner": ElsewhereRunner,
    "provider": ElsewhereProvider,
    "exporter": ElsewhereExporter,
}
"""By the ``base`` of a description."""
