"""How values print: as output, as JSON, and in the form they take when joined to text.

Output (``{{ value }}``) writes lists and maps as JSON without the keys whose value is null; ``~``, ``+`` and most
filters use the other form, ``[1, a]`` and ``{k=v}``, nulls included. JSON differs by dialect in its dates: 1.3 writes
as few digits of a second as needed, 2.0 always six.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from json.encoder import encode_basestring

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions.iso_text import own_zone_text
from tiercel.expressions.values import (
    NANOS,
    Duration,
    Entry,
    Float32,
    Instant,
    LegacyDate,
    LocalDateTime,
    LocalTime,
    Loop,
    OffsetDateTime,
    OffsetTime,
    Value,
    ZonedDateTime,
    fraction,
    offset_text,
)
from tiercel.model.dialect import Dialect

_ESCAPED_CONTROL = regex.compile(r"\\u00[0-9a-f]{2}")
_SMALLEST_PLAIN, _LARGEST_PLAIN = -3, 7
_MOST_FLOAT32_DIGITS = 9
_MOST_PLAIN_DIGITS = 10_000


def to_text(value: Value, dialect: Dialect) -> str:
    """Write a value as output shows it; null is nothing, lists and maps are JSON."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]  # the exact type was just compared
    if value is None:
        return ""
    if kind is int:
        return str(value)
    if isinstance(value, (list, Mapping)):
        return to_json(value, dialect)
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    return java_text(value)


def _plain_decimal(value: Decimal) -> str:
    if abs(value.adjusted()) > _MOST_PLAIN_DIGITS:
        raise ExpressionError("budget", f"the number has more than {_MOST_PLAIN_DIGITS} digits")
    return f"{value:f}"


def inner_text(value: Value, _dialect: Dialect) -> str:
    """Write a value as output shows it inside macros and captured bodies: null is nothing, else as joined to text."""
    return "" if value is None else java_text(value)


def to_json(value: Value, dialect: Dialect) -> str:
    """Write a value as JSON, in the order it has, without the keys of maps whose value is null."""
    if type(value) is int:
        return str(value)
    parts: list[str] = []
    try:
        _write_json(value, parts.append, dialect)
    except RecursionError:
        raise ExpressionError("budget", "the value is nested too deep to print") from None
    return "".join(parts)


def java_text(value: Value) -> str:
    """Write a value as it appears when joined to text: ``[1.0, a]``, ``{a=null}``, ``null``."""
    writer = _TEXT_WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Entry):
        return f"{java_text(value.key)}={java_text(value.value)}"
    if isinstance(value, Loop):
        return java_text(value.attributes())
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{java_text(key)}={java_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(java_text, value)) + "]"
    return str(value)


def float_text(number: float) -> str:
    """Write a float: ``25.0``, ``1.0E7``, ``1.0E-4``, ``NaN``, ``Infinity``."""
    if number != number:  # noqa: PLR0124 (only NaN differs from itself)
        return "NaN"
    if number in {float("inf"), float("-inf")}:
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "-0.0" if str(float(number))[0] == "-" else "0.0"
    shortest = _shortest_float32(number) if isinstance(number, Float32) else repr(float(number))
    if shortest in {"5e-324", "-5e-324"}:  # two digits are the least it writes, and 4.9 is nearer
        return shortest.replace("5e-324", "4.9E-324")
    return _scientific_or_plain(shortest)


def _shortest_float32(number: float) -> str:
    for digits in range(1, _MOST_FLOAT32_DIGITS):
        text = f"{float(number):.{digits}g}"
        if Float32(text) == number:
            return text
    return f"{float(number):.{_MOST_FLOAT32_DIGITS}g}"


def _scientific_or_plain(shortest: str) -> str:
    sign, digits, exponent = Decimal(shortest).as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    point = len(digits) + int(exponent)  # where the decimal point stands, counted from the first digit
    minus = "-" if sign else ""
    if _SMALLEST_PLAIN < point <= _LARGEST_PLAIN:
        if point <= 0:
            return f"{minus}0.{'0' * -point}{text}"
        return f"{minus}{text[:point].ljust(point, '0')}.{text[point:] or '0'}"
    return f"{minus}{text[0]}.{text[1:] or '0'}E{point - 1}"


