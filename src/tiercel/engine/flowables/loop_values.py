"""The values of a 2.0 Loop: a list, a map, or text that is the JSON of a list."""

from __future__ import annotations

import msgspec

from tiercel.engine.flowables.each_values import ValuesError
from tiercel.expressions import to_json
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json


def loop_values(rendered: Json, dialect: Dialect) -> list[list[str | None]]:
    """Pairs of value and key (None in a list), values as text, each pair once.

    Raises:
        ValuesError: There is neither a list nor a map, or something in it cannot be a value.
    """
    if isinstance(rendered, str):
        rendered = _read(rendered)
    if isinstance(rendered, dict):
        return [[_text(value, dialect), str(key)] for key, value in rendered.items()]
    if not isinstance(rendered, (list, tuple)):
        raise ValuesError(f"values must be a list or a map, not {rendered!r}")
    return [[text, None] for text in dict.fromkeys(_text(item, dialect) for item in rendered)]


def storage_uri(rendered: Json) -> str | None:
    """The address of a file whose rows are the values, if that is what stands there."""
    return rendered if isinstance(rendered, str) and rendered.startswith("kestra://") else None


def _read(text: str) -> list[Json]:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ValuesError(f"values must be a list or a map, not {text!r}") from error
    if not isinstance(found, list):
        raise ValuesError(f"text given as values must be the JSON of a list, not {text!r}")
    return found


def _text(item: Json, dialect: Dialect) -> str:
    if isinstance(item, str):
        return item
    if item is None or isinstance(item, (bool, list)):
        raise ValuesError(f"a value must be text, a number or a map, not {to_json(item, dialect)}")
    return to_json(item, dialect)
