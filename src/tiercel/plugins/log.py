"""The log of one task run."""

from __future__ import annotations

from collections.abc import Callable

from tiercel.model.log import LogLevel


class TaskLog:
    """Writes lines at a level; further arguments fill ``%s`` in the message, as in the standard library."""

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[str, str], None]) -> None:
        self._write = write

    def trace(self, message: object, *arguments: object) -> None:
        """Write at TRACE."""
        self._write("TRACE", _fill(message, arguments))

    def debug(self, message: object, *arguments: object) -> None:
        """Write at DEBUG."""
        self._write("DEBUG", _fill(message, arguments))

    def info(self, message: object, *arguments: object) -> None:
        """Write at INFO."""
        self._write("INFO", _fill(message, arguments))

    def warn(self, message: object, *arguments: object) -> None:
        """Write at WARN."""
        self._write("WARN", _fill(message, arguments))

    def error(self, message: object, *arguments: object) -> None:
        """Write at ERROR."""
        self._write("ERROR", _fill(message, arguments))

    def write(self, level: LogLevel, message: object, *arguments: object) -> None:
        """Write at a level chosen at run time."""
        self._write(level.value, _fill(message, arguments))


def _fill(message: object, arguments: tuple[object, ...]) -> str:
    text = message if isinstance(message, str) else str(message)
    return text % arguments if arguments else text