def _write_json(value: Value, write: Callable[[str], object], dialect: Dialect) -> None:
    if isinstance(value, str):
        write(json_string(value))
    elif type(value) is int:  # long lists are mostly of these, and what follows takes ten times as long
        write(str(value))
    elif isinstance(value, list):
        write("[")
        for index, item in enumerate(value):
            if index:
                write(",")
            _write_json(item, write, dialect)
        write("]")
    elif isinstance(value, Mapping):
        _write_map(value, write, dialect)
    elif isinstance(value, (Entry, Loop)):
        _write_map(value.to_map(), write, dialect)
    elif isinstance(value, float):
        text = float_text(value)
        write(text if text[-1].isdigit() else f'"{text}"')
    elif isinstance(value, (bool, int, Decimal)) or value is None:
        write(java_text(value))
    else:
        write(_json_date(value, dialect))


def _write_map(value: Mapping[Value, Value], write: Callable[[str], object], dialect: Dialect) -> None:
    write("{")
    separator = ""
    for key, item in value.items():
        if key is None:
            raise ExpressionError("evaluation", "a map with a null key has no JSON")
        if item is not None:
            write(f"{separator}{json_string(key if isinstance(key, str) else _json_key(key))}:")
            _write_json(item, write, dialect)
            separator = ","
    write("}")


def _json_key(key: Value) -> str:
    return own_zone_text(key) if isinstance(key, ZonedDateTime) else java_text(key)


def json_string(text: str) -> str:
    """Write text as a JSON string; only what must be escaped is."""
    escaped = encode_basestring(text)
    if "\\u00" in escaped:
        escaped = _ESCAPED_CONTROL.sub(lambda match: match[0][:4] + match[0][4:].upper(), escaped)
    return escaped


def _json_date(value: Value, dialect: Dialect) -> str:
    if isinstance(value, Duration):
        return _json_duration(value)
    return f'"{_json_date_text(value, dialect)}"'


def _json_date_text(value: Value, dialect: Dialect) -> str:
    wide = dialect is Dialect.V2_0
    match value:
        case ZonedDateTime():
            return _utc_text(value.moment, f".{value.nanosecond // 1000:06d}" if wide else _short(value.nanosecond))
        case Instant():
            return f"{str(value)[:-1].partition('.')[0]}.{value.nanosecond // 1000:06d}Z" if wide else str(value)
        case OffsetDateTime():
            return _utc_text(value.moment, _short(value.nanosecond))
        case LegacyDate():
            second, millisecond = divmod(value.millisecond, 1000)
            return f"{str(Instant(second))[:-1]}.{millisecond:03d}+00:00"
        case LocalDateTime():
            return value.moment.isoformat() + _short(value.nanosecond)
        case LocalTime():
            return value.clock.isoformat() + _short(value.nanosecond)
        case OffsetTime():
            return value.clock.isoformat() + _short(value.nanosecond) + offset_text(value.offset)
        case _:
            return str(value)


def _utc_text(moment: datetime, decimals: str) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}{decimals}Z"


def _short(nanosecond: int) -> str:
    return fraction(nanosecond, group=1)


def _json_duration(value: Duration) -> str:
    if not value.second and not value.nanosecond:
        return "0.0"
    total = value.second * NANOS + value.nanosecond
    whole, part = divmod(abs(total), NANOS)
    return f"{'-' if total < 0 else ''}{whole}.{part:09d}"


def _decimal_text(value: Value) -> str:
    sign, digits, exponent = value.as_tuple()  # type: ignore[attr-defined]  # looked up by its exact type
    scale, adjusted = -exponent, exponent + len(digits) - 1
    if scale >= 0 and adjusted >= -6:  # noqa: PLR2004 (plain down to 0.000001)
        return f"{value:f}"
    text = "".join(map(str, digits))
    mantissa = text[0] + (f".{text[1:]}" if len(text) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}E{adjusted:+d}"


_TEXT_WRITERS: dict[type, Callable[[Value], str]] = {
    str: lambda value: value,  # type: ignore[dict-item, return-value]  # keyed by exact type
    int: str,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    float: float_text,  # type: ignore[dict-item]  # keyed by exact type
    Float32: float_text,  # type: ignore[dict-item]  # keyed by exact type
    Decimal: _decimal_text,
    date: str,
    timedelta: lambda value: str(Duration.of(value)),  # type: ignore[arg-type]  # keyed by exact type
}
