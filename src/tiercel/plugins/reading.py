"""Reading values that hold no expressions, or hold them no longer, as the type a property declares."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tiercel.expressions.text import to_json, to_text
from tiercel.expressions.values import Value
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.plugins.coerce import coerce_literal, coerce_text, parse_structure
from tiercel.plugins.shapes import Form, Shape, property_shapes

_PLAIN = frozenset({str, bool, int, float})
_ANY = Shape(Form.ANY)


def read_value(shape: Shape, value: Json) -> Json:
    """Read a value without expressions as the declared type.

    Raises:
        ValueError: It is none.
    """
    if value is None or shape.form is Form.ANY:
        return value
    if shape.form is Form.UNION:
        return read_value(choose_option(shape.options, value), value)
    if shape.form is Form.LIST:
        items = parse_structure(value, list) if isinstance(value, str) else value
        if items is not None and not isinstance(items, list):
            raise ValueError("a list is expected here")
        return items and [read_value(shape.item or _ANY, item) for item in items]
    if shape.form in {Form.MAP, Form.GROUP}:
        return _read_map(shape, value)
    if shape.form is Form.TEXT:
        return to_text(value, Dialect.V1_3)  # the versions write plain data alike
    return coerce_text(shape.form, value) if isinstance(value, str) else coerce_literal(shape.form, value)


def plain_value(value: Value, dialect: Dialect) -> Json:
    """Give a value of an expression as plain data, dates and durations as their JSON."""
    if isinstance(value, Mapping):
        return {str(key): plain_value(item, dialect) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_value(item, dialect) for item in value]
    if value is None or type(value) in _PLAIN:
        return value
    return json.loads(to_json(value, dialect))


def choose_option(options: Sequence[Shape], value: Json) -> Shape:
    """Choose the option of a union by the kind of what is written; text is text wherever that is an option."""
    if isinstance(value, list):
        wanted: tuple[Form, ...] = (Form.LIST,)
    elif isinstance(value, dict):
        wanted = (Form.GROUP, Form.MAP)
    elif isinstance(value, bool):
        wanted = (Form.BOOLEAN, Form.TEXT)
    elif isinstance(value, (int, float)):
        wanted = (Form.NUMBER, Form.INTEGER, Form.TEXT)
    else:
        wanted = (Form.TEXT,)
    for form in (*wanted, Form.ANY):
        for option in options:
            if option.form is form:
                return option
    return options[0]


def takes_map(shape: Shape) -> bool:
    """Tell whether one of the options of a union is a map."""
    return any(option.form in {Form.MAP, Form.GROUP, Form.ANY} for option in shape.options)


def _read_map(shape: Shape, value: Json) -> Json:
    values = parse_structure(value, dict) if isinstance(value, str) else value
    if values is None:
        return None
    if not isinstance(values, dict):
        raise ValueError("a map is expected here")  # noqa: TRY004 (one kind of error for bad values)
    if shape.model is None:
        return {key: read_value(shape.item or _ANY, item) for key, item in values.items()}
    shapes = property_shapes(shape.model)
    return {
        key: read_value(shapes[key].shape, item) if key in shapes else item
        for key, item in values.items()
        if item is not None
    }
