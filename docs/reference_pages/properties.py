"""Tables of properties, and the page of those that stand in every flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from reference_pages.writing import code, preamble, prose, table
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.plugins.registry import Registry
from tiercel.source.descriptions import TASK, TRIGGER
from tiercel.source.schema import flow_schema
from tiercel.source.task_fields import COMMON_FIELDS
from tiercel.source.triggers import TRIGGER_FIELDS


def properties_page(registry: Registry) -> str:
    """What may stand in a flow beside the properties of types."""
    schema = flow_schema(registry)
    definitions = schema["definitions"]
    task = definitions["io.kestra.plugin.core.log.Log"]["properties"]
    trigger = definitions["io.kestra.plugin.core.trigger.Webhook"]["properties"]
    inputs = {entry["properties"]["type"]["const"]: entry["properties"] for entry in definitions["input"]["oneOf"]}
    common = [name for name in inputs["YAML"] if all(name in own for own in inputs.values())]
    parts = [
        preamble("properties"),
        "## Flow",
        properties_table(schema["properties"], schema["required"]),
        "## Every task",
        properties_table({name: task[name] for name in COMMON_FIELDS} | {"type": _type(TASK)}, ("id", "type")),
        "## Every trigger",
        properties_table({name: trigger[name] for name in TRIGGER_FIELDS} | {"type": _type(TRIGGER)}, ("id", "type")),
        "## Inputs by type",
        f"Every input has {', '.join(map(code, common))}. Each type has besides:",
        table(
            ("Type", "Properties of its own"),
            ((code(name), ", ".join(code(key) for key in own if key not in common)) for name, own in inputs.items()),
        ),
    ]
    return "\n\n".join(parts)


def _type(texts: Mapping[str, str]) -> dict[str, Json]:
    return {"type": "string", "description": texts["type"]}


def properties_table(given: Mapping[str, Json], required: Iterable[str]) -> str:
    """Write a table of properties, with those inside of them."""
    return table(("Property", "Type", "", "Meaning"), _rows(given, required, ""))


def _rows(given: Mapping[str, Json], required: Iterable[str], within: str) -> Iterator[tuple[str, str, str, str]]:
    for name, entry in given.items():
        marks = ["required"] if name in required else []
        marks += [f"default {code(msgspec.json.encode(entry['default']).decode())}"] if "default" in entry else []
        marks += [word for word in ("2.0", "deprecated") if entry.get(word)]
        yield code(within + name), kind_of(entry), ", ".join(marks), prose(entry.get("description", ""))
        group = _group(entry)
        inner = {key: found for key, found in group["properties"].items() if "description" in found}
        yield from _rows(inner, group.get("required", ()), f"{within}{name}.")


def _group(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """Find the properties inside a property that is a map of its own, or a list of such maps."""
    options = [schema, *schema.get("anyOf", ())]
    options += [option["items"] for option in options if isinstance(option.get("items"), dict)]
    return next((option for option in options if "properties" in option), {"properties": {}})


def kind_of(schema: Mapping[str, Json]) -> str:
    """Say what may be written, in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if set(schema.get("enum", ())) == set(State):
        return "state"
    if "const" in schema or "enum" in schema:
        return " ".join(code(word) for word in schema.get("enum", [schema.get("const")]))
    for name in ("anyOf", "oneOf"):
        if name in schema:
            found = dict.fromkeys(kind_of(option) for option in schema[name] if "pattern" not in option)
            return " or ".join(found)
    if schema.get("type") == "array":
        return f"list of {kind_of(schema['items'])}" if schema.get("items") else "list"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map of {kind_of(schema['additionalProperties'])}"
    kinds: dict[Json, str] = {"string": "text", "object": "map", "integer": "whole number", None: "anything"}
    kind = schema.get("type")
    return "text" if isinstance(kind, list) else str(schema.get("format") or kinds.get(kind, kind))
