"""The functions of expressions, by their names in lower case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tiercel.plugins import Json, TaskError
from tiercel.tasks.transform.records.casting import as_boolean, as_decimal, as_integer, as_moment, as_text
from tiercel.tasks.transform.records.operators import add, divide, is_none, order


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Attributes:
        call: Gives its value.
        is_listing: Whether it takes one or more values, not just one.
    """

    call: Callable[..., Json]
    is_listing: bool = False

    def wrong_count(self, count: int) -> str:
        """Say how many values it takes, when these are not as many; else nothing."""
        if self.is_listing:
            return "" if count else "at least one value"
        return "" if count == 1 else f"one value, not {count}"


def least(values: Iterable[Json], *, is_greatest: bool = False) -> Json:
    """Give the least of values that can be compared, or the greatest; null when there is none."""
    found: Json = None
    for value in values:
        if is_none(value):
            continue
        if found is None or (order(value, found) > 0 if is_greatest else order(value, found) < 0):
            found = value
    return found


def total(values: Iterable[Json]) -> tuple[Decimal, int]:
    """Give the sum of numbers, and how many there are; those that are null are passed over."""
    found, count = Decimal(0), 0
    for value in values:
        number = as_decimal(value)
        if number is not None:
            found, count = add(found, number), count + 1
    return found, count


def _items(value: Json) -> list[Json] | None:
    if is_none(value):
        return None
    if not isinstance(value, list):
        raise TaskError(f"'{as_text(value)[:100]}' is not a list, such as items[].price")
    return value


def _sum(value: Json) -> Json:
    items = _items(value)
    return None if items is None else total(items)[0]


def _average(value: Json) -> Json:
    items = _items(value)
    found, count = total(items or ())
    return divide(found, Decimal(count))


def _count(value: Json) -> Json:
    items = _items(value)
    return None if items is None else len(items)


def _minimum(value: Json) -> Json:
    return least(_items(value) or ())


def _maximum(value: Json) -> Json:
    return least(_items(value) or (), is_greatest=True)


def _coalesce(*values: Json) -> Json:
    return next((value for value in values if not is_none(value)), None)


def _concat(*values: Json) -> Json:
    return "".join(as_text(value) for value in values if not is_none(value))


def _text(value: Json) -> Json:
    return None if is_none(value) else as_text(value)


FUNCTIONS: Mapping[str, Function] = {
    "toint": Function(as_integer),
    "todecimal": Function(as_decimal),
    "tostring": Function(_text),
    "toboolean": Function(as_boolean),
    "parsetimestamp": Function(as_moment),
    "sum": Function(_sum),
    "avg": Function(_average),
    "count": Function(_count),
    "min": Function(_minimum),
    "max": Function(_maximum),
    "coalesce": Function(_coalesce, is_listing=True),
    "concat": Function(_concat, is_listing=True),
}
