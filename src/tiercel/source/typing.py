"""Values of inputs and flow outputs: from what was given to what is stored, by declared type.

Stored values are JSON: dates and times are ISO text, a DURATION is its seconds, a SECRET its encrypted form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec
import regex

from tiercel.errors import ExpressionError
from tiercel.expressions.iso import parse_date, parse_duration, parse_instant, parse_time
from tiercel.expressions.java_regex import compile_pattern
from tiercel.expressions.text import java_text, to_json, to_text
from tiercel.expressions.values import NANOS, Duration, Float32, Instant, LocalTime
from tiercel.model.dialect import Dialect
from tiercel.model.flow import FlowOutput
from tiercel.model.json import Json
from tiercel.source.json_schemas import check_schema
from tiercel.source.reader import read_yaml

Encrypt = Callable[[str], Json]
"""Turns a secret text into the map that is stored."""

TEXT_TYPES = frozenset({"STRING", "SELECT", "ENUM", "EMAIL", "SECRET"})
_LIST_TYPES = frozenset({"ARRAY", "MULTISELECT"})
_EMAIL = regex.compile(r"(?:[a-zA-Z0-9_!#$%&'*+/=?`{|}~^.-]+@[a-zA-Z0-9.-]+)?")
_URI = regex.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:.+")
_FILE = regex.compile(r"(?:kestra|file|nsfile):/.+")
_MAX_INT = 2**31
_PATTERN_SECONDS = 0.5


class NotOfTypeError(ValueError):
    """A value that its type does not have; the text names the value already."""


def type_value(
    type_name: str,
    value: Json,
    options: Mapping[str, Json] | None = None,
    *,
    dialect: Dialect = Dialect.V1_3,
    encrypt: Encrypt | None = None,
) -> Json:
    """Read ``value`` as a type, its validators applied.

    Args:
        type_name: Such as ``INT``.
        value: What was given or rendered; not None.
        options: What the declaration says beyond its type, as in ``Input.options``.
        dialect: Of the flow.
        encrypt: For SECRET; without it a SECRET is refused.

    Raises:
        ValueError: It is no such value; the text says why, to follow "Invalid input for `x`, ". One of NotOfTypeError
            names the value too.
    """
    given = options or {}
    if type_name == "SECRET":
        return _secret(value, given, encrypt)
    if type_name in _LIST_TYPES:
        return _list(type_name, value, given, dialect, encrypt)
    reader = _READERS.get(type_name)
    if reader is None:
        raise ValueError(f"`{type_name}` is not a type of values")
    return reader(value, given)


def type_output(
    output: FlowOutput, value: Json, *, dialect: Dialect, encrypt: Encrypt | None = None
) -> tuple[bool, Json]:
    """Read the rendered value of a flow output.

    Returns:
        Whether the output has a value at all, and the value.

    Raises:
        ValueError: It cannot be read as its type, or is required and null.
    """
    if value is None and dialect is Dialect.V1_3 and output.type == "STRING":
        return True, ""
    if value is None:
        if output.is_required:
            raise ValueError(f"Output `{output.id}` is required, but its value is null")
        return False, None
    if output.type is None:
        return True, value
    if output.type == "SECRET" and dialect is Dialect.V1_3:
        raise ValueError(f"Output `{output.id}` cannot be a SECRET in dialect 1.3")
    if output.type == "STRING" and isinstance(value, list | dict):
        return True, to_json(value, dialect)
    if output.type == "DATETIME" and dialect is Dialect.V1_3:
        return True, str(_instant(value))
    return True, type_value(output.type, value, dialect=dialect, encrypt=encrypt)


def _text(value: Json, options: Mapping[str, Json]) -> str:
    text = value if isinstance(value, str) else java_text(value)
    _match_validator(text, options)
    return text


def _match_validator(text: str, options: Mapping[str, Json]) -> None:
    validator = options.get("validator")
    if validator is None:
        return
    try:
        is_match = compile_pattern(validator).fullmatch(text, timeout=_PATTERN_SECONDS) is not None
    except (ExpressionError, TimeoutError) as error:
        raise ValueError(f"the pattern `{validator}` cannot be matched: {error}") from error
    if not is_match:
        raise ValueError(f"it must match the pattern `{validator}`")


def _secret(value: Json, options: Mapping[str, Json], encrypt: Encrypt | None) -> Json:
    if isinstance(value, dict) and "value" in value and "type" in value:
        return value  # encrypted already, as a parent execution hands it on
    text = value if isinstance(value, str) else to_text(value, Dialect.V1_3)
    _match_validator(text, options)
    if encrypt is None:
        raise ValueError(
            "a SECRET needs an encryption key; set `encryption.secret_key` or TIERCEL_ENCRYPTION_SECRET_KEY"
        )
    return encrypt(text)


def _integer(value: Json, options: Mapping[str, Json]) -> int:
    text = str(value) if not isinstance(value, bool) else "true"
    if not regex.fullmatch(r"[+-]?[0-9]+", text) or not -_MAX_INT <= int(text) < _MAX_INT:
        raise NotOfTypeError(
            f"Expected `INT` but received {_quoted(value)}; give a whole number from {-_MAX_INT} to {_MAX_INT - 1}"
        )
    return int(_in_range(int(text), options, int))


def _float(value: Json, options: Mapping[str, Json]) -> float:
    try:
        number = float("true" if isinstance(value, bool) else value)
    except (TypeError, ValueError):
        raise NotOfTypeError(f"Expected `FLOAT` but received {_quoted(value)}; give a number such as 1.5") from None
    # 32 bits, with the digits they print as: 1.123 stays 1.123.
    narrow = float(to_text(Float32(number), Dialect.V1_3).replace("Infinity", "inf"))
    return _in_range(narrow, options, float)


def _boolean(value: Json, _options: Mapping[str, Json]) -> bool:
    return value if isinstance(value, bool) else str(value).lower() == "true"


def _instant(value: Json) -> Instant:
    try:
        return parse_instant(value if isinstance(value, str) else str(value))
    except ValueError:
        raise NotOfTypeError(
            f"Expected `DATETIME` but received {_quoted(value)}; write it as 2024-12-31T23:59:59Z"
        ) from None


def _datetime(value: Json, options: Mapping[str, Json]) -> str:
    moment = _instant(value)
    _in_time(moment, options, _instant, lambda found: (found.second, found.nanosecond))
    try:
        clock = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment.second)
    except OverflowError:
        raise NotOfTypeError(f"Expected `DATETIME` but {_quoted(value)} is out of range") from None
    return f"{clock:%Y-%m-%dT%H:%M:%S}.{moment.nanosecond // 1000:06d}Z"


def _date(value: Json, options: Mapping[str, Json]) -> str:
    def read(text: Json) -> date:
        try:
            return parse_date(str(text))
        except ValueError:
            raise NotOfTypeError(f"Expected `DATE` but received {_quoted(text)}; write it as 2024-12-31") from None

    day = read(value)
    _in_time(day, options, read, lambda found: found)
    return str(day)


def _time(value: Json, options: Mapping[str, Json]) -> str:
    def read(text: Json) -> LocalTime:
        try:
            return parse_time(str(text))
        except ValueError:
            raise NotOfTypeError(f"Expected `TIME` but received {_quoted(text)}; write it as 23:59:59") from None

    moment = read(value)
    _in_time(moment, options, read, lambda found: (found.clock, found.nanosecond))
    return f"{moment.clock.isoformat()}{f'.{moment.nanosecond:09d}'.rstrip('0') if moment.nanosecond else ''}"


def _duration(value: Json, options: Mapping[str, Json]) -> float:
    def read(text: Json) -> Duration:
        try:
            return parse_duration(str(text))
        except ValueError:
            raise NotOfTypeError(f"Expected `DURATION` but received {_quoted(text)}; write it as PT1H30M") from None

    length = read(value)
    low, high = options.get("min"), options.get("max")
    if low is not None and _order(length) < _order(read(low)):
        raise ValueError(f"It must be more than `{low}`")
    if high is not None and _order(length) > _order(read(high)):
        raise ValueError(f"It must be less than `{high}`")
    return length.second + length.nanosecond / NANOS


def _order(length: Duration) -> tuple[int, int]:
    return length.second, length.nanosecond


def _file(value: Json, options: Mapping[str, Json]) -> str:
    text = str(value)
    if not _FILE.fullmatch(text):
        raise NotOfTypeError(f"Expected `FILE` but received {_quoted(value)}; give a file or the URI of a stored one")
    allowed = options.get("allowedFileExtensions")
    if allowed and not any(text.lower().endswith(ending.lower()) for ending in allowed):
        raise ValueError(f"the file must end in one of {', '.join(allowed)}")
    return text


def _json(value: Json, options: Mapping[str, Json]) -> Json:
    result = value
    if isinstance(value, str):
        try:
            result = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise NotOfTypeError(f"Expected `JSON` but received {_quoted(value)}: {error}") from None
    _match_schema(result, options.get("jsonSchema"))
    return result


def _match_schema(value: Json, text: str | None) -> None:
    if text:
        check_schema(text, value)


def _yaml(value: Json, _options: Mapping[str, Json]) -> Json:
    if not isinstance(value, str):
        return value
    document = read_yaml(value)
    if document.root is None and not document.violations:
        raise NotOfTypeError("Expected `YAML` but there is no content")
    if document.violations:
        found = document.violations[0]
        raise NotOfTypeError(f"Expected `YAML` but line {found.line} says: {found.message}")
    return document.data


def _uri(value: Json, _options: Mapping[str, Json]) -> str:
    if not isinstance(value, str) or not _URI.fullmatch(value):
        raise NotOfTypeError(f"Expected `URI` but received {_quoted(value)}; write it as https://example.com/path")
    return value


def _email(value: Json, _options: Mapping[str, Json]) -> str:
    if not isinstance(value, str) or not _EMAIL.fullmatch(value):
        raise NotOfTypeError(f"Expected `EMAIL` but received {_quoted(value)}; write it as name@example.com")
    return value


def _list(
    type_name: str, value: Json, options: Mapping[str, Json], dialect: Dialect, encrypt: Encrypt | None
) -> list[Json]:
    items = value
    if isinstance(value, str):
        try:
            items = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeError):
            items = None
    if not isinstance(items, list):
        raise NotOfTypeError(f"Expected `{type_name}` but received {_quoted(value)}; give a list or its JSON text")
    item_type = options.get("itemType") or ("STRING" if type_name == "MULTISELECT" else None)
    if item_type is None:
        return items
    if None in items:
        raise ValueError(f"Unable to parse array element as `{item_type}` on `null`")
    return [type_value(item_type, item, dialect=dialect, encrypt=encrypt) for item in items]


def _in_range(number: float, options: Mapping[str, Json], read: Callable[[Json], float]) -> float:
    low, high = options.get("min"), options.get("max")
    if low is not None and number < read(low):
        raise ValueError(f"it must be more than `{low}`")
    if high is not None and number > read(high):
        raise ValueError(f"it must be less than `{high}`")
    return number


def _in_time(
    moment: Json, options: Mapping[str, Json], read: Callable[[Json], Json], order: Callable[[Json], Json]
) -> None:
    after, before = options.get("after"), options.get("before")
    if after is not None and order(moment) < order(read(after)):
        raise ValueError(f"it must be after `{after}`")
    if before is not None and order(moment) > order(read(before)):
        raise ValueError(f"it must be before `{before}`")


def _quoted(value: Json) -> str:
    text = value if isinstance(value, str) else to_json(value, Dialect.V1_3)
    return f"`{text if len(text) <= _SHOWN else text[:_SHOWN] + '...'}`"


_SHOWN = 200
_READERS: dict[str, Callable[[Json, Mapping[str, Json]], Json]] = {
    "STRING": _text,
    "SELECT": _text,
    "ENUM": _text,
    "EMAIL": _email,
    "INT": _integer,
    "FLOAT": _float,
    "BOOL": _boolean,
    "BOOLEAN": _boolean,
    "DATETIME": _datetime,
    "DATE": _date,
    "TIME": _time,
    "DURATION": _duration,
    "FILE": _file,
    "JSON": _json,
    "ION": _json,
    "YAML": _yaml,
    "URI": _uri,
}
