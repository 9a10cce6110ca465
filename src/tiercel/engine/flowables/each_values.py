"""The values of the each-tasks: what may stand there, as text, each once."""

from __future__ import annotations

import msgspec

from tiercel.expressions import to_json
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json

_LISTED = 10


class ValuesError(ValueError):
    """The values cannot be used."""


def each_values(written: Json, rendered: Json, dialect: Dialect) -> list[str]:
    """The values to go through, in order.

    Args:
        written: The property as it stands in the flow: a list, or text that renders to the JSON of a list.
        rendered: The same after rendering.
        dialect: How values print.

    Raises:
        ValuesError: There is no list, or something in it is null or of a kind that is not accepted there.
    """
    if isinstance(written, list):
        items = rendered
        for item in items:
            if isinstance(item, (bool, float)):
                raise ValuesError(f"a value must be text, a whole number or a map, not {item!r}; write it in quotes")
    else:
        items = _read_list(rendered)
    nulls = [str(number) for number, item in enumerate(items, 1) if item is None]
    if nulls:
        found = f"Found '{len(nulls)}' null values on Each, with values={to_json(items, dialect)}"
        numbers = f"{', '.join(nulls[:_LISTED])}{', ...' if len(nulls) > _LISTED else ''}"
        raise ValuesError(f"{found}; number {numbers} of the list: take it out of values, or give it a value")
    return list(dict.fromkeys(item if isinstance(item, str) else to_json(item, dialect) for item in items))


def _read_list(text: Json) -> list[Json]:
    if isinstance(text, list):
        return text
    try:
        items = msgspec.json.decode(str(text))
    except msgspec.DecodeError as error:
        raise ValuesError(f"values must be a list or the JSON of a list, not {text!r}") from error
    if not isinstance(items, list):
        raise ValuesError(f"values must be a list or the JSON of a list, not {text!r}")
    return items
