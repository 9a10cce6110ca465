"""JSON Schema of a whole flow and of each type, from the same tables the reading uses."""

from __future__ import annotations

from collections.abc import Mapping

from tiercel.model.json import Json
from tiercel.model.types import TypeFacts, TypeKind, Types
from tiercel.source.descriptions import FLOW, TASK, TRIGGER
from tiercel.source.fields import Fields, object_schema
from tiercel.source.flow import FLOW_FIELDS
from tiercel.source.flow_parts import SLA_FIELDS
from tiercel.source.input_fields import inputs_schema
from tiercel.source.limits import DESCRIPTIONS as LIMITS
from tiercel.source.task_fields import COMMON_FIELDS
from tiercel.source.triggers import TRIGGER_FIELDS

_DRAFT = "http://json-schema.org/draft-07/schema#"
_KINDS = (TypeKind.TASK, TypeKind.TRIGGER, TypeKind.CONDITION)


def flow_schema(types: Types) -> dict[str, Json]:
    """The schema of a flow; each task, trigger and condition type is one of its definitions."""
    definitions: dict[str, Json] = {}
    for kind in _KINDS:
        known = list(types.list_types(kind))
        for facts in known:
            definitions[facts.type] = type_schema(facts)
        references = [{"$ref": f"#/definitions/{facts.type}"} for facts in known]
        definitions[kind.value] = {"anyOf": references} if references else {"type": "object"}
    definitions["input"] = inputs_schema()["items"]
    schema = _described(object_schema(FLOW_FIELDS), FLOW)
    _describe_limits(schema["properties"])
    schema["properties"].update(_structure())
    schema["required"] = ["id", "namespace", "tasks"]
    return {"$schema": _DRAFT, "title": "Flow", **schema, "definitions": definitions}


def task_schema(facts: TypeFacts) -> dict[str, Json]:
    """The schema of one type by itself, for the form of one task; it refers to no whole-flow definitions it lacks."""
    return {"$schema": _DRAFT, **type_schema(facts), "definitions": {"task": {"type": "object"}}}


def type_schema(facts: TypeFacts) -> dict[str, Json]:
    """The schema of one type within a flow: its own properties and those common to its kind."""
    own = facts.schema()
    common = _common(facts.kind)
    properties: dict[str, Json] = {**common["properties"], **own.get("properties", {})}
    properties["type"] = {"enum": [facts.type, *sorted(facts.aliases)]} if facts.aliases else {"const": facts.type}
    required = dict.fromkeys([*common.get("required", ()), *own.get("required", ())])
    schema: dict[str, Json] = {
        **own,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    if facts.is_deprecated:
        schema["deprecated"] = True
    return schema


def _common(kind: TypeKind) -> dict[str, Json]:
    if kind is TypeKind.TASK:
        return _described(object_schema(COMMON_FIELDS), TASK)
    if kind is TypeKind.TRIGGER:
        schema = _described(object_schema(TRIGGER_FIELDS), TRIGGER)
        _describe_limits(schema["properties"])
        schema["properties"]["conditions"] = {**_list_of("condition"), **schema["properties"]["conditions"]}
        return schema
    return object_schema(_TYPE_ONLY)


_TYPE_ONLY: Fields = {"type": COMMON_FIELDS["type"]}


def _structure() -> dict[str, Json]:
    """The properties of a flow that hold tasks, triggers and the like."""
    listener = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "description": {"type": "string"},
            "conditions": _list_of("condition"),
            "tasks": {**_list_of("task"), "minItems": 1},
        },
        "required": ["tasks"],
        "additionalProperties": False,
    }
    parts: dict[str, dict[str, Json]] = {
        "tasks": {**_list_of("task"), "minItems": 1},
        "errors": _list_of("task"),
        "finally": _list_of("task"),
        "afterExecution": _list_of("task"),
        "triggers": _list_of("trigger"),
        "inputs": _list_of("input"),
        "listeners": {"type": "array", "items": listener, "deprecated": True},
        "sla": {"type": "array", "items": {"oneOf": [_sla(name) for name in SLA_FIELDS]}},
    }
    return {key: {**schema, "description": FLOW[key]} for key, schema in parts.items()}


def _sla(name: str) -> dict[str, Json]:
    schema = object_schema(SLA_FIELDS[name])
    schema["properties"]["type"] = {"const": name}
    return schema


def _list_of(name: str) -> dict[str, Json]:
    return {"type": "array", "items": {"$ref": f"#/definitions/{name}"}}


def _describe_limits(properties: dict[str, Json]) -> None:
    """Say what the properties inside limits mean."""
    for name, texts in LIMITS.items():
        if name in properties:
            inner = properties[name]["properties"] = {
                key: {**entry, "description": texts[key]} for key, entry in properties[name]["properties"].items()
            }
            _describe_limits(inner)


def _described(schema: dict[str, Json], texts: Mapping[str, str]) -> dict[str, Json]:
    for key, entry in schema["properties"].items():
        entry["description"] = texts[key]
    return schema
