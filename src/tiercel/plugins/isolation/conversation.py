"""What the server says to a task in another process, and does for it, from the start of one run to its end.

All of it happens on the thread that carries the run out. While a file is written the server waits for its next piece,
and what the task asks for in the meantime (making a piece may mean reading another file) is done then and there.
"""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from tiercel.errors import ExpressionError, NotFoundError, TiercelError
from tiercel.model.dialect import Dialect
from tiercel.model.event import Effects
from tiercel.model.json import Json
from tiercel.plugins.failure import TaskError
from tiercel.plugins.isolation.channel import Channel, sized

if TYPE_CHECKING:
    from tiercel.plugins.context import RunContext
    from tiercel.plugins.task import TaskResult
    from tiercel.plugins.task_runner import Write

_LOOK_SECONDS = 0.1
_ONE_WAY = frozenset({"log", "metric", "progress"})


class GoneError(Exception):
    """The process ended, or had to be given up, before the run was over."""

    def __init__(self, *, is_killed: bool = False) -> None:
        self.is_killed = is_killed
        super().__init__("killed" if is_killed else "gone")


class _BrokenError(Exception):
    """The task could not make the next piece of a file, and goes on with an error of its own."""


class Conversation:
    """One run.

    Attributes:
        is_over: The task has said how it ended, so that its process may run another.
    """

    def __init__(self, channel: Channel, ctx: RunContext, grace_seconds: float) -> None:
        self._channel = channel
        self._ctx = ctx
        self._host = ctx.host
        self._grace_seconds = grace_seconds
        self._give_up_at: float | None = None
        self._streams: dict[int, Iterator[bytes]] = {}
        self._pieces: dict[int, deque[bytes | None]] = {}
        self._broken: set[int] = set()
        self._result: tuple[TaskResult] | None = None
        self._write_output: Write | None = None
        self.is_over = False

    def run(self, *order: object, write: Write | None = None) -> TaskResult:
        """Have an order carried out, and do what is asked for until it ends.

        Args:
            order: What to send.
            write: Takes what a program writes.

        Raises:
            TaskError: It failed.
            GoneError: Its process is gone.
        """
        self._write_output = write
        try:
            self._send(*order)
            while self._result is None:
                self._take(self._receive())
        finally:
            for stream in self._streams.values():
                _close(stream)
        return self._result[0]

    def _send(self, *message: object) -> None:
        try:
            self._channel.send(*message)
        except OSError as error:
            raise GoneError from error

    def _receive(self) -> list[Any]:
        """Wait for a message; tell the task when it must end, and give up when it does not."""
        poll = select.poll()
        poll.register(self._channel.fileno(), select.POLLIN)
        is_there = False
        while not is_there:  # one that never stops talking must hear of its end as well
            is_there = bool(poll.poll(_LOOK_SECONDS * 1000))
            now = time.monotonic()
            if self._give_up_at is None and self._host.is_cancelled():
                self._give_up_at = now + self._grace_seconds
                self._send("cancel")
            elif self._give_up_at is not None and now > self._give_up_at:
                raise GoneError(is_killed=True)
        try:
            return self._channel.receive()
        except EOFError as error:
            raise GoneError from error

    def _take(self, message: list[Any]) -> None:
        if message[0] in _ONE_WAY:
            getattr(self._host, message[0])(*message[1:])
            return
        match message:
            case ["output", bytes(piece), bool(is_error)] if self._write_output is not None:
                self._write_output(piece, is_error)
            case ["ask", int(number), str(method), list(arguments)]:
                self._answer(number, method, arguments)
            case ["piece", int(number), piece]:
                self._pieces.setdefault(number, deque()).append(piece)
            case ["broken", int(number)]:
                self._broken.add(number)
            case ["done", outputs, effects]:
                self.is_over = True
                if effects is not None:
                    self._ctx.change(msgspec.json.decode(effects, type=Effects))
                self._result = (outputs,)
            case ["failed", bool(is_told), str(text), str(trace), outputs]:
                self.is_over = True
                raise self._failure(text, trace, outputs, is_told=is_told)
            case ["unloadable", str(text)]:
                raise TaskError(f"The plugin cannot be loaded in its process: {text}")
            case _:
                raise GoneError

    def _failure(self, text: str, trace: str, outputs: dict[str, Json] | None, *, is_told: bool) -> Exception:
        if not is_told:
            self._host.log("TRACE" if self._ctx.dialect is Dialect.V1_3 else "DEBUG", trace)
        return TaskError(text, outputs=outputs)

    def _answer(self, number: int, method: str, arguments: list[Any]) -> None:
        try:
            answer = self._write(number, *arguments) if method == "write" else self._do(number, method, arguments)
        except (GoneError, _BrokenError) as error:
            if isinstance(error, GoneError):
                raise
            return
        except TaskError as error:
            self._send("refused", number, "told", str(error), error.outputs)
        except ExpressionError as error:
            self._send("refused", number, f"expression:{error.kind}", str(error), None)
        except (FileNotFoundError, NotFoundError) as error:
            self._send("refused", number, "file-not-found", str(error), None)
        except TiercelError as error:
            self._send("refused", number, "told", str(error), None)
        except Exception as error:  # noqa: BLE001 (the task decides what its failure means)
            self._send("refused", number, "other", f"{type(error).__name__}: {error}", None)
        else:
            self._send("answer", number, answer)

    def _do(self, number: int, method: str, arguments: list[Any]) -> object:
        match method, arguments:
            case "call", [str(operation), dict(given)]:
                return self._host.call(operation, given)
            case "render", [structure, variables, bool(is_typed)]:
                return self._host.render(structure, variables, is_typed=is_typed)
            case "open", [str(uri)]:
                self._streams[number] = sized(self._host.read_file(uri))
                return number
            case "next", [int(stream)]:
                return next(self._streams[stream], b"")
            case "close", [int(stream)]:
                _close(self._streams.pop(stream, iter(())))
                return None
            case "working_directory", []:
                return self._host.working_directory()
            case "part", [dict(written)]:
                made = self._host.part(written)
                return made.declaration.type, made.model_dump(by_alias=True, exclude_unset=True)
            case _:
                raise TaskError(f"There is nothing called {method} to ask for")

    def _write(self, number: int, name: str) -> str:
        return self._host.write_file(name, self._asked_for(number))

    def _asked_for(self, number: int) -> Iterator[bytes]:
        """Give the pieces of a file as the task makes them."""
        while True:
            self._send("want", number)
            while not self._pieces.get(number):
                if number in self._broken:
                    raise _BrokenError
                self._take(self._receive())
                if self._result is not None:
                    raise GoneError
            piece = self._pieces[number].popleft()
            if piece is None:
                return
            yield piece


def _close(stream: Iterator[bytes]) -> None:
    close = getattr(stream, "close", None)
    if close is not None:
        close()
