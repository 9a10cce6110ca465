"""The values of a JSON text, one by one, in memory of the longest of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tiercel.plugins import TaskError

_SPACE = re.compile(r"[ \t\n\r]*")


def read_json(pieces: Iterable[str], *, is_list: bool) -> Iterator[Any]:
    """Give the values of a text, which stand one after another, with or without lines between them.

    Args:
        pieces: The text.
        is_list: When the text is one list, give its items instead; any other single value is given as it is.

    Raises:
        TaskError: It is not JSON.
    """
    reader = _Reader(pieces)
    if is_list and reader.next_mark() == "[":
        yield from reader.items()
        if reader.next_mark():
            raise reader.error("something follows the list")
    else:
        while reader.next_mark():
            yield reader.value()


class _Reader:
    """Reads values from the front of a text that is taken in as needed."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        self._at = 0
        self._line = 1
        self._is_over = False
        self._decode = json.JSONDecoder().raw_decode

    def next_mark(self) -> str:
        """Pass over space; give the character there, none at the end."""
        while True:
            self._at = _end_of_space(self._text, self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._take_in():
                return ""

    def items(self) -> Iterator[Any]:
        """Give the items of the list that begins here."""
        self._at += 1
        if self.next_mark() == "]":
            self._at += 1
            return
        while True:
            self.next_mark()
            yield self.value()
            mark = self.next_mark()
            if not mark:
                raise self.error("the list does not end")
            self._at += 1
            if mark == "]":
                return
            if mark != ",":
                raise self.error("a comma or the end of the list is missing")

    def value(self) -> Any:  # noqa: ANN401 (values of any type)
        """Give the value that begins here."""
        wanted = 0
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except ValueError as error:
                if not self._take_in(wanted):
                    raise self.error(str(error).split(":")[0]) from None
            except RecursionError:
                raise self.error("it is nested too deep") from None
            else:
                if end < len(self._text) or not self._take_in():  # a number may go on
                    self._at = end
                    return value
            wanted = 2 * (len(self._text) - self._at)

    def error(self, reason: str) -> TaskError:
        """Say what is wrong, and where."""
        line = self._line + self._text.count("\n", 0, self._at)
        return TaskError(f"The file is not JSON: line {line}: {reason}")

    def _take_in(self, wanted: int = 0) -> bool:
        """Take in at least so many characters more, so that long values are not tried with every piece."""
        if self._is_over:
            return False
        self._line += self._text.count("\n", 0, self._at)
        parts, self._at, size = [self._text[self._at :]], 0, 0
        while size <= wanted:
            piece = next(self._pieces, None)
            if piece is None:
                self._is_over = True
                break
            parts.append(piece)
            size += len(piece)
        self._text = "".join(parts)
        return size > 0


def _end_of_space(text: str, start: int) -> int:
    found = _SPACE.match(text, start)
    return found.end() if found else start
