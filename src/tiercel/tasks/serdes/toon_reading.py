"""TOON as JSON values; see `tiercel.tasks.serdes.toon_writing`. Lengths that are stated must be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tiercel.plugins import Json, TaskError

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_HEAD = re.compile(
    rf"(?P<key>{_QUOTED}|[^\[\]{{}}:\"]*)\[#?(?P<length>\d{{1,12}})(?P<mark>[|\t,]?)\]"
    rf"(?P<fields>\{{(?:{_QUOTED}|[^\"}}])*\}})?:(?P<rest>.*)",
    re.DOTALL,
)
_FIELD = re.compile(rf"(?P<key>{_QUOTED}|[^:\"]+):(?:[ ]+(?P<rest>.*)|[ ]*)", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?P<fraction>\.\d+)?(?P<exponent>[eE][+-]?\d+)?")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_MOST_DIGITS = 4000


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    depth: int
    text: str


def read_toon(text: str) -> Json:
    """Read a document; one without lines is an empty map.

    Raises:
        TaskError: It is not TOON; the message says in which line.
    """
    reader = _Reader(list(_lines(text)))
    try:
        return reader.document()
    except RecursionError:
        raise TaskError("The file is not TOON: it is nested too deep") from None


def _lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.removesuffix("\r").lstrip(" ")
        if not content.strip():
            continue
        spaces = len(line.removesuffix("\r")) - len(content)
        if content.startswith("\t") or spaces % 2:
            raise _error(number, "lines are indented by two spaces for each level")
        yield _Line(number, spaces // 2, content.rstrip(" "))


class _Reader:
    """Goes through the lines."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines
        self._at = 0

    def document(self) -> Json:
        """Read all lines."""
        if not self._lines:
            return {}
        first = self._lines[0]
        if first.depth:
            raise _error(first.number, "the first line is indented")
        head = _HEAD.fullmatch(first.text)
        if head is not None and not head["key"]:
            self._at = 1
            value: Json = self._list(first, head, 0)
        elif head is None and not _FIELD.fullmatch(first.text):
            self._at = 1
            value = _primitive(first.number, first.text)
        else:
            value = self._fields(0)
        if self._at < len(self._lines):
            raise _error(self._lines[self._at].number, "it does not belong to what stands before it")
        return value

    def _next(self, depth: int) -> _Line | None:
        line = self._lines[self._at] if self._at < len(self._lines) else None
        return line if line is not None and line.depth == depth else None

    def _fields(self, depth: int) -> dict[str, Json]:
        found: dict[str, Json] = {}
        while (line := self._next(depth)) is not None:
            self._at += 1
            key, value = self._field(line, line.text, depth)
            found[key] = value
        return found

    def _field(self, line: _Line, text: str, depth: int) -> tuple[str, Json]:
        head = _HEAD.fullmatch(text)
        if head is not None and head["key"]:
            return _key(line.number, head["key"]), self._list(line, head, depth)
        field = _FIELD.fullmatch(text)
        if field is None:
            raise _error(line.number, "a key with a colon is missing")
        rest = field["rest"]
        value = _primitive(line.number, rest) if rest else self._fields(depth + 1)
        return _key(line.number, field["key"]), value

    def _list(self, line: _Line, head: re.Match[str], depth: int) -> list[Json]:
        length, mark, rest = int(head["length"]), head["mark"] or ",", head["rest"].strip(" ")
        if rest:
            items = [_primitive(line.number, part) for part in _parts(rest, mark)]
        elif head["fields"]:
            names = [_key(line.number, part) for part in _parts(head["fields"][1:-1], mark)]
            items = list(self._rows(names, mark, depth + 1))
        else:
            items = list(self._items(depth + 1))
        if len(items) != length:
            raise _error(line.number, f"it says that there are {length}, and there are {len(items)}")
        return items

    def _rows(self, names: list[str], mark: str, depth: int) -> Iterator[Json]:
        while (line := self._next(depth)) is not None:
            self._at += 1
            values = [_primitive(line.number, part) for part in _parts(line.text, mark)]
            if len(values) != len(names):
                raise _error(line.number, f"there are {len(names)} fields, and {len(values)} values")
            yield dict(zip(names, values, strict=True))

    def _items(self, depth: int) -> Iterator[Json]:
        while (line := self._next(depth)) is not None and (line.text == "-" or line.text.startswith("- ")):
            self._at += 1
            yield self._item(line, line.text[1:].lstrip(" "), depth)

    def _item(self, line: _Line, text: str, depth: int) -> Json:
        if not text:
            return {}
        head = _HEAD.fullmatch(text)
        if head is not None and not head["key"]:
            return self._list(line, head, depth)
        if head is None and not _FIELD.fullmatch(text):
            return _primitive(line.number, text)
        key, value = self._field(line, text, depth + 1)
        return {key: value, **self._fields(depth + 1)}


def _parts(text: str, mark: str) -> Iterable[str]:
    """Cut at a mark, not within quotes."""
    part = re.compile(rf"\s*({_QUOTED}|[^{re.escape(mark)}\"]*(?:\"[^{re.escape(mark)}]*)?)\s*(?:{re.escape(mark)}|$)")
    at = 0
    while True:
        found = part.match(text, at)
        if found is None:
            yield text[at:]
            return
        yield found[1].strip(" ")
        at = found.end()
        if at >= len(text):
            if text.endswith(mark) and found[0].endswith(mark):
                yield ""
            return


def _primitive(number: int, text: str) -> Json:
    if text.startswith('"'):
        return _unquoted(number, text)
    if text in _WORDS:
        return _WORDS[text]
    found = _NUMBER.fullmatch(text)
    if found is None or len(text) > _MOST_DIGITS:
        return text
    return float(text) if found["fraction"] or found["exponent"] else int(text)


def _key(number: int, text: str) -> str:
    return _unquoted(number, text) if text.startswith('"') else text.strip(" ")


def _unquoted(number: int, text: str) -> str:
    if not re.fullmatch(_QUOTED, text, re.DOTALL):
        raise _error(number, "what begins with a quotation mark must end with one")

    def character(found: re.Match[str]) -> str:
        if found[1].startswith("u") and len(found[1]) > 1:
            return chr(int(found[1][1:], 16))
        if found[1] not in _ESCAPED:
            raise _error(number, f"{found[0]} is no way to write a character")
        return _ESCAPED[found[1]]

    return _ESCAPE.sub(character, text[1:-1])


def _error(number: int, reason: str) -> TaskError:
    return TaskError(f"The file is not TOON: line {number}: {reason}")
