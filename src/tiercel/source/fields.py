"""Tables of what a mapping may hold; one table serves the reading, the hints and the JSON Schema.

`read_fields` walks a mapping once: it refuses unknown keys with the nearest known one, reports what is missing, follows
legacy spellings, notes constructs that only one dialect has, and hands out the values in one form (text is text even
where a number was written, durations are timedeltas).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from tiercel.expressions.iso import parse_duration
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.source.paths import Path
from tiercel.source.report import Report


class Invalid:
    """What a reader answers when it has reported a mistake."""


INVALID: Final = Invalid()
Reader: TypeAlias = Callable[[Json, Path, str | int, Report], object]


@dataclass(frozen=True, slots=True)
class Field:
    """What stands behind one key.

    Attributes:
        read: Takes the value, the path of the mapping, the key and the report; answers the value or INVALID.
        schema: JSON Schema of the value.
        only: The one published version that has it; None = both.
        legacy_of: The key whose old spelling this is.
        is_deprecated: It works, but should no longer be written.
        is_ours: Neither published version has it.
    """

    read: Reader
    schema: Mapping[str, Json] = field(default_factory=dict)
    is_required: bool = False
    only: Dialect | None = None
    legacy_of: str = ""
    is_deprecated: bool = False
    is_ours: bool = False

    def required(self) -> Field:
        """The same, and it must be given."""
        return replace(self, is_required=True)

    def since_2_0(self) -> Field:
        """The same, and only 2.0 has it."""
        return replace(self, only=Dialect.V2_0)

    def until_1_3(self) -> Field:
        """The same, and only 1.3 has it."""
        return replace(self, only=Dialect.V1_3)

    def ours(self) -> Field:
        """The same, and neither published version has it."""
        return replace(self, is_ours=True)

    def deprecated(self) -> Field:
        """The same, and it should no longer be written."""
        return replace(self, is_deprecated=True)

    def legacy(self, name: str) -> Field:
        """The same, as the old spelling of ``name``."""
        return replace(self, legacy_of=name, is_deprecated=True)


Fields: TypeAlias = Mapping[str, Field]


def read_fields(raw: Json, path: Path, fields: Fields, report: Report) -> dict[str, Json] | None:
    """Read a mapping by its table; None when it is no mapping. Keys that are null count as absent."""
    if not isinstance(raw, dict):
        names = [key for key, known in fields.items() if not known.is_deprecated]
        report.error(path, f"must be a map of {', '.join(names)}", "wrong-kind")
        return None
    values: dict[str, Json] = {}
    for key, value in raw.items():
        known = fields.get(key)
        if known is None:
            report.unknown(path, key, fields)
            continue
        note_use(known, path, key, report)
        if value is None:
            continue
        result = known.read(value, path, key, report)
        values[known.legacy_of or key] = result
    for key, known in fields.items():
        if known.is_required and key not in values:
            report.missing(path, key)
    return {key: value for key, value in values.items() if value is not INVALID}


def note_use(known: Field, path: Path, key: str, report: Report) -> None:
    """Note what using this key says about the dialect, and warn when it is deprecated."""
    if known.only is not None:
        report.use(known.only, (*path, key), key)
    if known.is_ours:
        report.use(None, (*path, key), key)
    if known.is_deprecated:
        hint = f"Write {known.legacy_of}" if known.legacy_of else ""
        report.warn((*path, key), f"{key} is deprecated", "deprecated", hint, of_key=True)


def anything() -> Field:
    """Any value, read by somebody else."""
    return Field(lambda value, _path, _key, _report: value)


def text(*, minimum: int = 0, maximum: int = 0) -> Field:
    """Text; a number or boolean is taken as it was written."""
    schema: dict[str, Json] = {"type": "string"}
    if minimum:
        schema["minLength"] = minimum
    if maximum:
        schema["maxLength"] = maximum

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        result = as_text(value, (*path, key), report)
        if isinstance(result, str):
            if len(result) < minimum:
                report.error((*path, key), "must not be empty", "empty")
                return INVALID
            if maximum and len(result) > maximum:
                report.error((*path, key), f"must have at most {maximum} characters", "too-long")
                return INVALID
        return result

    return Field(read, schema)


def as_text(value: Json, path: Path, report: Report) -> object:
    """Text of a scalar; INVALID (reported) for a map or list."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return report.raw_text(path) or print_scalar(value)
    report.error(path, "must be text", "wrong-kind")
    return INVALID


