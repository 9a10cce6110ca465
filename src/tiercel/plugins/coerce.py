"""Reading a rendered text, or a literal of YAML, as the type a property declares.

The readings are those of the expressions package; here they become plain Python values, cut to microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

from tiercel.errors import ExpressionError
from tiercel.expressions.coerce import coerce
from tiercel.expressions.text import java_text
from tiercel.expressions.values import Duration, Instant, LocalTime, OffsetTime
from tiercel.model.json import Json
from tiercel.plugins.shapes import Form

_ABSENT = frozenset({"", "null"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    try:
        return _READERS[form](stripped)
    except (ExpressionError, OverflowError):
        raise ValueError(f"{_short(stripped)} is not {_NAMES[form]}") from None


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


def _duration(text: str) -> timedelta:
    return cast("Duration", coerce(text, "Duration")).to_timedelta()


def _date_time(text: str) -> datetime:
    instant = cast("Instant", coerce(text, "Instant"))
    return _EPOCH + timedelta(seconds=instant.second, microseconds=instant.nanosecond // 1000)


def _time(text: str) -> Json:
    try:
        return cast("LocalTime", coerce(text, "LocalTime")).clock
    except ExpressionError:
        return cast("OffsetTime", coerce(text, "OffsetTime")).clock


def _short(text: str) -> str:
    return f"'{text}'" if len(text) <= 80 else f"'{text[:77]}...'"  # noqa: PLR2004 (enough to recognise it)


_READERS: dict[Form, Callable[[str], Json]] = {
    Form.INTEGER: lambda text: coerce(text, "Long"),
    Form.NUMBER: lambda text: coerce(text, "Double"),
    Form.BOOLEAN: lambda text: coerce(text, "Boolean"),
    Form.DURATION: _duration,
    Form.DATE_TIME: _date_time,
    Form.DATE: lambda text: coerce(text, "LocalDate"),
    Form.TIME: _time,
    Form.CHOICE: str,
}
_NAMES: dict[Form, str] = {
    Form.TEXT: "a text",
    Form.INTEGER: "a whole number",
    Form.NUMBER: "a number",
    Form.BOOLEAN: "true or false",
    Form.DURATION: "a duration such as PT1H30M or P1DT12H",
    Form.DATE_TIME: "a date with time and offset such as 2026-01-31T10:00:00Z",
    Form.DATE: "a date such as 2026-01-31",
    Form.TIME: "a time such as 10:00:00",
    Form.CHOICE: "a word",
}
