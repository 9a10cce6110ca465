"""Variables of recorded cases to values of expressions, and values back to what a case can be compared with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal

from tiercel.expressions import iso
from tiercel.expressions.text import java_text
from tiercel.expressions.values import (
    Duration,
    EnumName,
    Float32,
    LegacyDate,
    OffsetDateTime,
    OrderedSet,
    Uri,
    Value,
)

_KINDS = {
    "boolean": "boolean",
    "string": "string",
    "map": "map",
    "list": "list",
    "array": "list",
    "null": "null",
    "ionstructlite": "string",  # an annotated Ion value has no form of its own here
    **dict.fromkeys(("integer", "long", "biginteger", "float", "double", "bigdecimal"), "number"),
}


def _legacy(text: str) -> LegacyDate:
    instant = iso.parse_instant(text)
    return LegacyDate(instant.second * 1000 + instant.nanosecond // 1_000_000)


def _offset(text: str) -> OffsetDateTime:
    zoned = iso.parse_zoned(text)
    return OffsetDateTime(zoned.moment, zoned.nanosecond)


TAGS: dict[str, Callable[..., Value]] = {
    "$long": int,
    "$bigint": int,
    "$double": float,
    "$float32": Float32,
    "$bigdecimal": Decimal,
    "$zoned": iso.parse_zoned,
    "$instant": iso.parse_instant,
    "$local": iso.parse_local,
    "$date": iso.parse_date,
    "$time": iso.parse_time,
    "$duration": iso.parse_duration,
    "$durationSeconds": lambda seconds: Duration(int(seconds)),
    "$legacyDate": _legacy,
    "$offset": _offset,
    "$enum": EnumName,
    "$uri": Uri,
}


def decode(value: object) -> Value:
    """Turn what a case writes into a value."""
    if isinstance(value, Mapping):
        if len(value) == 1:
            tag, content = next(iter(value.items()))
            if tag in TAGS:
                return TAGS[tag](content)
            if tag == "$set":
                return OrderedSet(decode(item) for item in content)
        return {str(key): decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item) for item in value]
    return value


def kind_of(value: Value) -> str:
    """Name the kind of a typed result."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float, Decimal)):
        return "number"
    if isinstance(value, (EnumName, Uri)):
        return "object"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "list"
    return "map" if isinstance(value, Mapping) else "object"


def expected_kind(recorded: str) -> str:
    """Name the kind a recorded Java type belongs to; ``object`` for dates and the like."""
    return _KINDS.get(recorded, "object")


def same(expected: object, actual: Value) -> bool:
    """Tell whether a typed result is the recorded one; dates and other objects are recorded as their text."""
    expected = decode(expected)
    if isinstance(expected, Mapping):
        return (
            isinstance(actual, Mapping)
            and {str(key) for key in expected} == {_key(key) for key in actual}
            and all(same(item, {_key(k): v for k, v in actual.items()}[key]) for key, item in expected.items())
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(same(one, other) for one, other in zip(expected, actual, strict=True))
        )
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, (int, float, Decimal)) and isinstance(actual, (int, float, Decimal)):
        return _same_number(expected, actual)
    if expected is None or actual is None:
        return expected is actual
    return isinstance(expected, str) and expected == java_text(actual)


def _key(key: object) -> str:
    return key if isinstance(key, str) else java_text(key)


def _same_number(expected: float | Decimal, actual: float | Decimal) -> bool:
    if isinstance(expected, float) and math.isnan(expected):
        return isinstance(actual, float) and math.isnan(actual)
    if isinstance(actual, Float32):
        return Float32(float(expected)) == actual
    return expected == actual
