"""The Avro schema of rows, from a look at the first of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

from tiercel.plugins import TaskError

_NAMESPACE = "io.kestra.plugin.serdes.avro"
_ROOT = "root"
_INT_BITS, _LONG_BITS = 32, 64
_WIDTH = {"int": 0, "long": 1, "double": 2}  # a number fits every type after its own

Schema = Any


def infer_schema(rows: Iterable[Any], count: int) -> Schema:
    """Give the schema that takes the first ``count`` rows; fields that are missing in some may be null.

    Raises:
        TaskError: There are no rows, or one is no map or list.
    """
    if count < 1:
        raise TaskError(f"numberOfRowsToScan must be 1 or more, not {count}")
    schema: Schema = None
    for row in islice(rows, count):
        if not isinstance(row, (dict, list)):
            raise TaskError(f"A row is neither a map nor a list: {str(row)[:100]}")
        found = _record(_ROOT, row if isinstance(row, dict) else {"value": row}, _ROOT)
        schema = found if schema is None else _merged_records(schema, found)
    if schema is None:
        raise TaskError("There are no rows to infer a schema from: give `schema`")
    return _named(schema, set())


def _type_of(value: Any, name: str, path: str) -> Schema:  # noqa: ANN401 (values of any type)
    match value:
        case None:
            return "null"
        case dict():
            return [_record(name, value, path), "null"]
        case list():
            return [{"type": "array", "items": _items(value, name, path)}, "null"]
        case bool():
            return ["null", "boolean"]
        case int():
            bits = value.bit_length()
            return ["null", "int" if bits < _INT_BITS else "long" if bits < _LONG_BITS else "string"]
        case _:
            return ["null", _scalar(value)]


def _scalar(value: Any) -> Schema:  # noqa: ANN401 (as above)
    match value:
        case float():
            return "double"
        case bytes():
            return "bytes"
        case datetime():
            return {"type": "long", "logicalType": "local-timestamp-millis"}
        case date():
            return {"type": "int", "logicalType": "date"}
        case time():
            return {"type": "int", "logicalType": "time-millis"}
        case Decimal() | str():
            return "string"
        case _:
            raise TaskError(f"A {type(value).__name__} has no Avro type")


def _record(name: str, row: dict[str, Any], path: str) -> Schema:
    fields = [_field(key, _type_of(value, key, f"{path}_{key}")) for key, value in row.items()]
    return {"type": "record", "name": name, "namespace": _NAMESPACE, "fields": fields, "path": path}


def _field(name: str, kind: Schema) -> Schema:
    field = {"name": name, "type": kind}
    return {**field, "default": None} if isinstance(kind, list) and kind[0] == "null" else field


def _items(values: list[Any], name: str, path: str) -> Schema:
    kinds = "string" if not values else None
    for value in values:
        found = _type_of(value, f"{name}_items", f"{path}_items")
        kinds = found if kinds is None else _merged(kinds, found)
    return kinds


def _merged(first: Schema, second: Schema) -> Schema:
    """Give what takes the values of both; a union when they differ."""
    if first == second:
        return first
    members: list[Schema] = []
    for kind in (*_members(first), *_members(second)):
        same = next((index for index, other in enumerate(members) if _family(other) == _family(kind)), None)
        if same is None:
            members.append(kind)
        else:
            members[same] = _merged_members(members[same], kind)
    return members[0] if len(members) == 1 else members


def _merged_members(first: Schema, second: Schema) -> Schema:
    family = _family(first)
    if family == "record":
        return _merged_records(first, second)
    if family == "array":
        return {"type": "array", "items": _merged(first["items"], second["items"])}
    return max(first, second, key=lambda kind: _WIDTH.get(kind, 0)) if family == "number" else first


def _merged_records(first: Schema, second: Schema) -> Schema:
    known = {field["name"]: field["type"] for field in first["fields"]}
    found = {field["name"]: field["type"] for field in second["fields"]}
    fields = []
    for name in dict.fromkeys((*known, *found)):
        kind = _merged(known.get(name, "null"), found.get(name, "null"))
        nulls_first = ["null", *(member for member in _members(kind) if member != "null")]
        is_plain = all(_family(member) not in {"record", "array"} for member in nulls_first)
        fields.append(_field(name, nulls_first if is_plain and len(nulls_first) > 1 else kind))
    return {**first, "fields": fields}


def _members(kind: Schema) -> list[Schema]:
    return kind if isinstance(kind, list) else [kind]


def _family(kind: Schema) -> str:
    if isinstance(kind, dict):
        return str(kind.get("logicalType") or kind["type"])
    return "number" if kind in _WIDTH else str(kind)


def _named(schema: Schema, taken: set[str]) -> Schema:
    """Give every record a name of its own, which Avro demands; those that share theirs are named by their place."""
    if isinstance(schema, list):
        return [_named(member, taken) for member in schema]
    if not isinstance(schema, dict):
        return schema
    if schema["type"] == "array":
        return {**schema, "items": _named(schema["items"], taken)}
    if schema["type"] != "record":
        return schema
    name = schema["name"] if schema["name"] not in taken else schema["path"]
    taken.add(name)
    fields = [{**field, "type": _named(field["type"], taken)} for field in schema["fields"]]
    return {"type": "record", "name": name, "namespace": _NAMESPACE, "fields": fields}
