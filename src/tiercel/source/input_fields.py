"""Declared inputs as written to records: one table a type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from tiercel.model.dialect import Dialect
from tiercel.model.flow import Input
from tiercel.model.json import Json
from tiercel.source.fields import (
    INVALID,
    Field,
    Fields,
    anything,
    boolean,
    choice,
    integer,
    items_of,
    object_schema,
    read_fields,
    record,
    text,
)
from tiercel.source.identifiers import compile_pattern, input_id
from tiercel.source.paths import Path
from tiercel.source.report import Report
from tiercel.source.scope import Scope

_DEPENDS_ON: Fields = {"inputs": items_of(text()), "condition": text()}
_COMMON: dict[str, Field] = {
    "id": input_id().required(),
    "name": text().legacy("id").until_1_3(),
    "type": text().required(),
    "description": text(),
    "displayName": text(),
    "required": boolean(),
    "defaults": anything(),
    "prefill": anything(),
    "dependsOn": record(_DEPENDS_ON),
}
_COMMON_KEYS = frozenset(_COMMON)


def _pattern() -> Field:
    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        source = text().read(value, path, key, report)
        problem = compile_pattern(source) if isinstance(source, str) else None
        if problem is None:
            return source
        report.error((*path, key), f"invalid pattern [{source}]: {problem}", "bad-pattern")
        return INVALID

    return Field(read, {"type": "string", "format": "regex"})


def _option() -> Field:
    """A value of a SELECT: text, or a map of label and value."""
    labelled = record({"label": text().required(), "value": text().required()})

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        if isinstance(value, dict):
            report.use(Dialect.V2_0, (*path, key), "label")
            return labelled.read(value, path, key, report)
        return text().read(value, path, key, report)

    return Field(read, {"anyOf": [{"type": "string"}, labelled.schema]})


_ITEM_TYPES = (
    "STRING",
    "ENUM",
    "SELECT",
    "INT",
    "FLOAT",
    "BOOLEAN",
    "BOOL",
    "DATETIME",
    "DATE",
    "TIME",
    "DURATION",
    "FILE",
    "JSON",
    "ION",
    "URI",
    "SECRET",
    "ARRAY",
    "MULTISELECT",
    "YAML",
    "EMAIL",
    "FORM",
)
_BOUNDS: Fields = {"after": anything(), "before": anything()}
_RANGE: Fields = {"min": anything(), "max": anything()}
_VALUES: Fields = {
    "values": items_of(_option()),
    "expression": text(),
    "allowCustomValue": boolean(),
    "autoSelectFirst": boolean(),
}
_OWN: dict[str, Fields] = {
    "STRING": {"validator": _pattern()},
    "SELECT": {**_VALUES, "isRadio": boolean()},
    "MULTISELECT": {
        **_VALUES,
        "itemType": choice(_ITEM_TYPES),
        "options": items_of(text()).legacy("values").until_1_3(),
    },
    "INT": {"min": integer(), "max": integer()},
    "FLOAT": _RANGE,
    "BOOL": {},
    "BOOLEAN": {},
    "ENUM": {"values": items_of(text()).required()},
    "DATETIME": _BOUNDS,
    "DATE": _BOUNDS,
    "TIME": _BOUNDS,
    "DURATION": _RANGE,
    "FILE": {"allowedFileExtensions": items_of(text()), "extension": text().deprecated().until_1_3()},
    "JSON": {"jsonSchema": text().since_2_0()},
    "YAML": {},
    "URI": {},
    "SECRET": {"validator": _pattern()},
    "EMAIL": {},
    "ARRAY": {"itemType": choice(_ITEM_TYPES).required()},
    "FORM": {"inputs": anything().required()},
    "ION": {},
}
FIELDS: Mapping[str, Fields] = {name: {**_COMMON, **own} for name, own in _OWN.items()}
TYPES = tuple(_OWN)
_TYPES_UNTIL_1_3 = frozenset({"BOOLEAN", "ENUM"})
_TYPES_SINCE_2_0 = frozenset({"FORM", "ION"})


def read_inputs(raw: Json, path: Path, scope: Scope) -> tuple[Input, ...]:
    """Read a list of inputs; those of a FORM follow it with ids such as ``form.child`` and depend on it."""
    report = scope.report
    if raw is None:
        return ()
    if not isinstance(raw, list):
        report.error(path, "must be a list of inputs", "wrong-kind", "Start each input with a dash")
        return ()
    inputs: list[Input] = []
    for index, entry in enumerate(raw):
        for item, at in _read(entry, (*path, index), report):
            scope.ids["input"].append((item.id, (*at, "id")))
            inputs.append(item)
    return tuple(inputs)


def note_type(name: str, path: Path, report: Report) -> None:
    """Note what naming this type of input or output means for the dialect."""
    if name in _TYPES_UNTIL_1_3:
        report.use(Dialect.V1_3, path, name)
    elif name in _TYPES_SINCE_2_0:
        report.use(Dialect.V2_0, path, name)


def inputs_schema() -> dict[str, Json]:
    """JSON Schema of a list of inputs."""
    return {"type": "array", "items": {"oneOf": [input_schema(name) for name in FIELDS]}}


def input_schema(name: str) -> dict[str, Json]:
    """JSON Schema of an input of a type that there is."""
    schema = object_schema(FIELDS[name])
    schema["properties"]["type"] = {"const": name}
    return schema


def _read(raw: Json, path: Path, report: Report) -> Iterator[tuple[Input, Path]]:
    name = raw.get("type") if isinstance(raw, dict) else None
    if not isinstance(raw, dict):
        report.error(path, "must be an input: a map with id and type", "wrong-kind")
        return
    table = FIELDS.get(name) if isinstance(name, str) else None
    if table is None:
        hint = report.suggest(name, TYPES) if isinstance(name, str) else f"Add one of {', '.join(TYPES)}"
        shown = "null" if name is None else name
        report.error((*path, "type"), f"Invalid type: {shown}", "unknown-input-type", hint)
        read_fields({**raw, "type": "STRING"}, path, {**_COMMON, **_every_option()}, report)
        return
    note_type(raw["type"], (*path, "type"), report)
    if "name" in raw and "id" not in raw:
        raw = {**raw, "id": raw["name"]}
        report.use(Dialect.V1_3, (*path, "name"), "name")
        report.warn((*path, "name"), "name is deprecated", "deprecated", "Write id", of_key=True)
        raw = {key: value for key, value in raw.items() if key != "name"}
    values = read_fields(raw, path, table, report)
    if values is None or "id" not in values or "type" not in values:
        return
    declared = _build(values, raw)
    yield declared, path
    if declared.type == "FORM":
        yield from _read_form(declared, raw["inputs"], (*path, "inputs"), report)


def _every_option() -> Fields:
    """Every option of every type, for an input whose type is unknown: only what no type has is reported."""
    return {key: anything() for own in _OWN.values() for key in own}


def _build(values: dict[str, Json], raw: dict[str, Json]) -> Input:
    depends_on = values.get("dependsOn", {})
    return Input(
        id=values["id"],
        type=values["type"],
        is_required=values.get("required", True),
        defaults=values.get("defaults"),
        has_defaults=raw.get("defaults") is not None,
        prefill=values.get("prefill"),
        depends_on=depends_on.get("inputs", ()),
        condition=depends_on.get("condition"),
        display_name=values.get("displayName"),
        description=values.get("description"),
        options={key: _plain(value) for key, value in values.items() if key not in _COMMON_KEYS and key != "inputs"},
    )


def _plain(value: Json) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _read_form(form: Input, raw: Json, path: Path, report: Report) -> Iterator[tuple[Input, Path]]:
    if not isinstance(raw, list) or not raw:
        report.error(path, "must be a list of inputs", "wrong-kind")
        return
    siblings = {str(entry.get("id")) for entry in raw if isinstance(entry, dict)}
    for index, entry in enumerate(raw):
        at = (*path, index)
        if isinstance(entry, dict) and entry.get("type") == "FORM":
            report.error((*at, "type"), "A FORM cannot hold a FORM", "nested-form", "Make it an input of its own")
            continue
        for child, where in _read(entry, at, report):
            names = tuple(f"{form.id}.{name}" if name in siblings else name for name in child.depends_on)
            yield replace(child, id=f"{form.id}.{child.id}", depends_on=(form.id, *names)), where
