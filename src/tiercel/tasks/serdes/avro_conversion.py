"""Rows as an Avro schema wants them: texts become numbers, dates and booleans where the schema says so."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from tiercel.plugins import (
    ExpressionError,
    LogLevel,
    RunContext,
    Task,
    TaskError,
    java_text,
    read_date,
    read_date_time,
    read_time,
)
from tiercel.tasks.serdes.texts import json_value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_POSITIONAL = re.compile(r"col(\d+)")
_LONGEST_SHOWN = 250
_FAILURES = (ValueError, TypeError, KeyError, AttributeError, InvalidOperation, ExpressionError, OverflowError)
TRUE_VALUES = ("t", "true", "enabled", "1", "on", "yes")
FALSE_VALUES = ("f", "false", "disabled", "0", "off", "no", "")
NULL_VALUES = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN"),
    *("1.#IND", "1.#QNAN", "NA", "n/a", "nan", "null"),
)

Schema = Any


class ConvertingTask(Task):
    """A task that writes rows by an Avro schema.

    Attributes:
        from_: URI of a file with Ion rows.
        schema_: The Avro schema of a row, in JSON; found out from the first rows when none is given.
        number_of_rows_to_scan: From how many rows the schema is found out.
        strict_schema: Whether a field the schema does not have is an error.
        infer_all_fields: Whether texts of the three lists below become booleans and nulls whatever the schema says.
        true_values: Texts that mean true, in any case.
        false_values: Texts that mean false, in any case.
        null_values: Texts that mean null, in any case.
        date_format: Pattern of dates in texts.
        time_format: Pattern of times of day in texts.
        datetime_format: Pattern of points in time in texts.
        decimal_separator: What stands before the decimals of numbers in texts.
        time_zone_id: The zone of points in time that say none.
        on_bad_lines: What happens to a row that does not fit the schema; left out with a warning or without.
    """

    from_: str = Field(alias="from")
    schema_: str | None = Field(default=None, alias="schema")
    number_of_rows_to_scan: int = 100
    strict_schema: bool = False
    infer_all_fields: bool = False
    true_values: list[str] = Field(default=list(TRUE_VALUES))
    false_values: list[str] = Field(default=list(FALSE_VALUES))
    null_values: list[str] = Field(default=list(NULL_VALUES))
    date_format: str = "yyyy-MM-dd[XXX]"
    time_format: str = "HH:mm[:ss][.SSSSSS][XXX]"
    datetime_format: str = "yyyy-MM-dd'T'HH:mm[:ss][.SSSSSS][XXX]"
    decimal_separator: str = "."
    time_zone_id: str = "UTC"
    on_bad_lines: Literal["ERROR", "WARN", "SKIP"] = "ERROR"

    def converted(self, ctx: RunContext, schema: Schema, rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
        """Give the rows that fit a schema, converted.

        Raises:
            TaskError: One does not fit, and ``onBadLines`` does not say that it be left out.
        """
        convert = RowConverter(self, schema).row
        for number, row in enumerate(rows, 1):
            try:
                yield convert(row)
            except _Unfit as error:
                message = f"Row {number} does not fit the schema: {error}; the row is {_short(row)}"
                if self.on_bad_lines == "ERROR":
                    raise TaskError(message) from None
                if self.on_bad_lines == "WARN":
                    ctx.log.write(LogLevel.WARN, "%s. It is left out", message)


class _Unfit(Exception):  # noqa: N818 (it never leaves this module)
    """A value the schema has no room for."""


class RowConverter:
    """Converts rows by one schema."""

    def __init__(self, task: ConvertingTask, schema: Schema) -> None:
        self._task = task
        self._schema = schema
        self._named = _named_schemas(schema)
        self._true = frozenset(text.lower() for text in task.true_values)
        self._false = frozenset(text.lower() for text in task.false_values)
        self._null = frozenset(text.lower() for text in task.null_values)

    def row(self, row: Any) -> dict[str, Any]:  # noqa: ANN401 (values of any type)
        """Convert one; a list is taken by position, and so is a map whose keys are ``col0``, ``col1`` and so on."""
        fields = self._schema["fields"]
        if isinstance(row, Mapping):
            places = [_POSITIONAL.fullmatch(str(key)) for key in row]
            if not row or not all(places):
                return self._record(self._schema, row, "")
            by_place = {int(place[1]): value for place, value in zip(places, row.values(), strict=True) if place}
            row = [by_place.get(place) for place in range(max(by_place) + 1)]
        if not isinstance(row, list):
            raise _Unfit("it is neither a map nor a list")
        if len(fields) == 1 and isinstance(fields[0]["type"], Mapping) and fields[0]["type"]["type"] == "array":
            return self._record(self._schema, {fields[0]["name"]: row}, "")
        if self._task.strict_schema and len(row) > len(fields):
            raise _Unfit(f"it has {len(row)} values, and the schema {len(fields)} fields")
        named = {field["name"]: value for field, value in zip(fields, row, strict=False)}
        return self._record(self._schema, named, "")

    def _record(self, schema: Schema, row: Mapping[str, Any], path: str) -> dict[str, Any]:
        if not isinstance(row, Mapping):
            raise _Unfit(f"{path} is no map")
        fields = schema["fields"]
        if self._task.strict_schema and len(row) > len(fields):
            unknown = sorted(set(row) - {field["name"] for field in fields})
            raise _Unfit(f"the schema has no field {', '.join(map(str, unknown))}")
        return {
            field["name"]: self._value(field["type"], _found(field, row), f"{path}.{field['name']}".lstrip("."))
            for field in fields
        }

    def _value(self, schema: Schema, value: Any, path: str) -> Any:  # noqa: ANN401 (as above)
        if self._task.infer_all_fields and isinstance(value, str):
            text = value.lower()
            if text in self._null:
                return None
            if text in self._true or text in self._false:
                return text in self._true
        if isinstance(schema, str) and schema in self._named:
            schema = self._named[schema]
        if isinstance(schema, list):
            return self._member(schema, value, path)
        kind = schema if isinstance(schema, str) else schema.get("logicalType") or schema["type"]
        if isinstance(kind, (list, dict)):
            return self._value(kind, value, path)
        if kind == "record":
            return self._record(schema, value, path)
        reader = self._readers().get(kind) or self._readers().get(schema["type"] if isinstance(schema, dict) else "")
        if reader is None:
            raise TaskError(f"The schema has a type that is not known: {kind}")
        try:
            return reader(schema, value, path)
        except _FAILURES:
            raise _Unfit(f"{path} is no {kind}: {_short(value)}") from None

    def _member(self, schema: list[Schema], value: Any, path: str) -> Any:  # noqa: ANN401 (as above)
        """Give the value by the first type of a union it fits."""
        for member in schema:
            try:
                return self._value(member, value, path)
            except _Unfit:
                continue
        names = (member.get("name", member["type"]) if isinstance(member, dict) else member for member in schema)
        raise _Unfit(f"{path} is none of {', '.join(map(str, names))}: {_short(value)}")

    def _readers(self) -> dict[str, Callable[[Schema, Any, str], Any]]:
        return {
            "null": self._nothing,
            "boolean": self._boolean,
            "int": lambda _, value, __: _whole(value, 31),
            "long": lambda _, value, __: _whole(value, 63),
            "float": self._number,
            "double": self._number,
            "string": lambda _, value, __: _text(value),
            "bytes": lambda _, value, __: value if isinstance(value, bytes) else _text(value).encode(),
            "fixed": _fixed,
            "enum": _symbol,
            "array": lambda schema, value, path: [
                self._value(schema["items"], item, f"{path}[{index}]") for index, item in enumerate(_listed(value))
            ],
            "map": lambda schema, value, path: {
                _text(key): self._value(schema["values"], item, f"{path}[{key}]") for key, item in value.items()
            },
            "decimal": self._decimal,
            "uuid": lambda _, value, __: value if isinstance(value, UUID) else UUID(value),
            "date": lambda _, value, __: self._date(value),
            "time-millis": lambda _, value, __: self._time(value),
            "time-micros": lambda _, value, __: self._time(value),
            "timestamp-millis": lambda _, value, __: self._moment(value, 1000),
            "timestamp-micros": lambda _, value, __: self._moment(value, 1),
            "local-timestamp-millis": lambda _, value, __: self._local(value, 1000),
            "local-timestamp-micros": lambda _, value, __: self._local(value, 1),
        }

    def _nothing(self, _: Schema, value: Any, __: str) -> None:  # noqa: ANN401 (as above)
        if value is not None and not (isinstance(value, str) and value.lower() in self._null):
            raise ValueError

    def _boolean(self, _: Schema, value: Any, __: str) -> bool:  # noqa: ANN401 (as above)
        if isinstance(value, bool):
            return value
        text = str(value).lower() if isinstance(value, (str, int)) else "?"
        if text in self._true or text in self._false:
            return text in self._true
        raise ValueError

    def _number(self, _: Schema, value: Any, __: str) -> float:  # noqa: ANN401 (as above)
        if isinstance(value, bool) or value is None:
            raise ValueError
        return float(self._pointed(value) if isinstance(value, str) else value)

    def _decimal(self, schema: Schema, value: Any, _: str) -> Decimal:  # noqa: ANN401 (as above)
        if isinstance(value, bool) or value is None:
            raise ValueError
        number = Decimal(self._pointed(value) if isinstance(value, str) else str(value))
        return number.quantize(Decimal(1).scaleb(-int(schema.get("scale", 0))), ROUND_HALF_EVEN)

    def _date(self, value: Any) -> date:  # noqa: ANN401 (as above)
        if isinstance(value, str):
            return read_date(value, self._task.date_format)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        raise ValueError

    def _time(self, value: Any) -> time:  # noqa: ANN401 (as above)
        if isinstance(value, str):
            return read_time(value, self._task.time_format)
        if isinstance(value, time):
            return value.replace(tzinfo=None)
        raise ValueError

    def _moment(self, value: Any, unit: int) -> datetime:  # noqa: ANN401 (as above)
        """Read a point in time; a number counts units of so many microseconds since 1970."""
        if isinstance(value, str) and value.lstrip("-").isdigit():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return _EPOCH + timedelta(microseconds=value * unit)
        if isinstance(value, str):
            return read_date_time(value, self._task.datetime_format, self._task.time_zone_id)
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        if isinstance(value, date):
            return read_date_time(value.isoformat(), "yyyy-MM-dd", self._task.time_zone_id)
        raise ValueError

    def _local(self, value: Any, unit: int) -> datetime:  # noqa: ANN401 (as above)
        """Read a point in time as the clock of the zone shows it."""
        from zoneinfo import ZoneInfo  # noqa: PLC0415 (few schemas have local times)

        return self._moment(value, unit).astimezone(ZoneInfo(self._task.time_zone_id)).replace(tzinfo=None)

    def _pointed(self, text: str) -> str:
        return text if self._task.decimal_separator == "." else text.replace(self._task.decimal_separator, ".", 1)


def read_schema(text: str) -> Schema:
    """Read the text of a schema, which must be of a record.

    Raises:
        TaskError: It is not one.
    """
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise TaskError(f"`schema` is not JSON: {error}") from None
    if not isinstance(schema, dict) or schema.get("type") != "record" or not isinstance(schema.get("fields"), list):
        raise TaskError("`schema` is not the Avro schema of a record: it needs type record, name and fields")
    return schema


def _named_schemas(schema: Schema) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if "name" in one and one.get("type") in ("record", "enum", "fixed"):
                found[one["name"]] = one
                if one.get("namespace"):
                    found[f"{one['namespace']}.{one['name']}"] = one
            waiting += [one[key] for key in ("type", "items", "values") if isinstance(one.get(key), (dict, list))]
            waiting += one.get("fields", []) if isinstance(one.get("fields"), list) else []
    return found


def _found(field: Schema, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 (values of any type)
    names = (field["name"], *field.get("aliases", ()))
    return next((row[name] for name in names if row.get(name) is not None), None)


def _whole(value: Any, bits: int) -> int:  # noqa: ANN401 (as above)
    if isinstance(value, (bool, float)) or value is None:
        raise ValueError
    number = int(value)
    if number != Decimal(str(value)) or not -(1 << bits) <= number < 1 << bits:
        raise ValueError
    return number


def _text(value: Any) -> str:  # noqa: ANN401 (as above)
    if value is None:
        raise ValueError
    if isinstance(value, str):
        return value
    return java_text(value) if isinstance(value, (bool, int, float, list, dict)) else str(json_value(value))


def _fixed(schema: Schema, value: Any, _: str) -> bytes:  # noqa: ANN401 (as above)
    content = value if isinstance(value, bytes) else _text(value).encode()
    if len(content) != schema["size"]:
        raise ValueError
    return content


def _symbol(schema: Schema, value: Any, _: str) -> str:  # noqa: ANN401 (as above)
    if _text(value) not in schema["symbols"]:
        raise ValueError
    return _text(value)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 (as above)
    if not isinstance(value, list):
        raise TypeError
    return value


def _short(value: Any) -> str:  # noqa: ANN401 (as above)
    text = json.dumps(value, ensure_ascii=False, default=json_value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]} ..."
