"""What stands between two values of an expression. A value that is null, or not there, makes most of them null."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException

from tiercel.plugins import Json, TaskError
from tiercel.tasks.transform.records.casting import as_boolean, as_decimal, as_moment
from tiercel.tasks.transform.records.paths import MISSING, Evaluate

__all__ = ["Evaluate"]

_Calculate = Callable[[Decimal, Decimal], Decimal | None]
_Join = Callable[[Evaluate, Evaluate], Evaluate]

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Of all sums here: enough digits for any amount, and an end to those that grow."""

_TENTH_PLACE = Decimal("1e-10")


def is_none(value: Json) -> bool:
    """Tell whether a value is null or not there."""
    return value is None or value is MISSING


def either(left: Evaluate, right: Evaluate) -> Evaluate:
    """One of two; the second is looked at only when the first is false."""

    def evaluate(record: dict[str, Json]) -> Json:
        first = as_boolean(left(record))
        return first if first is not False else as_boolean(right(record))

    return evaluate


def both(left: Evaluate, right: Evaluate) -> Evaluate:
    """Both of two; the second is looked at only when the first is true."""

    def evaluate(record: dict[str, Json]) -> Json:
        first = as_boolean(left(record))
        return first if first is not True else as_boolean(right(record))

    return evaluate


def opposite(inner: Evaluate) -> Evaluate:
    """The opposite of a truth."""

    def evaluate(record: dict[str, Json]) -> Json:
        value = as_boolean(inner(record))
        return None if value is None else not value

    return evaluate


def negated(inner: Evaluate) -> Evaluate:
    """A number below zero for one above."""

    def evaluate(record: dict[str, Json]) -> Json:
        value = as_decimal(inner(record))
        return None if value is None else EXACT.minus(value)

    return evaluate


def equal(left: Evaluate, right: Evaluate) -> Evaluate:
    """Whether two values are the same; null is the same as null only."""
    return lambda record: is_same(left(record), right(record))


def unequal(left: Evaluate, right: Evaluate) -> Evaluate:
    """Whether two values differ."""
    return lambda record: not is_same(left(record), right(record))


def is_in(left: Evaluate, listed: Sequence[Evaluate]) -> Evaluate:
    """Whether a value is one of those listed."""

    def evaluate(record: dict[str, Json]) -> Json:
        value = left(record)
        return any(is_same(value, one(record)) for one in listed)

    return evaluate


def compared(decide: Callable[[int], bool]) -> _Join:
    """Make a comparison of what is told of the sign of the difference."""

    def join(left: Evaluate, right: Evaluate) -> Evaluate:
        def evaluate(record: dict[str, Json]) -> Json:
            first, second = left(record), right(record)
            return None if is_none(first) or is_none(second) else decide(order(first, second))

        return evaluate

    return join


def computed(calculate: _Calculate) -> _Join:
    """Make an operation on two numbers."""

    def join(left: Evaluate, right: Evaluate) -> Evaluate:
        def evaluate(record: dict[str, Json]) -> Json:
            first, second = as_decimal(left(record)), as_decimal(right(record))
            if first is None or second is None:
                return None
            try:
                return calculate(first, second)
            except DecimalException:
                raise TaskError(f"{first} and {second} are too large to calculate with") from None

        return evaluate

    return join


def add(first: Decimal, second: Decimal) -> Decimal:
    """Give a sum."""
    return EXACT.add(first, second)


def subtract(first: Decimal, second: Decimal) -> Decimal:
    """Give a difference."""
    return EXACT.subtract(first, second)


def multiply(first: Decimal, second: Decimal) -> Decimal:
    """Give a product."""
    return EXACT.multiply(first, second)


def divide(first: Decimal, second: Decimal) -> Decimal | None:
    """Give a quotient to the tenth place, none when it is by zero."""
    if not second:
        return None
    quotient = EXACT.divide(first, second)
    exponent = quotient.as_tuple().exponent
    return quotient if not isinstance(exponent, int) or exponent >= -10 else EXACT.quantize(quotient, _TENTH_PLACE)  # noqa: PLR2004 (the tenth place)


def is_same(first: Json, second: Json) -> bool:
    """Tell whether two values are the same: numbers by what they are worth, all else by type too."""
    if is_none(first) or is_none(second):
        return is_none(first) and is_none(second)
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if _is_number(first) and _is_number(second):
        return as_decimal(first) == as_decimal(second)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(is_same, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(is_same(first[name], second[name]) for name in first)
    return type(first) is type(second) and bool(first == second)


def order(first: Json, second: Json) -> int:
    """Tell which of two values is less: points in time, texts, else numbers.

    Raises:
        TaskError: They are neither.
    """
    if isinstance(first, date) or isinstance(second, date):
        return _sign(as_moment(first), as_moment(second))
    if isinstance(first, str) and isinstance(second, str):
        return _sign(first, second)
    return _sign(as_decimal(first), as_decimal(second))


def _sign(first: Json, second: Json) -> int:
    return int(first > second) - int(first < second)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float | Decimal)
