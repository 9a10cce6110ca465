"""Values of the key-value store and their types."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from enum import StrEnum

from tiercel.plugins import Dialect, Json, TaskError, parse_duration


class KvType(StrEnum):
    """What a value is."""

    STRING = "STRING"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    DATETIME = "DATETIME"
    DATE = "DATE"
    DURATION = "DURATION"
    JSON = "JSON"


def read_value(kind: KvType, value: Json, dialect: Dialect) -> Json:
    """Read a rendered value as the type that was asked for; dates and durations stay text, in their ISO form.

    Raises:
        TaskError: It is none.
    """
    if not isinstance(value, str):
        return str(value) if kind is KvType.STRING else value
    try:
        return _read(kind, value, dialect)
    except ValueError as error:
        raise TaskError(f"'{value}' is not a value of type {kind.value}: {error}") from None


def _read(kind: KvType, text: str, dialect: Dialect) -> Json:
    match kind:
        case KvType.STRING:
            return text
        case KvType.NUMBER:
            return _number(text)
        case KvType.BOOLEAN:
            return _boolean(text, dialect)
        case KvType.DATETIME:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError("it has no offset")
            return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case KvType.DATE:
            return date.fromisoformat(text).isoformat()
        case KvType.DURATION:
            return str(parse_duration(text))
        case KvType.JSON:
            return json.loads(text)


def shown_value(kind: str | None, value: Json, dialect: Dialect) -> Json:
    """Give a stored value as an output holds it: durations as seconds, moments of 2.0 with six decimals."""
    if kind == KvType.DURATION and isinstance(value, str):
        return parse_duration(value).to_timedelta().total_seconds()
    if kind == KvType.DATETIME and isinstance(value, str) and dialect is Dialect.V2_0:
        return datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


def _boolean(text: str, dialect: Dialect) -> bool:
    word = text.strip().lower()
    if word not in {"true", "false"} and dialect is Dialect.V2_0:
        raise ValueError("expected 'true' or 'false'")
    return word == "true"


def _number(text: str) -> Json:
    try:
        return int(text)
    except ValueError:
        return float(text)
