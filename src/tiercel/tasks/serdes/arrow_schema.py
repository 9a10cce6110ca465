"""The Arrow schema that stands for an Avro schema."""

from __future__ import annotations

from typing import Any

from tiercel.plugins import TaskError

_SIMPLE = {
    "null": "null",
    "boolean": "bool_",
    "int": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
    "string": "string",
    "bytes": "binary",
    "enum": "string",
    "uuid": "string",
    "date": "date32",
}


def arrow_schema(arrow: Any, schema: Any) -> Any:  # noqa: ANN401 (of an optional package; JSON)
    """Give the schema of the columns a record stands for.

    Raises:
        TaskError: It has a type that columns cannot have, such as a union of several types.
    """
    known: dict[str, Any] = {}
    return arrow.schema([_field(arrow, field, known) for field in schema["fields"]])


def _field(arrow: Any, field: Any, known: dict[str, Any]) -> Any:  # noqa: ANN401 (as above)
    kind, is_nullable = _type(arrow, field["type"], known, field["name"])
    return arrow.field(field["name"], kind, nullable=is_nullable)


def _type(arrow: Any, schema: Any, known: dict[str, Any], path: str) -> tuple[Any, bool]:  # noqa: ANN401 (as above)
    if isinstance(schema, list):
        members = [member for member in schema if member != "null"]
        if len(members) > 1:
            raise TaskError(f"Field {path} has several types, which a column of Parquet cannot have: give `schema`")
        return _type(arrow, members[0], known, path)[0] if members else arrow.null(), True
    if isinstance(schema, str):
        if schema in known:
            return known[schema], False
        schema = {"type": schema}
    kind = schema.get("logicalType") or schema["type"]
    if isinstance(kind, (list, dict)):
        return _type(arrow, kind, known, path)
    found = _complex(arrow, schema, str(kind), known, path)
    if "name" in schema:
        known[schema["name"]] = found
    return found, kind == "null"


def _complex(arrow: Any, schema: Any, kind: str, known: dict[str, Any], path: str) -> Any:  # noqa: ANN401 (as above)
    match kind:
        case "record":
            return arrow.struct([_field(arrow, field, known) for field in schema["fields"]])
        case "array":
            inner, is_nullable = _type(arrow, schema["items"], known, f"{path}[]")
            return arrow.list_(arrow.field("element", inner, nullable=is_nullable))
        case "map":
            inner, is_nullable = _type(arrow, schema["values"], known, f"{path}[]")
            return arrow.map_(arrow.string(), arrow.field("value", inner, nullable=is_nullable))
        case "fixed":
            return arrow.binary(schema["size"])
        case "decimal":
            return arrow.decimal128(schema.get("precision", 38), schema.get("scale", 0))
        case _:
            return _time(arrow, kind) or _simple(arrow, kind, schema, path)


def _time(arrow: Any, kind: str) -> Any:  # noqa: ANN401 (as above)
    unit = "ms" if kind.endswith("-millis") else "us"
    if kind.startswith("timestamp-"):
        return arrow.timestamp(unit, "UTC")
    if kind.startswith("local-timestamp-"):
        return arrow.timestamp(unit)
    if kind.startswith("time-"):
        return arrow.time32("ms") if unit == "ms" else arrow.time64("us")
    return None


def _simple(arrow: Any, kind: str, schema: Any, path: str) -> Any:  # noqa: ANN401 (as above)
    name = _SIMPLE.get(kind) or _SIMPLE.get(str(schema["type"]))
    if name is None:
        raise TaskError(f"Field {path} has a type that is not known: {kind}")
    return getattr(arrow, name)()
