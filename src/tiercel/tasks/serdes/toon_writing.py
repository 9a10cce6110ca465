"""JSON values as TOON: indented lines, with lengths and field names of lists stated once.

Source: the specification of the format, version 3.0, with commas between values and two spaces a level.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from tiercel.plugins import Json

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_LIKE_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_NEEDS_QUOTES = re.compile(r'[:"\\\[\]{},\x00-\x1f]|^[\s-]|\s$')
_WORDS = frozenset({"", "true", "false", "null"})
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LARGEST_EXPONENT = 400


def toon_lines(value: Json) -> Iterator[str]:
    """Give a value as lines, without what ends them; an empty map has none."""
    if isinstance(value, dict):
        yield from _fields(value, 0)
    elif isinstance(value, list):
        yield from _list("", value, 0)
    else:
        yield _primitive(value)


def _fields(value: dict[str, Json], depth: int) -> Iterator[str]:
    for key, item in value.items():
        yield from _field(key, item, depth)


def _field(key: str, value: Json, depth: int) -> Iterator[str]:
    name = key if _PLAIN_KEY.fullmatch(key) else _quoted(key)
    if isinstance(value, dict):
        yield f"{_indent(depth)}{name}:"
        yield from _fields(value, depth + 1)
    elif isinstance(value, list):
        yield from _list(name, value, depth)
    else:
        yield f"{_indent(depth)}{name}: {_primitive(value)}"


def _list(name: str, items: list[Json], depth: int) -> Iterator[str]:
    head = f"{_indent(depth)}{name}[{len(items)}]"
    if not any(isinstance(item, dict | list) for item in items):
        yield f"{head}: {_row(items)}" if items else f"{head}:"
    elif _is_table(items):
        names = ",".join(key if _PLAIN_KEY.fullmatch(key) else _quoted(key) for key in items[0])
        yield f"{head}{{{names}}}:"
        for item in items:
            yield f"{_indent(depth + 1)}{_row(item[key] for key in items[0])}"
    else:
        yield f"{head}:"
        for item in items:
            yield from _item(item, depth + 1)


def _item(item: Json, depth: int) -> Iterator[str]:
    """Give an item behind its hyphen; of a map, the first field stands behind it, as if it were a level deeper."""
    if isinstance(item, dict):
        lines = _fields(item, depth + 1)
    elif isinstance(item, list):
        lines = _list("", item, depth)
    else:
        lines = iter([_primitive(item)])
    first = next(lines, "").lstrip(" ")
    yield f"{_indent(depth)}- {first}".rstrip(" ")
    yield from lines


def _is_table(items: list[Json]) -> bool:
    """Tell whether all items are maps of the same keys without maps or lists in them."""
    first = items[0]
    if not isinstance(first, dict) or not first:
        return False
    return all(
        isinstance(item, dict)
        and item.keys() == first.keys()
        and not any(isinstance(value, dict | list) for value in item.values())
        for item in items
    )


def _row(values: Iterable[Json]) -> str:
    return ",".join(map(_primitive, values))


def _primitive(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return _number(Decimal(str(value)) if isinstance(value, float) else Decimal(value))
        case _:
            text = str(value)
            is_bare = text not in _WORDS and not _NEEDS_QUOTES.search(text) and not _LIKE_NUMBER.fullmatch(text)
            return text if is_bare else _quoted(text)


def _number(value: Decimal) -> str:
    """Write a number without exponent, unless it would be endless, and without zeros at its end."""
    if not value:
        return "0"
    text = f"{value:f}" if abs(value.adjusted()) <= _LARGEST_EXPONENT else f"{value:e}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


def _indent(depth: int) -> str:
    return "  " * depth
