"""Checking the properties of a type as written in a flow, before anything is rendered.

A text with an expression in it stands for any value, so it is let through; everything else must already be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError

from tiercel.errors import Violation
from tiercel.model.json import Json
from tiercel.plugins.coerce import coerce_literal
from tiercel.plugins.markers import Rendering
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.reading import read_value, takes_map
from tiercel.plugins.shapes import Form, PropertyShape, Shape, has_constraints, property_shapes

_OPENING = ("{{", "{%", "{#")
_LENIENT = frozenset({"type", "choice"})


def check_properties(plugin: type[Plugin], written: Mapping[str, Json]) -> list[Violation]:
    """Check the properties of one use of a type; names that are not its own are passed over.

    What is missing, unknown, out of bounds or wrong in a property that takes no expression is an error. So is any other
    wrong value, except that a lenient type stores it with a warning.

    Args:
        plugin: The class of the type.
        written: Its properties as written, without common ones and child tasks.
    """
    shapes = property_shapes(plugin)
    violations: list[Violation] = []
    for name, prop in shapes.items():
        found = list(_check_property(prop, written.get(name), name))
        if plugin.declaration.is_lenient and prop.shape.rendering is not Rendering.STATIC:
            for violation in found:
                violation.is_error = violation.code not in _LENIENT
        violations.extend(found)
    if not violations and has_constraints(plugin):
        violations.extend(_check_constraints(plugin, shapes, written))
    violations.extend(plugin.inspect(written))
    return violations


def has_template(value: Json) -> bool:
    """Tell whether a text, or any text inside a structure, holds an expression."""
    if isinstance(value, str):
        return "{" in value and any(mark in value for mark in _OPENING)
    if isinstance(value, dict):
        return any(has_template(key) or has_template(item) for key, item in value.items())
    return isinstance(value, list) and any(map(has_template, value))


def _check_property(shape: PropertyShape, value: Json, path: str) -> Iterator[Violation]:
    if value is None:
        if shape.is_required:
            yield Violation("must not be null", path=path, code="required")
        return
    if shape.shape.rendering is Rendering.RAW and shape.shape.form is not Form.LIST:
        return
    if shape.shape.rendering is Rendering.STATIC and has_template(value):
        yield Violation("takes no expression: it is read when the flow is saved", path=path, code="static")
        return
    yield from _check_value(shape.shape, value, path)


def _check_value(shape: Shape, value: Json, path: str) -> Iterator[Violation]:
    if value is None or shape.form is Form.ANY or (isinstance(value, str) and has_template(value)):
        return
    match shape.form:
        case Form.UNION if isinstance(value, dict) and not takes_map(shape):
            yield Violation("a map is not expected here", path=path, code="type")
        case Form.UNION:
            results: list[list[Violation]] = []
            for option in shape.options:
                results.append(list(_check_value(option, value, path)))
                if not results[-1]:
                    break
            if all(results):  # the option that fits deepest says best what is wrong
                yield from max(results, key=lambda violations: max(len(found.path) for found in violations))
        case Form.LIST:
            yield from _check_list(shape, value, path)
        case Form.MAP:
            yield from _check_map(shape, value, path)
        case Form.GROUP:
            yield from _check_group(shape, value, path)
        case _:
            yield from _check_scalar(shape, value, path)


def _check_scalar(shape: Shape, value: Json, path: str) -> Iterator[Violation]:
    if shape.form is Form.TEXT:
        return  # numbers and structures become text
    try:
        text = coerce_literal(shape.form, value)
    except ValueError as error:
        yield Violation(str(error), path=path, code="type")
        return
    if shape.form is Form.CHOICE and text is not None and text not in shape.choices:
        near = get_close_matches(str(text).upper(), shape.choices, n=1)
        hint = f"did you mean {near[0]}?" if near else ""
        yield Violation(f"'{text}' is not one of {', '.join(shape.choices)}", path=path, code="choice", hint=hint)


def _check_list(shape: Shape, value: Json, path: str) -> Iterator[Violation]:
    if isinstance(value, str):
        yield from _check_json(value, "[", "list", path)
    elif not isinstance(value, list):
        yield Violation("must be a list", path=path, code="type")
    elif shape.item is not None:
        for index, item in enumerate(value):
            yield from _check_value(shape.item, item, f"{path}[{index}]")


def _check_map(shape: Shape, value: Json, path: str) -> Iterator[Violation]:
    if isinstance(value, str):
        yield from _check_json(value, "{", "map", path)
    elif not isinstance(value, dict):
        yield Violation("must be a map", path=path, code="type")
    elif shape.item is not None:
        for key, item in value.items():
            yield from _check_value(shape.item, item, f"{path}.{key}")


def _check_json(text: str, opening: str, name: str, path: str) -> Iterator[Violation]:
    if text.strip() and not text.lstrip().startswith(opening):
        yield Violation(f"must be a {name}, or a text that renders to one in JSON", path=path, code="type")


def _check_group(shape: Shape, value: Json, path: str) -> Iterator[Violation]:
    model = shape.model
    if model is None or isinstance(value, str):
        return
    if not isinstance(value, dict):
        yield Violation("must be a map", path=path, code="type")
        return
    fields = property_shapes(model)
    for key in value:
        if key not in fields and model.model_config.get("extra") == "forbid":
            near = get_close_matches(str(key), fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(fields)}"
            yield Violation(f'Unrecognized field "{key}"', path=f"{path}.{key}", code="unknown-property", hint=hint)
    for name, inner in fields.items():
        yield from _check_property(inner, value.get(name), f"{path}.{name}")


def _check_constraints(
    plugin: type[BaseModel], shapes: Mapping[str, PropertyShape], written: Mapping[str, Json]
) -> Iterator[Violation]:
    """Check what fields demand beyond their type (bounds, lengths), for those written without expressions."""
    plain = {
        name: written[name] if shape.shape.rendering is Rendering.RAW else read_value(shape.shape, written[name])
        for name, shape in shapes.items()
        if written.get(name) is not None and (shape.shape.rendering is Rendering.RAW or not has_template(written[name]))
    }
    try:
        plugin.model_validate(plain)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            location = detail["loc"]
            if location and location[0] in plain:
                yield Violation(detail["msg"].removeprefix("Value error, "), path=_path(location), code="constraint")


def _path(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