def print_scalar(value: Json) -> str:
    """A number or boolean as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def boolean() -> Field:
    """True or false, also as text."""

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false", ""):
            return value.lower() == "true"
        if isinstance(value, int):
            return value != 0
        report.error((*path, key), "must be true or false", "wrong-kind")
        return INVALID

    return Field(read, {"type": "boolean"})


def integer(*, minimum: int | None = None, maximum: int | None = None) -> Field:
    """A whole number, also as text."""
    schema: dict[str, Json] = {"type": "integer"}
    if minimum is not None:
        schema["minimum"] = minimum
    if maximum is not None:
        schema["maximum"] = maximum

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        number = _whole(value)
        if number is None:
            report.error((*path, key), "must be a whole number", "wrong-kind")
        elif minimum is not None and number < minimum:
            report.error((*path, key), f"must be greater than or equal to {minimum}", "too-small")
        elif maximum is not None and number > maximum:
            report.error((*path, key), f"must be less than or equal to {maximum}", "too-large")
        else:
            return number
        return INVALID

    return Field(read, schema)


def number() -> Field:
    """A number, also as text."""

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        try:
            if not isinstance(value, bool | dict | list):
                return float(value)
        except ValueError:
            pass
        report.error((*path, key), "must be a number", "wrong-kind")
        return INVALID

    return Field(read, {"type": "number"})


def choice(names: type[StrEnum] | tuple[str, ...]) -> Field:
    """One of these words."""
    words = names if isinstance(names, tuple) else tuple(names)

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        if isinstance(value, str) and value in words:
            return value if isinstance(names, tuple) else names(value)
        hint = report.suggest(value, words) if isinstance(value, str) else ""
        report.error((*path, key), f"must be one of {', '.join(words)}", "not-a-choice", hint)
        return INVALID

    return Field(read, {"type": "string", "enum": [str(word) for word in words]})


def duration() -> Field:
    """An ISO 8601 duration, or a number of seconds; read as a timedelta."""

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        result = as_duration(value)
        if result is None:
            report.error((*path, key), f"{value!r} is not a duration", "not-a-duration", "Write it as PT30S or P1DT2H")
            return INVALID
        return result

    return Field(read, {"type": "string", "format": "duration"})


def as_duration(value: Json) -> timedelta | None:
    """The duration of ISO 8601 text or of a number of seconds; None when it is neither."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return timedelta(seconds=value)
        length = parse_duration(value)
        return timedelta(seconds=length.second, microseconds=length.nanosecond // 1000)
    except (ValueError, TypeError, OverflowError):
        return None


def mapping() -> Field:
    """A map with any content."""

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        if isinstance(value, dict):
            return value
        report.error((*path, key), "must be a map", "wrong-kind")
        return INVALID

    return Field(read, {"type": "object"})


def items_of(item: Field) -> Field:
    """A list of such values, as a tuple."""

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        if not isinstance(value, list):
            report.error((*path, key), "must be a list", "wrong-kind")
            return INVALID
        here = (*path, key)
        results = [item.read(entry, here, index, report) for index, entry in enumerate(value)]
        return tuple(result for result in results if result is not INVALID)

    return Field(read, {"type": "array", "items": dict(item.schema)})


def record(fields: Fields, build: Callable[[dict[str, Json], Path, Report], object] | None = None) -> Field:
    """A map with a table of its own, handed to ``build`` when it could be read."""

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        here = (*path, key)
        before = report.error_count
        values = read_fields(value, here, fields, report)
        if values is None or report.error_count > before:
            return INVALID
        return build(values, here, report) if build is not None else values

    return Field(read, object_schema(fields))


def object_schema(fields: Fields) -> dict[str, Json]:
    """JSON Schema of a mapping by its table."""
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {key: _property_schema(known) for key, known in fields.items()},
        "additionalProperties": False,
    }
    required = [key for key, known in fields.items() if known.is_required]
    if required:
        schema["required"] = required
    return schema


def _property_schema(known: Field) -> dict[str, Json]:
    schema = dict(known.schema)
    if known.is_deprecated:
        schema["deprecated"] = True
    return schema


def _whole(value: Json) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.lstrip("+-").isdigit():
        return int(value)
    return None
