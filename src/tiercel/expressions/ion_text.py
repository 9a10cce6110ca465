"""Amazon Ion as text: writing any value, and reading the values of a stream one by one."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from io import StringIO
from typing import Any

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions import iso
from tiercel.expressions.iso_text import own_zone_text
from tiercel.expressions.text import float_text, java_text, to_json
from tiercel.expressions.values import Duration, Instant, LegacyDate, OffsetDateTime, Value, ZonedDateTime, epoch_second
from tiercel.model.dialect import Dialect

_SYMBOL = regex.compile(r"(?!(?:null|true|false|nan|\$[0-9]+)$)[A-Za-z_$][A-Za-z0-9_$]*")
_LEAST_PLAIN_EXPONENT = -6
_TO_ESCAPE = regex.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_ESCAPES = {
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    "\v": "\\v",
    "\\": "\\\\",
}
_DATE_READERS: dict[str | None, Callable[[str], Value]] = {
    "ZonedDateTime": iso.parse_zoned,
    "LocalDateTime": iso.parse_local,
    "LocalDate": iso.parse_date,
    "LocalTime": iso.parse_time,
    "OffsetTime": iso.parse_offset_time,
    "OffsetDateTime": lambda text: _offset_date_time(iso.parse_zoned(text)),
    "Instant": iso.parse_instant,
}
_DAY_PRECISION = 2
_SCALARS: dict[str, Callable[[Any], Value]] = {
    "NULL": lambda _: None,
    "BOOL": bool,
    "INT": int,
    "FLOAT": float,
    "DECIMAL": Decimal,
    "SYMBOL": lambda value: str(value.text),
    "BLOB": lambda value: base64.b64encode(value).decode("ascii"),
    "CLOB": lambda value: base64.b64encode(value).decode("ascii"),
}


def write_ion(value: Value) -> str:
    """Write a value as one line of Ion text."""
    parts: list[str] = []
    try:
        _write(value, parts)
    except RecursionError:
        raise ExpressionError("budget", "the value is nested too deep to write as Ion") from None
    return "".join(parts)


def read_ion(text: str, dialect: Dialect) -> Iterator[Value]:
    """Read the values of an Ion text; what follows one that is not asked for is not looked at.

    Raises:
        ExpressionError: The text is malformed; when the value it is in is asked for.
    """
    simpleion = import_module("amazon.ion.simpleion")  # at first use: few flows read Ion
    ion_error: type[Exception] = import_module("amazon.ion.exceptions").IonException
    try:
        for value in simpleion.load(StringIO(text), single_value=False, parse_eagerly=False):
            plain = _plain(value, dialect)
            if plain is None:
                raise ExpressionError("evaluation", "not Ion that can be read: a row is null")
            yield plain
    except (ion_error, ValueError, RecursionError) as error:
        raise ExpressionError("evaluation", f"not Ion: {error}") from None


def _write(value: Value, parts: list[str]) -> None:
    if isinstance(value, Mapping):
        parts.append("{")
        for index, (key, item) in enumerate(value.items()):
            parts.append(f"{',' if index else ''}{_symbol(java_text(key))}:")
            _write(item, parts)
        parts.append("}")
    elif isinstance(value, list):
        parts.append("[")
        for index, item in enumerate(value):
            if index:
                parts.append(",")
            _write(item, parts)
        parts.append("]")
    else:
        parts.append(_scalar(value))


def _scalar(value: Value) -> str:
    if value is None or isinstance(value, (bool, int)):
        return java_text(value)
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return f"{type(value).__name__}::{_string(own_zone_text(value))}"


def _string(text: str) -> str:
    return '"' + _escaped(text).replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(lambda found: _ESCAPES.get(found[0]) or f"\\x{ord(found[0]):02x}", text)


def _symbol(text: str) -> str:
    if _SYMBOL.fullmatch(text):
        return text
    return "'" + _escaped(text).replace("'", "\\'") + "'"


def _float(number: float) -> str:
    if number != number:  # noqa: PLR0124 (only NaN differs from itself)
        return "nan"
    if number in {float("inf"), float("-inf")}:
        return "+inf" if number > 0 else "-inf"
    text = float_text(float(number))
    return text.replace("E", "e") if "E" in text else f"{text.removesuffix('.0')}e0"


def _decimal(number: Decimal) -> str:
    sign, digits, exponent = number.as_tuple()
    text, power = "".join(map(str, digits)), int(exponent)
    minus = "-" if sign else ""
    if power == 0:
        return f"{minus}{text}."
    adjusted = len(text) - 1 + power
    if power > 0 or adjusted < _LEAST_PLAIN_EXPONENT:
        return f"{minus}{text}d{power}"
    return f"{minus}{text[:power]}.{text[power:]}" if adjusted >= 0 else f"{minus}0.{text.rjust(-power, '0')}"


def _timestamp(second: int, millisecond: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{millisecond:03d}Z"


# By the type of the value; the types have no order among them.
_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (str, _string),
    (float, _float),
    (Decimal, _decimal),
    (date, lambda value: str(value.isoformat())),
    (Duration, lambda value: to_json(value, Dialect.V2_0)),
    (Instant, lambda value: _timestamp(value.second, value.nanosecond // 1_000_000)),
    (LegacyDate, lambda value: _timestamp(value.millisecond // 1000, value.millisecond % 1000)),
)


def _plain(value: Value, dialect: Dialect) -> Value:
    annotations = [annotation.text for annotation in getattr(value, "ion_annotations", ())]
    plain = _unannotated(value, dialect)
    if not annotations:
        return plain
    reader = _DATE_READERS.get(annotations[0])
    if reader is not None and isinstance(plain, str):
        return reader(plain)
    return "".join(f"{_symbol(name or '')}::" for name in annotations) + write_ion(plain)


def _unannotated(value: Any, dialect: Dialect) -> Value:  # noqa: ANN401 (of that library, which has no types)
    if type(value).__name__ == "IonPyNull":  # a null may have any type
        return None
    match value.ion_type.name:
        case "TIMESTAMP":
            return _date(value, dialect)
        case "LIST" | "SEXP":
            return [_plain(item, dialect) for item in value]
        case "STRUCT":
            return {str(key): _plain(item, dialect) for key, item in value.items()}
        case name:
            return _SCALARS.get(name, str)(value)


def _date(moment: datetime, dialect: Dialect) -> Value:
    """Take a timestamp: a date when it has no time; for 1.3 also when its time is midnight."""
    precision = int(moment.precision)  # type: ignore[attr-defined]  # what that library adds to Python's type
    if precision <= _DAY_PRECISION:
        return date(moment.year, moment.month, moment.day)
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    nanosecond = int(moment.fractional_seconds * 1_000_000_000)  # type: ignore[attr-defined]  # the same
    second = epoch_second(aware)
    if aware.utcoffset():
        return ZonedDateTime(aware.replace(microsecond=0), nanosecond)
    if dialect is Dialect.V1_3 and not nanosecond and second % 86_400 == 0:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).date()
    return Instant(second, nanosecond)


def _offset_date_time(zoned: ZonedDateTime) -> OffsetDateTime:
    return OffsetDateTime(zoned.moment, zoned.nanosecond)
