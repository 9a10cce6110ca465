"""The elements of an XML text as maps: attributes and elements are keys, what occurs again becomes a list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any
from xml.parsers import expat

from tiercel.plugins import TaskError

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_WORDS = {"true": True, "false": False, "null": None}
_CONTENT = "content"
_DEEPEST = 200


def read_elements(pieces: Iterable[str], path: Sequence[str], force_list: Collection[str]) -> Iterator[Any]:
    """Give the elements at a path one by one, in memory of the largest of them; with no path, the whole as one map.

    Texts that are numbers, true, false or null become such; an element without anything is an empty text.

    Raises:
        TaskError: It is not XML, or declares entities, which can make a small file huge.
    """
    builder = _Builder(list(path), frozenset(force_list))
    parser = expat.ParserCreate(encoding="UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.EntityDeclHandler = _refuse_entity
    try:
        for piece in pieces:
            parser.Parse(piece.encode(), False)  # noqa: FBT003 (the library takes no name here)
            yield from builder.take()
        parser.Parse(b"", True)  # noqa: FBT003 (the same)
    except expat.ExpatError as error:
        raise TaskError(f"The file is not XML: {error}") from None
    yield from builder.take()


class _Builder:
    """Makes maps of the elements that are at the path or below it."""

    def __init__(self, path: list[str], force_list: frozenset[str]) -> None:
        self._path = path
        self._force_list = force_list
        self._names: list[str] = []
        self._open: list[tuple[dict[str, Any], list[str]]] = []
        self._done: list[Any] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._names.append(name)
        if len(self._names) > _DEEPEST:
            raise TaskError(f"The file is nested deeper than {_DEEPEST} elements")
        if self._open or self._names == self._path or not self._path:
            self._open.append(({key: _typed(value) for key, value in attributes.items()}, []))

    def text(self, text: str) -> None:
        if self._open:
            self._open[-1][1].append(text)

    def end(self, name: str) -> None:
        self._names.pop()
        if not self._open:
            return
        members, texts = self._open.pop()
        content = _typed("".join(texts).strip())
        if members and content not in {"", None}:
            members[_CONTENT] = content
        value = members or content
        if self._open:
            self._add(self._open[-1][0], name, value)
        else:
            self._done.append(value if self._path else {name: value})

    def take(self) -> list[Any]:
        """Give the elements that are complete, and forget them."""
        done, self._done = self._done, []
        return done

    def _add(self, members: dict[str, Any], name: str, value: Any) -> None:  # noqa: ANN401 (values of any type)
        if name not in members:
            members[name] = [value] if name in self._force_list else value
        elif isinstance(members[name], list):
            members[name].append(value)
        else:
            members[name] = [members[name], value]


def _typed(text: str) -> Any:  # noqa: ANN401 (as above)
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    return Decimal(text) if number[1] or number[2] else int(text) if len(text) < 400 else text  # noqa: PLR2004 (no number is longer)


def _refuse_entity(name: str, *_: object) -> None:
    raise TaskError(f"The file declares the entity {name}; files with entities are not read")
