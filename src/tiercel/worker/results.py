"""From what ``run`` gives back to outputs that can be stored: JSON values, without nulls in maps, of a bounded size."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
from pydantic import BaseModel

from tiercel.errors import ExpressionError
from tiercel.expressions import to_json
from tiercel.expressions.values import Entry, Loop
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json

ROW_LIMIT_BYTES = 64 * 1024
"""Outputs above this go to the internal storage."""
LIMIT_BYTES = 32 * 1024 * 1024
"""Outputs above this fail their task."""

_PLAIN = frozenset({int, float, bool})
_WRITTEN = (float, Entry, Loop)
"""Values of expressions without a text of their own that have a JSON form all the same."""
_DEEPEST = 200


class OutputsError(ValueError):
    """What a task gave back cannot be stored; the message is for the user."""


class Encoded(msgspec.Struct, frozen=True):
    """Outputs ready to be stored; ``text`` is their JSON."""

    values: dict[str, Json]
    text: bytes


def encode_outputs(result: object, dialect: Dialect) -> Encoded | None:
    """Make outputs of what ``run`` gave back; None when there are none.

    Raises:
        OutputsError: They are no map, hold what JSON cannot express, or are too large.
    """
    if result is None:
        return None
    if isinstance(result, BaseModel):
        result = result.model_dump(by_alias=True, exclude_none=True)
    if not isinstance(result, Mapping):
        raise OutputsError(f"The task gave back {type(result).__name__} in place of a map of outputs")
    try:
        values: dict[str, Json] = _plain_map(result, dialect, 0)
        text = msgspec.json.encode(values)
    except (TypeError, ValueError, RecursionError, ExpressionError) as error:
        raise OutputsError(f"The outputs cannot be stored: {_reason(error)}") from error
    if len(text) > LIMIT_BYTES:
        size = f"{len(text):,} bytes of at most {LIMIT_BYTES:,}"
        raise OutputsError(f"The outputs are too large: {size}; write them to a file and give its URI")
    return Encoded(values, text) if values else None


def _plain(value: object, dialect: Dialect, depth: int) -> Json:
    if isinstance(value, str):
        return _text(str.__str__(value))
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return _plain_map(value, dialect, depth + 1)
    if isinstance(value, (list, tuple, set, frozenset)):
        if depth > _DEEPEST:
            raise ValueError(f"they are nested more than {_DEEPEST} deep")
        return [_plain(item, dialect, depth + 1) for item in value]
    if isinstance(value, BaseModel):
        return _plain_map(value.model_dump(by_alias=True, exclude_none=True), dialect, depth + 1)
    if isinstance(value, Enum):
        return _plain(value.value, dialect, depth)
    if isinstance(value, datetime):
        return value.isoformat()
    _refuse_nameless(value)
    return msgspec.json.decode(to_json(value, dialect))


def _refuse_nameless(value: object) -> None:
    """Refuse what would become no more than its address in memory."""
    if isinstance(value, (bytes, bytearray)):
        raise TypeError("bytes are no JSON value; write a file and give its URI")
    if isinstance(value, type) or (type(value).__str__ is object.__str__ and not isinstance(value, _WRITTEN)):
        raise TypeError(f"a value of type {type(value).__name__} is no JSON value")


def _plain_map(value: Mapping[Any, object], dialect: Dialect, depth: int) -> dict[str, Json]:
    if depth > _DEEPEST:
        raise ValueError(f"they are nested more than {_DEEPEST} deep")
    return {_text(str(key)): _plain(item, dialect, depth) for key, item in value.items() if item is not None}


def _text(value: str) -> str:
    if not value.isascii():
        value.encode()  # no database takes half of a surrogate pair, and a commit is too late to find out
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return f"character {error.start} of a text is half of a surrogate pair ({error.reason})"
    return str(error)


def plain_value(value: object, dialect: Dialect) -> Json:
    """Make a JSON value of any value an expression can have.

    Raises:
        OutputsError: It holds what JSON cannot express.
    """
    try:
        return _plain(value, dialect, 0)
    except (TypeError, ValueError, RecursionError, ExpressionError) as error:
        raise OutputsError(f"The value cannot be stored: {_reason(error)}") from error
