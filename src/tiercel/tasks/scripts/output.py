"""Everything a script writes: lines of its log, and the messages among them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from tiercel.plugins import Json, LogLevel, RunContext
from tiercel.tasks.scripts.lines import LineSplitter, LogGate
from tiercel.tasks.scripts.messages import Messages, is_message, masked

_LAST_LINES = 100

ReadLine = Callable[[str], tuple[str, str] | None]
"""Reads a line of a program that says of its lines how grave they are: the level, and the text without it."""


class Output:
    """Takes the output of one run. Lines of the error stream are errors, all others information.

    Attributes:
        last_lines: Of both streams.
    """

    def __init__(self, ctx: RunContext, read_line: ReadLine | None = None) -> None:
        settings = ctx.call("settings.scripts")
        self._ctx = ctx
        self._read_line = read_line
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._gate = LogGate(
            lambda level, line: ctx.log.write(LogLevel(level), line),
            ctx.mask,
            most_lines=settings["log_lines"],
            most_bytes=settings["log_bytes"],
            wait=ctx.wait,
        )
        self._messages = Messages(ctx, self._gate.log)
        self._splitters = {
            is_error: LineSplitter(partial(self._take, "ERROR" if is_error else "INFO")) for is_error in (False, True)
        }

    def write(self, piece: bytes, is_error: bool) -> None:  # noqa: FBT001 (the form runners call)
        """Take a piece of a stream."""
        self._splitters[is_error].feed(piece)

    def finish(self) -> None:
        """Take what stands without a line break at the end."""
        for splitter in self._splitters.values():
            splitter.finish()
        self._gate.finish()

    def line_count(self, *, is_error: bool) -> int:
        """Give how many lines one stream had."""
        return self._splitters[is_error].count

    def variables(self) -> dict[str, Json]:
        """Give the outputs the script named, secrets in them masked."""
        found = masked(self._messages.outputs, self._ctx)
        return found if isinstance(found, dict) else {}

    def _take(self, level: str, line: str, is_cut: bool) -> None:  # noqa: FBT001 (the form splitters call)
        if is_message(line) and not is_cut:
            self._messages.read(line)
        else:
            read = self._read_line(line) if self._read_line is not None and not is_cut else None
            level, line = read or (level, line)
            self.last_lines.append(line)
            self._gate.log(level, line, is_cut=is_cut)
