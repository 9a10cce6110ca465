"""Functions on numbers: the largest, the smallest, and ranges."""

from __future__ import annotations

from decimal import Decimal

from tiercel.errors import ExpressionError
from tiercel.expressions import expect
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Function
from tiercel.expressions.values import Value


def _max(_: Context, arguments: Arguments) -> Value:
    return _extreme("max", arguments, 1)


def _min(_: Context, arguments: Arguments) -> Value:
    return _extreme("min", arguments, -1)


def _extreme(name: str, arguments: Arguments, sign: int) -> Value:
    """Compare by value; a single argument is given back as it is, nulls do not count."""
    found: Value = None
    for value in arguments.values():
        if value is None:
            continue
        if found is None or sign * _compare(name, value, found) > 0:
            found = value
    return found


def _compare(name: str, left: Value, right: Value) -> int:
    numbers = [_comparable(name, value) for value in (left, right)]
    return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1])


def _comparable(name: str, value: Value) -> float | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise expect.refusal(name, "numbers", value)
    return value


def _range(context: Context, arguments: Arguments) -> Value:
    start, end = arguments.get("start"), arguments.get("end")
    step = arguments.get("increment")
    increment = 1 if step is None else _whole(step)
    if increment == 0:
        raise ExpressionError("evaluation", "range cannot go on by 0")
    if isinstance(start, str) and isinstance(end, str) and len(start) == len(end) == 1:
        characters = _numbers(context, ord(start), ord(end), increment)
        return [chr(character) for character in characters]
    return list(_numbers(context, _whole(start), _whole(end), increment))


def _numbers(context: Context, start: int, end: int, increment: int) -> range:
    numbers = range(start, end + (1 if increment > 0 else -1), increment)
    context.spend(max(0, (numbers.stop - numbers.start) // increment))
    return numbers


def _whole(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise expect.refusal("range", "numbers or single characters", value)
    return int(value)


FUNCTIONS: tuple[Function, ...] = (
    Function("max", _max, takes_any=True),
    Function("min", _min, takes_any=True),
    Function("range", _range, ("start", "end", "increment")),
)
