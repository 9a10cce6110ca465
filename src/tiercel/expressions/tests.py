"""The tests: what may follow ``is`` and ``is not``."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Test
from tiercel.expressions.operators import kind_of
from tiercel.expressions.values import Value, is_text


def _is_defined(_context: Context, value: Value, _arguments: Arguments) -> bool:
    return value is not None


def _is_null(_context: Context, value: Value, _arguments: Arguments) -> bool:
    return value is None


def _is_empty(_context: Context, value: Value, _arguments: Arguments) -> bool:
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, Mapping)) and not value


def _is_even(_context: Context, value: Value, _arguments: Arguments) -> bool:
    return _remainder("even", value) == 0


def _is_odd(_context: Context, value: Value, _arguments: Arguments) -> bool:
    return _remainder("odd", value) != 0


def _remainder(name: str, value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ExpressionError("evaluation", f"{name} needs a whole number, not {kind_of(value)}")
    return value % 2


def _is_iterable(_context: Context, value: Value, _arguments: Arguments) -> bool:
    return isinstance(value, list)


def _is_map(_context: Context, value: Value, _arguments: Arguments) -> bool:
    return isinstance(value, Mapping)


def _is_json(_context: Context, value: Value, _arguments: Arguments) -> bool:
    if not isinstance(value, str) or not is_text(value):
        raise ExpressionError("evaluation", f"json needs text, not {kind_of(value)}")
    if not value.strip():
        return True  # nothing is read as no JSON value, which is not wrong
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


TESTS: tuple[Test, ...] = (
    Test("defined", _is_defined, takes_undefined=True),
    Test("null", _is_null),
    Test("empty", _is_empty),
    Test("even", _is_even),
    Test("odd", _is_odd),
    Test("iterable", _is_iterable),
    Test("map", _is_map),
    Test("json", _is_json),
)
