"""What databases give, as plain data for outputs and as Ion for files.

Outputs hold what JSON can: dates and times are ISO text, those with a zone in the zone of the task; a decimal is a
number where a number can say it exactly, else text; bytes are base64. Files keep more: decimals and bytes as they are,
days as Ion timestamps, all other dates and times as text with the name of their type, as the published versions do.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from zoneinfo import ZoneInfo

import regex

from tiercel.plugins import Json, TaskError

_ZEROS = regex.compile(r"(\.\d*?)0+(?=$|[-+Z])")
_PLAIN = frozenset({str, int, bool, type(None)})
_TO_THE_DAY = 2
_NAMED: Mapping[str, Callable[[str], Json]] = {
    "LocalDateTime": datetime.fromisoformat,
    "ZonedDateTime": datetime.fromisoformat,
    "OffsetDateTime": datetime.fromisoformat,
    "LocalTime": time.fromisoformat,
    "OffsetTime": time.fromisoformat,
}


class Instant(datetime):
    """A moment that has no zone of its own."""


def read_zone(name: str | None) -> ZoneInfo:
    """Find a zone; without a name it is UTC.

    Raises:
        TaskError: There is none of that name.
    """
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        raise TaskError(f"`timeZoneId` must be a zone such as Europe/Paris, not '{name}'") from None


def to_plain(value: Json, zone: ZoneInfo) -> Json:
    """Give a value as JSON can hold it."""
    if type(value) in _PLAIN:
        return value
    match value:
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return _number(value)
        case date() | time() | timedelta():
            return _moment(value, zone)[1]
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(value).decode("ascii")
        case Mapping():
            return {str(key): to_plain(item, zone) for key, item in value.items()}
        case list() | tuple():
            return [to_plain(item, zone) for item in value]
        case _:
            return str(value)


def ion_writer(zone: ZoneInfo) -> Callable[[Json], Json]:
    """Give what turns a value into one the Ion library writes."""
    text: Callable[..., Json] = import_module("amazon.ion.simple_types").IonPyText.from_value
    timestamp: Json = import_module("amazon.ion.core").Timestamp
    day: Json = import_module("amazon.ion.core").TimestampPrecision.DAY
    string: Json = import_module("amazon.ion.core").IonType.STRING

    def write(value: Json) -> Json:
        match value:
            case Instant():
                return value
            case datetime() | time() | timedelta():
                kind, written = _moment(value, zone, is_named=True)
                return text(string, written, (kind,)) if kind else written
            case date():
                return timestamp(value.year, value.month, value.day, precision=day)
            case Mapping():
                return {str(key): write(item) for key, item in value.items()}
            case list() | tuple():
                return [write(item) for item in value]
            case bytearray() | memoryview():
                return bytes(value)
            case None | str() | int() | float() | Decimal() | bytes():
                return value
            case _:
                return str(value)

    return write


def from_ion(value: Json) -> Json:  # noqa: C901, PLR0911 (one answer a type)
    """Give a value of the Ion library as drivers take it; text that is named as a date or time becomes one."""
    match getattr(getattr(value, "ion_type", None), "name", ""):
        case "NULL":
            return None
        case "BOOL":
            return bool(value)
        case "INT":
            return int(value)
        case "FLOAT":
            return float(value)
        case "DECIMAL":
            return Decimal(value)
        case "TIMESTAMP":
            return value.date() if int(value.precision) <= _TO_THE_DAY else datetime.fromisoformat(value.isoformat())
        case "BLOB" | "CLOB":
            return bytes(value)
        case "LIST" | "SEXP":
            return [from_ion(item) for item in value]
        case "STRUCT":
            return {str(key): from_ion(item) for key, item in value.items()}
        case "STRING":
            return _named(str(value), value)
        case _:
            return value if type(value) in _PLAIN else getattr(value, "text", None) or str(value)


def _named(text: str, value: Json) -> Json:
    kinds = [getattr(one, "text", one) for one in getattr(value, "ion_annotations", ())]
    read = next((_NAMED[kind] for kind in kinds if kind in _NAMED), None)
    try:
        return read(text.partition("[")[0]) if read else text
    except ValueError:
        return text


def _number(value: Decimal) -> Json:
    if not value.is_finite():
        return str(value)
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else format(value, "f")


def _moment(value: date | time | timedelta, zone: ZoneInfo, *, is_named: bool = False) -> tuple[str, str]:
    """Give the name of the type of a date or time, and its text."""
    match value:
        case datetime() if value.tzinfo is None:
            return "LocalDateTime", _short(value.isoformat())
        case datetime():
            there = _short(value.astimezone(zone).isoformat()).replace("+00:00", "Z")
            return "ZonedDateTime", f"{there}[{zone.key}]" if is_named else there
        case date():
            return "LocalDate", value.isoformat()
        case time():
            return "LocalTime" if value.tzinfo is None else "OffsetTime", _short(value.isoformat())
        case timedelta():
            return "", _length(value)


def _short(text: str) -> str:
    """Leave out zeros at the end of a fraction."""
    return str(_ZEROS.sub(lambda found: "" if found[1] == "." else found[1], text))


def _length(value: timedelta) -> str:
    """Write a length of time as a clock would count it, hours beyond a day too."""
    seconds = abs(value) // timedelta(seconds=1)
    fraction = abs(value) % timedelta(seconds=1) // timedelta(microseconds=1)
    sign = "-" if value < timedelta() else ""
    text = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return _short(f"{text}.{fraction:06}") if fraction else text
