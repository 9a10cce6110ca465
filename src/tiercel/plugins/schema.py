"""JSON Schema of a type's own properties, for editors and validation outside."""

from __future__ import annotations

from pydantic import BaseModel

from tiercel.model.json import Json
from tiercel.model.types import BranchShape
from tiercel.plugins.docs import split_docstring
from tiercel.plugins.markers import Rendering
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.shapes import Form, Shape, property_shapes

TASK_REFERENCE = {"$ref": "#/definitions/task"}
_TEMPLATE = {"type": "string", "pattern": "\\{[{%]"}
_FORMS: dict[Form, dict[str, Json]] = {
    Form.TEXT: {"type": "string"},
    Form.INTEGER: {"type": "integer"},
    Form.NUMBER: {"type": "number"},
    Form.BOOLEAN: {"type": "boolean"},
    Form.DURATION: {"type": "string", "format": "duration"},
    Form.DATE_TIME: {"type": "string", "format": "date-time"},
    Form.DATE: {"type": "string", "format": "date"},
    Form.TIME: {"type": "string", "format": "time"},
    Form.ANY: {},
}
_TEXT_OR_WHAT_BECOMES_IT = {"type": ["string", "number", "boolean", "array", "object"]}
_LITERALS = (str, int, float, bool)


def properties_schema(plugin: type[Plugin]) -> dict[str, Json]:
    """Give the schema of an object with the type's own properties.

    Branches refer to ``#/definitions/task``, which the schema of a whole flow defines. Properties that are not fixed
    text take an expression too.
    """
    schema = model_schema(plugin)
    declaration = plugin.declaration
    for name, shape in declaration.branches.items():
        schema["properties"][name] = _branch(shape)
    for name in declaration.deprecated_properties & schema["properties"].keys():
        schema["properties"][name]["deprecated"] = True
    schema["required"] = sorted({*schema["required"], *declaration.required_branches})
    return schema


def model_schema(model: type[BaseModel], *, is_rendered: bool = True) -> dict[str, Json]:
    """Give the schema of a group of properties, or of outputs (not ``is_rendered``: no expressions there)."""
    documentation = split_docstring(model)
    properties: dict[str, Json] = {}
    shapes = property_shapes(model)
    for name, prop in shapes.items():
        rendered = is_rendered and prop.shape.rendering not in {Rendering.RAW, Rendering.STATIC}
        entry = _schema(prop.shape, is_rendered=rendered)
        if prop.field in documentation.properties:
            entry["description"] = documentation.properties[prop.field]
        if isinstance(prop.default, _LITERALS):
            entry["default"] = prop.default
        properties[name] = entry
    return {
        "type": "object",
        "title": documentation.title,
        "description": documentation.text,
        "properties": properties,
        "required": sorted(name for name, prop in shapes.items() if prop.is_required),
    }


def _schema(shape: Shape, *, is_rendered: bool) -> dict[str, Json]:
    match shape.form:
        case Form.CHOICE:
            plain: dict[str, Json] = {"type": "string", "enum": list(shape.choices)}
        case Form.LIST if shape.item is not None:
            plain = {"type": "array", "items": _schema(shape.item, is_rendered=is_rendered)}
        case Form.MAP if shape.item is not None:
            plain = {"type": "object", "additionalProperties": _schema(shape.item, is_rendered=is_rendered)}
        case Form.GROUP if shape.model is not None:
            plain = {**model_schema(shape.model, is_rendered=is_rendered), "additionalProperties": False}
        case Form.UNION:
            return {"anyOf": [_schema(option, is_rendered=is_rendered) for option in shape.options]}
        case Form.TEXT if is_rendered:
            return dict(_TEXT_OR_WHAT_BECOMES_IT)
        case Form.LIST | Form.MAP | Form.GROUP:
            plain = {}
        case form:
            plain = dict(_FORMS[form])
    if not is_rendered or shape.form in {Form.TEXT, Form.ANY}:
        return plain
    return {"anyOf": [plain, dict(_TEMPLATE)]}


def _branch(shape: BranchShape) -> dict[str, Json]:
    tasks = {"type": "array", "items": dict(TASK_REFERENCE)}
    match shape:
        case BranchShape.LIST:
            return tasks
        case BranchShape.MAP:
            return {"type": "object", "additionalProperties": tasks}
        case BranchShape.SINGLE:
            return dict(TASK_REFERENCE)
        case BranchShape.DAG:
            entry = {"task": dict(TASK_REFERENCE), "dependsOn": {"type": "array", "items": {"type": "string"}}}
            return {"type": "array", "items": {"type": "object", "properties": entry, "required": ["task"]}}
