"""JSON Schemas of what a flow takes and gives, for language models that call it as a tool."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tiercel.model.flow import Flow, FlowOutput, Input
from tiercel.model.json import Json
from tiercel.source.inputs import has_template, offered_values

_GROUP = "FORM"
_TEXT: dict[str, Json] = {"type": "string"}
_TYPES: Mapping[str, dict[str, Json]] = {
    "STRING": _TEXT,
    "SELECT": _TEXT,
    "ENUM": _TEXT,
    "SECRET": _TEXT,
    "YAML": _TEXT,
    "FILE": _TEXT,
    "EMAIL": {"type": "string", "format": "email"},
    "URI": {"type": "string", "format": "uri"},
    "INT": {"type": "integer"},
    "FLOAT": {"type": "number"},
    "BOOL": {"type": "boolean"},
    "BOOLEAN": {"type": "boolean"},
    "DATE": {"type": "string", "format": "date"},
    "DATETIME": {"type": "string", "format": "date-time"},
    "TIME": {"type": "string", "format": "time"},
    "DURATION": {"type": "string", "format": "duration"},
    "ARRAY": {"type": "array"},
    "MULTISELECT": {"type": "array", "items": _TEXT},
}
"""Any JSON value fits a type that is not here."""

_OF_OUTPUTS = frozenset({"STRING", "INT", "FLOAT", "BOOL", "BOOLEAN", "ARRAY", "MULTISELECT", "URI", "FILE"})
"""Types whose stored values have the form that inputs are given in."""

_NOTES = {
    "FILE": "The content of the file as text.",
    "DURATION": "A duration such as PT1H30M.",
    "YAML": "A YAML document.",
}


def input_schema(flow: Flow) -> dict[str, Json]:
    """Describe the inputs of a flow; an input that need not always be given is not required."""
    items = [item for item in flow.inputs if item.type != _GROUP]
    schema: dict[str, Json] = {"type": "object", "properties": {item.id: _input(item) for item in items}}
    required = [item.id for item in items if _is_always_needed(item)]
    if required:
        schema["required"] = required
    return schema | {"additionalProperties": False}


def output_schema(flow: Flow) -> dict[str, Json] | None:
    """Describe the outputs of a flow, None when it has none; each may be absent."""
    if not flow.outputs:
        return None
    return {"type": "object", "properties": {output.id: _output(output) for output in flow.outputs}}


def _is_always_needed(item: Input) -> bool:
    may_be_off = item.condition is not None or bool(item.depends_on)
    return item.is_required and not item.has_defaults and not may_be_off and not item.options.get("autoSelectFirst")


def _input(item: Input) -> dict[str, Json]:
    schema = dict(_TYPES.get(item.type, {}))
    options = item.options
    if item.type == "ARRAY" and options.get("itemType") in _TYPES:
        schema["items"] = _TYPES[options["itemType"]]
    if item.type in {"INT", "FLOAT"}:
        limits = {"minimum": options.get("min"), "maximum": options.get("max")}
        schema |= {name: limit for name, limit in limits.items() if isinstance(limit, int | float)}
    _add_choices(schema, item)
    if item.display_name:
        schema["title"] = item.display_name
    text = " ".join(filter(None, (item.description, _NOTES.get(item.type), _pattern(item), _shown_default(item))))
    if text:
        schema["description"] = text
    if item.has_defaults and item.type not in {"SECRET", "FILE"} and not has_template(item.defaults):
        schema["default"] = item.defaults
    return schema


def _add_choices(schema: dict[str, Json], item: Input) -> None:
    offered = offered_values(item) if item.type in {"SELECT", "ENUM", "MULTISELECT"} else []
    if not offered or item.options.get("allowCustomValue"):
        return
    if item.type == "MULTISELECT":
        schema["items"] = {"type": "string", "enum": offered}
    else:
        schema["enum"] = offered


def _pattern(item: Input) -> str:
    """Name the pattern in words: Java's are not those of JSON Schema."""
    validator = item.options.get("validator")
    return f"It must match the pattern {validator}." if isinstance(validator, str) else ""


def _shown_default(item: Input) -> str:
    if item.has_defaults and has_template(item.defaults):
        return "It has a default."
    if item.prefill is not None and not has_template(item.prefill):
        return f"For example {msgspec.json.encode(item.prefill).decode()}."
    return ""


def _output(output: FlowOutput) -> dict[str, Json]:
    schema = dict(_TYPES[output.type]) if output.type in _OF_OUTPUTS else {}
    schema.pop("format", None)
    if output.display_name:
        schema["title"] = output.display_name
    if output.description:
        schema["description"] = output.description
    return schema
