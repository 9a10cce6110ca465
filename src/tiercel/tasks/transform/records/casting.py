"""Values as numbers, texts, truths and points in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Literal

from tiercel.plugins import Json, TaskError
from tiercel.tasks.serdes.texts import json_line
from tiercel.tasks.transform.records.paths import MISSING

TypeName = Literal["STRING", "INT", "FLOAT", "DECIMAL", "BOOLEAN", "TIMESTAMP", "LIST", "STRUCT"]

_LARGEST = 2**63 - 1
_MOST_DIGITS = 10_000
_TRUTHS = {"true": True, "false": False}


def cast(value: Json, kind: TypeName) -> Json:
    """Give a value as one of a type; null stays null.

    Raises:
        TaskError: It is none.
    """
    return None if value is None or value is MISSING else _CASTS[kind](value)


def as_decimal(value: Json) -> Decimal | None:
    """Give a number, also one that is written as a text.

    Raises:
        TaskError: It is none.
    """
    match value:
        case None | MISSING.MISSING:
            return None
        case bool():
            raise _refusal(value, "a number")
        case Decimal() | int():
            found = Decimal(value)
        case float() | str():
            try:
                found = Decimal(str(value).strip()) if len(str(value)) <= _MOST_DIGITS else Decimal("NaN")
            except InvalidOperation:
                raise _refusal(value, "a number") from None
        case _:
            raise _refusal(value, "a number")
    if not found.is_finite():
        raise _refusal(value, "a number")
    return found


def as_boolean(value: Json) -> bool | None:
    """Give a truth, also one that is written as a text.

    Raises:
        TaskError: It is none.
    """
    if value is None or value is MISSING or isinstance(value, bool):
        return value if isinstance(value, bool) else None
    if isinstance(value, str) and value.lower() in _TRUTHS:
        return _TRUTHS[value.lower()]
    raise _refusal(value, "true or false")


def as_moment(value: Json) -> datetime | None:
    """Give a point in time, also one that is written as a text with its zone.

    Raises:
        TaskError: It is none.
    """
    match value:
        case None | MISSING.MISSING:
            return None
        case datetime():
            return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        case str():
            try:
                found = datetime.fromisoformat(value)
            except ValueError:
                raise _refusal(value, "a point in time such as 2026-01-31T12:00:00Z") from None
            if found.tzinfo is None:
                raise _refusal(value, "a point in time with its zone, such as 2026-01-31T12:00:00Z")
            return found
        case _:
            raise _refusal(value, "a point in time such as 2026-01-31T12:00:00Z")


def as_text(value: Json) -> str:
    """Give a value as text: numbers as they are written, lists and records as JSON."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(Decimal(value))  # which no number of digits is too many for
        case Decimal() | float():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return json_line(value)


def as_integer(value: Json) -> int | None:
    """Give an integer of 64 bits.

    Raises:
        TaskError: It is none.
    """
    found = as_decimal(value)
    if found is None:
        return None
    if abs(found) > _LARGEST or found != found.to_integral_value():
        raise _refusal(value, "an integer of 64 bits")
    return int(found)


def shown(value: Json) -> Json:
    """Give a value as outputs hold it: points in time as text, decimals as numbers."""
    match value:
        case dict():
            return {name: shown(one) for name, one in value.items()}
        case list():
            return [shown(one) for one in value]
        case bool():
            return value
        case Decimal() | int() | float():
            return _number(value)
        case datetime() | date() | time():
            return as_text(value)
        case bytes():
            return str(json_line(value)).strip('"')
        case _:
            return value


def _number(value: Decimal | float) -> int | float | str:
    """Give a number as JSON has it; one that it has not is a text."""
    if not isinstance(value, float) and abs(value) <= _LARGEST and value == int(value):
        return int(value)
    try:
        found = float(value)
    except OverflowError:
        return as_text(value)
    return found if isfinite(found) else as_text(value)


def _of_kind(kind: type, what: str) -> Callable[[Json], Json]:
    def check(value: Json) -> Json:
        if not isinstance(value, kind):
            raise _refusal(value, what)
        return value

    return check


def _float(value: Json) -> float:
    found = as_decimal(value)
    return float(found) if found is not None else 0.0


def _refusal(value: Json, wanted: str) -> TaskError:
    text = as_text(value)
    return TaskError(f"'{text[:100]}' is not {wanted}")


_CASTS: Mapping[TypeName, Callable[[Json], Json]] = {
    "STRING": as_text,
    "INT": as_integer,
    "FLOAT": _float,
    "DECIMAL": as_decimal,
    "BOOLEAN": as_boolean,
    "TIMESTAMP": as_moment,
    "LIST": _of_kind(list, "a list"),
    "STRUCT": _of_kind(dict, "a record"),
}
