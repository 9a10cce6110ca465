"""Reading JSON strictly: one value, the first of the text; no comments, no NaN, no trailing commas."""

from __future__ import annotations

from json import JSONDecodeError, JSONDecoder
from typing import NoReturn

from tiercel.errors import ExpressionError
from tiercel.expressions.values import Value

_SPACE = " \t\n\r"


def read_json(text: str) -> Value:
    """Read the first JSON value of a text.

    Raises:
        ExpressionError: There is none, or it is malformed.
    """
    start = len(text) - len(text.lstrip(_SPACE))
    if start == len(text):
        raise ExpressionError("evaluation", "the JSON text is empty")
    try:
        value, end = _DECODER.raw_decode(text, start)
    except JSONDecodeError as error:
        raise ExpressionError("evaluation", f"not JSON: {error}") from None
    except (ValueError, RecursionError) as error:
        raise ExpressionError("evaluation", f"not JSON: {error}") from None
    following = text[end : end + 1]
    is_word = value is None or isinstance(value, bool)
    if is_word and not (following.isalnum() or following in {"_", "$"}):
        following = ""
    if not isinstance(value, (dict, list, str)) and following not in {"", *_SPACE}:
        raise ExpressionError("evaluation", f"not JSON: unexpected {text[end]!r} after the value, at character {end}")
    found: Value = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


_DECODER = JSONDecoder(parse_constant=_no_constant)
