"""Reading a rendered text, or a literal of YAML, as the type a property declares.

Source: recorded property readings of both published versions: an empty text and ``null`` are absent for every type but
text; durations take ISO 8601 or plain seconds; whole numbers cut decimals; times become UTC.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from tiercel.expressions.iso import parse_date, parse_duration, parse_local, parse_offset_time, parse_time, parse_zoned
from tiercel.expressions.text import java_text
from tiercel.expressions.values import Duration
from tiercel.model.json import Json
from tiercel.plugins.shapes import Form

_ABSENT = frozenset({"", "null"})
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def coerce_text(form: Form, text: str) -> Json:
    """Read a rendered text; None when it says that there is no value.

    Raises:
        ValueError: It is no such value; the message says what would be.
    """
    if form is Form.TEXT:
        return text
    stripped = text.strip()
    if stripped in _ABSENT:
        return None
    return _READERS[form](stripped)


def coerce_literal(form: Form, value: Json) -> Json:
    """Read a literal as YAML gave it: numbers and booleans are taken for text, whole floats for integers.

    Raises:
        ValueError: It is no such value.
    """
    if value is None:
        return None
    if isinstance(value, (list, dict)):
        raise ValueError(f"{_NAMES[form]} is expected here, not {'a list' if isinstance(value, list) else 'a map'}")  # noqa: TRY004 (one kind of error for bad values)
    if isinstance(value, str):
        return coerce_text(form, value)
    if form is Form.BOOLEAN and isinstance(value, bool):
        return value
    if form is Form.INTEGER and isinstance(value, int) and not isinstance(value, bool):
        return value
    return coerce_text(form, java_text(value))


def parse_structure(text: str, expected: type[list[Json] | dict[str, Json]]) -> Json:
    """Read a rendered text as a JSON list or map; None when it says that there is no value.

    Raises:
        ValueError: It is not.
    """
    stripped = text.strip()
    if stripped in _ABSENT:
        return None
    name = "list" if expected is list else "map"
    try:
        value = json.loads(stripped)
    except ValueError as error:
        raise ValueError(f"{_short(stripped)} is not a JSON {name}: {error}") from None
    if not isinstance(value, expected):
        raise ValueError(f"{_short(stripped)} is not a JSON {name}")  # noqa: TRY004 (one kind of error for bad values)
    return value


def duration_text(duration: timedelta) -> str:
    """Write a duration as flows do: ``PT1M30S``."""
    return str(Duration.of(duration))


def _integer(text: str) -> int:
    try:
        return int(_decimal(text))
    except (InvalidOperation, OverflowError, ValueError):
        raise ValueError(f"{_short(text)} is not a whole number") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{_short(text)} is not a number") from None


def _decimal(text: str) -> Decimal:
    if "_" in text:
        raise ValueError(text)
    return Decimal(text)


def _boolean(text: str) -> bool:
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise ValueError(f"{_short(text)} is neither true nor false")
    return value


def _duration(text: str) -> timedelta:
    try:
        seconds = Decimal(text)
    except InvalidOperation:
        return parse_duration(text).to_timedelta()
    return timedelta(microseconds=int(seconds.scaleb(6)))


def _date_time(text: str) -> datetime:
    try:
        zoned = parse_zoned(text)
    except ValueError:
        try:
            return datetime.fromtimestamp(float(text), UTC)
        except (ValueError, OverflowError, OSError):
            raise ValueError(
                f"{_short(text)} is not a date with time and offset such as 2024-01-31T10:00:00Z"
            ) from None
    return zoned.moment.replace(microsecond=zoned.nanosecond // 1000).astimezone(UTC)


def _date(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError:
        return parse_local(text).moment.date()


def _time(text: str) -> time:
    try:
        return parse_time(text).clock
    except ValueError:
        return parse_offset_time(text).clock


def _short(text: str) -> str:
    return f"'{text}'" if len(text) <= 80 else f"'{text[:77]}...'"  # noqa: PLR2004 (enough to recognise it)


_READERS: dict[Form, Callable[[str], Json]] = {
    Form.INTEGER: _integer,
    Form.NUMBER: _number,
    Form.BOOLEAN: _boolean,
    Form.DURATION: _duration,
    Form.DATE_TIME: _date_time,
    Form.DATE: _date,
    Form.TIME: _time,
    Form.CHOICE: str,
}
_NAMES: dict[Form, str] = {
    Form.TEXT: "a text",
    Form.INTEGER: "a whole number",
    Form.NUMBER: "a number",
    Form.BOOLEAN: "true or false",
    Form.DURATION: "a duration such as PT1M",
    Form.DATE_TIME: "a date with time",
    Form.DATE: "a date",
    Form.TIME: "a time",
    Form.CHOICE: "a word",
}
