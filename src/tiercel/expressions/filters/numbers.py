"""Filters on numbers."""

from __future__ import annotations

from decimal import Decimal

from tiercel.expressions import expect
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Filter
from tiercel.expressions.number_format import compile_format
from tiercel.expressions.number_text import read_as, read_number
from tiercel.expressions.values import Float32, Value

_PLAIN_PATTERN = "#,##0.###"


def _abs(_: Context, value: Value, __: Arguments) -> Value:
    number = _number("abs", value)
    return Float32(abs(number)) if isinstance(number, Float32) else abs(number)


def _read(_: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    text = expect.text("number", value)
    kind = expect.given_text(arguments, "type")
    return read_number(text) if kind is None else read_as(kind, text)


def _number_format(_: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    number = _number("numberFormat", value)
    pattern = expect.given_text(arguments, "format")
    return compile_format(_PLAIN_PATTERN if pattern is None else pattern).format(number)


def _number(name: str, value: Value) -> float | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise expect.refusal(name, "a number", value)
    return value


FILTERS: tuple[Filter, ...] = (
    Filter("abs", _abs),
    Filter("number", _read, ("type",)),
    Filter("numberFormat", _number_format, ("format",)),
)
