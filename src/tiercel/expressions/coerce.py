"""Rendered text to the type a property declares.

The text is read as the type writes itself first; where that fails it is read as JSON, of which the first value counts
(``1 hour`` is a duration of one second). Blank text and ``null`` are absent, but for text itself.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions import iso
from tiercel.expressions.values import Duration, EnumName, Instant, Value, ZonedDateTime

_JSON_NUMBER = regex.compile(r"(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)(?=\s|$)")
_INTEGER = regex.compile(r"[-+]?\d+")
_DECIMAL = regex.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ZULU = regex.compile(r"[zZ]$")
_SPECIAL = {
    "NaN": math.nan,
    "Infinity": math.inf,
    "INF": math.inf,
    "-Infinity": -math.inf,
    "-INF": -math.inf,
}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def coerce(text: str | None, type_name: str) -> Value:
    """Read rendered text as a type; None and, for all but text, blank text and ``null`` are absent.

    Args:
        text: As rendered.
        type_name: ``String``, ``Integer``, ``Long``, ``Float``, ``Double``, ``Boolean``, ``Duration``,
            ``ZonedDateTime``, ``Instant``, ``LocalDate``, ``LocalTime``, ``LocalDateTime``, ``OffsetTime``,
            ``DayOfWeek``, ``List`` or ``Map``.

    Raises:
        ExpressionError: The text is no such value.
    """
    if text is None or type_name == "String":
        return text
    if type_name == "DayOfWeek":
        return coerce_name(text, _DAYS)
    trimmed = text.strip()
    if trimmed in {"", "null"}:
        return None
    reader = _READERS.get(type_name)
    if reader is None:
        raise ExpressionError("evaluation", f"there is no type {type_name}; the types: {', '.join(_READERS)}")
    try:
        return reader(trimmed)
    except (ValueError, OverflowError) as error:
        raise ExpressionError("evaluation", f"{text!r} cannot be read as {type_name}: {error}") from None


def coerce_name(text: str, names: tuple[str, ...]) -> EnumName | None:
    """Read the name of one of several constants, in the case they have; a number counts them from 0.

    Raises:
        ExpressionError: It is none of them.
    """
    trimmed = text.strip()
    if trimmed == "null":
        return None
    if trimmed in names:
        return EnumName(trimmed)
    if trimmed.isdecimal() and int(trimmed) < len(names):
        return EnumName(names[int(trimmed)])
    raise ExpressionError("evaluation", f"{text!r} is none of {', '.join(names)}")


def _number_start(text: str) -> str:
    """Find the number JSON text begins with; what follows it after a space is not read."""
    match = _JSON_NUMBER.match(text)
    if match is None:
        raise ValueError("it is neither that nor a JSON number")
    return match[1]


def _integer(text: str, bits: int) -> int:
    number = int(text) if _INTEGER.fullmatch(text) else int(float(_number_start(text)))
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise ValueError(f"it does not fit in {bits} bits")
    return number


def _float(text: str) -> float:
    if text in _SPECIAL:
        return _SPECIAL[text]
    return float(text) if _DECIMAL.fullmatch(text) else float(_number_start(text))


def _boolean(text: str) -> bool:
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    try:
        return float(_number_start(text)) != 0
    except ValueError:
        raise ValueError("it is neither true nor false") from None


def _duration(text: str) -> Duration:
    if _JSON_NUMBER.match(text):
        return Duration(*iso.seconds_of(_number_start(text)))
    return iso.parse_duration(text)


def _instant(text: str) -> Instant:
    if _JSON_NUMBER.match(text):
        return Instant(*iso.seconds_of(_number_start(text)))
    return iso.parse_instant(text)


def _zoned(text: str) -> ZonedDateTime:
    instant = _instant(text)
    return ZonedDateTime(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant.second), instant.nanosecond)


def _date(text: str) -> date:
    return iso.parse_local(_ZULU.sub("", text)).moment.date() if "T" in text else iso.parse_date(text)


def _json(text: str, kind: type[Value], name: str) -> Value:
    value: Value = json.loads(text)
    if not isinstance(value, kind):
        raise ValueError(f"it is not a JSON {name}")  # noqa: TRY004 (bad text, not a wrong type of argument)
    return value


_READERS: dict[str, Callable[[str], Value]] = {
    "Integer": lambda text: _integer(text, 32),
    "Long": lambda text: _integer(text, 64),
    "Float": _float,
    "Double": _float,
    "Boolean": _boolean,
    "Duration": _duration,
    "ZonedDateTime": _zoned,
    "Instant": _instant,
    "LocalDate": _date,
    "LocalTime": iso.parse_time,
    "LocalDateTime": lambda text: iso.parse_local(_ZULU.sub("", text)),
    "OffsetTime": iso.parse_offset_time,
    "List": lambda text: _json(text, list, "list"),
    "Map": lambda text: _json(text, dict, "object"),
}
