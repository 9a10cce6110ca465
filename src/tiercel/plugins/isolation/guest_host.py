"""The ``Host`` of a task that runs in a process of its own: every method is a message to the server."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tiercel.errors import ExpressionError, InvalidError, Violation
from tiercel.model.json import Json
from tiercel.plugins.failure import TaskError
from tiercel.plugins.isolation.channel import Channel, sized
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.resources import Resources


class GuestHost:
    """Fulfils ``Host``; for any number of threads.

    Attributes:
        resources: What tasks of this process share.
        on_cancel: Called, on the thread that reads the pipe, when the run is cancelled.
    """

    def __init__(self, channel: Channel, resources: Resources, class_of: Callable[[str], type[Plugin] | None]) -> None:
        self.resources = resources
        self.on_cancel: Callable[[], object] | None = None
        self._channel = channel
        self._class_of = class_of
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.SimpleQueue[list[Any]]] = {}
        self._cancelled = threading.Event()
        self._is_running = False

    def begin(self) -> None:
        """Make ready for the next run."""
        self._cancelled.clear()
        self.on_cancel = None
        self._is_running = True

    def end(self) -> None:
        """Note that nothing runs: threads that are left over have nobody to tell anything."""
        self.on_cancel = None
        self._is_running = False

    def take(self, message: list[Any]) -> None:
        """Take what the server says to the run; on the thread that reads the pipe."""
        if message[0] == "cancel":
            self._cancelled.set()
            if self.on_cancel is not None:
                self.on_cancel()
        elif (waiting := self._answers.get(message[1])) is not None:
            waiting.put(message)

    def log(self, level: str, message: str) -> None:
        """Write one line."""
        if self._is_running:
            self._channel.send("log", level, message)

    def metric(self, kind: str, name: str, value: float, tags: Mapping[str, str]) -> None:
        """Record a figure."""
        if self._is_running:
            self._channel.send("metric", kind, name, value, dict(tags))

    def render(self, structure: Json, variables: Mapping[str, Json] | None, *, is_typed: bool) -> Json:
        """Render text, or maps and lists of it."""
        return self._ask("render", structure, None if variables is None else dict(variables), is_typed)

    def call(self, operation: str, arguments: Mapping[str, Json]) -> Json:
        """Carry out an operation of the platform."""
        return self._ask("call", operation, dict(arguments))

    def read_file(self, uri: str) -> Iterator[bytes]:
        """Stream a file."""
        stream = self._ask("open", uri)
        try:
            while piece := self._ask("next", stream):
                yield piece
        finally:
            self._ask("close", stream)

    def write_file(self, name: str, chunks: Iterable[bytes]) -> str:
        """Store a file; the server asks for one piece after another."""
        return str(self._ask("write", name, pieces=sized(chunks)))

    def working_directory(self) -> str:
        """Give the directory of this run."""
        return str(self._ask("working_directory"))

    def part(self, written: Mapping[str, Json]) -> Plugin:
        """Have properties rendered, and make the instance here."""
        name, values = self._ask("part", dict(written))
        found = self._class_of(name)
        if found is None:
            raise InvalidError([Violation(f"{name} cannot be used in a process of its own", path="type")])
        return found.model_validate(values)

    def progress(self, fraction: float | None, message: str) -> None:
        """Tell how far the work is."""
        if self._is_running:
            self._channel.send("progress", fraction, message)

    def is_cancelled(self) -> bool:
        """Tell whether the run must end."""
        return self._cancelled.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep, or less when the run must end."""
        return self._cancelled.wait(max(0.0, seconds))

    def _ask(self, method: str, *arguments: object, pieces: Iterator[bytes] | None = None) -> Any:  # noqa: ANN401 (JSON)
        if not self._is_running:
            raise TaskError("The run is over")
        number = next(self._numbers)
        waiting = self._answers[number] = queue.SimpleQueue()
        try:
            self._channel.send("ask", number, method, arguments)
            while True:
                message = waiting.get()
                if message[0] == "answer":
                    return message[2]
                if message[0] == "refused":
                    raise _refusal(*message[2:])
                self._give(number, pieces)
        finally:
            del self._answers[number]

    def _give(self, number: int, pieces: Iterator[bytes] | None) -> None:
        """Send the next piece; what making it raises breaks off the writing, then goes on here."""
        try:
            piece = None if pieces is None else next(pieces, None)
        except BaseException:
            self._channel.send("broken", number)
            raise
        self._channel.send("piece", number, piece)


def _refusal(kind: str, text: str, outputs: dict[str, Json] | None) -> Exception:
    if kind.startswith("expression:"):
        return ExpressionError(kind.removeprefix("expression:"), text)
    if kind == "file-not-found":
        return FileNotFoundError(text)
    return TaskError(text, outputs=outputs) if kind == "told" else RuntimeError(text)
