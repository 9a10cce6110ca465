"""The shape of a property's type: what rendering, checking and schemas need to know of an annotation."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tiercel.errors import PluginError
from tiercel.plugins.markers import Rendering


class Form(StrEnum):
    """The forms a value can take."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DURATION = "duration"
    DATE_TIME = "date-time"
    DATE = "date"
    TIME = "time"
    CHOICE = "choice"
    LIST = "list"
    MAP = "map"
    GROUP = "group"
    UNION = "union"
    ANY = "any"


SCALARS: dict[object, Form] = {
    str: Form.TEXT,
    int: Form.INTEGER,
    float: Form.NUMBER,
    bool: Form.BOOLEAN,
    timedelta: Form.DURATION,
    datetime: Form.DATE_TIME,
    date: Form.DATE,
    time: Form.TIME,
    Any: Form.ANY,
    object: Form.ANY,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What an annotation allows.

    Attributes:
        item: Of a list, or of the values of a map.
        choices: Of a choice, the texts it takes.
        options: Of a union, None left out.
        model: Of a group, its class.
        rendering: RAW = not rendered at all; NATIVE = a single expression keeps its type.
    """

    form: Form
    item: Shape | None = None
    choices: tuple[str, ...] = ()
    options: tuple[Shape, ...] = ()
    model: type[BaseModel] | None = None
    rendering: Rendering | None = None


@dataclass(frozen=True, slots=True)
class PropertyShape:
    """One property of a class: its field, its name in flows, its shape."""

    field: str
    name: str
    shape: Shape
    is_required: bool
    default: object = None


@lru_cache(maxsize=1024)
def property_shapes(model: type[BaseModel]) -> Mapping[str, PropertyShape]:
    """Give the properties of a class by the name they have in flows."""
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    shapes = (_property(name, info) for name, info in model.model_fields.items())
    return types.MappingProxyType({shape.name: shape for shape in shapes})


@lru_cache(maxsize=1024)
def has_constraints(model: type[BaseModel]) -> bool:
    """Tell whether a class, or a group in it, demands more of values than their type."""
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    decorators = model.__pydantic_decorators__
    if decorators.field_validators or decorators.model_validators:
        return True
    return any(_is_constrained(info.annotation, info.metadata) for info in model.model_fields.values())


def _is_constrained(annotation: object, metadata: Iterable[object] = ()) -> bool:
    if any(not isinstance(mark, Rendering) for mark in metadata):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return has_constraints(annotation)
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _is_constrained(arguments[0], arguments[1:])
    return get_origin(annotation) is not Literal and any(map(_is_constrained, arguments))


def _property(name: str, info: FieldInfo) -> PropertyShape:
    shape = _shape(info.annotation, name)
    rendering = next((mark for mark in info.metadata if isinstance(mark, Rendering)), shape.rendering)
    if rendering is not shape.rendering:
        shape = Shape(shape.form, shape.item, shape.choices, shape.options, shape.model, rendering)
    default = None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})
    return PropertyShape(name, info.alias or name, shape, info.is_required(), default)


def _shape(annotation: object, name: str) -> Shape:
    if annotation in SCALARS:
        return Shape(SCALARS[annotation])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Shape(Form.CHOICE, choices=tuple(str(member.value) for member in annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(Form.GROUP, model=annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = _shape(arguments[0], name)
        rendering = next((mark for mark in arguments[1:] if isinstance(mark, Rendering)), inner.rendering)
        return Shape(inner.form, inner.item, inner.choices, inner.options, inner.model, rendering)
    if origin is Literal:
        return Shape(Form.CHOICE, choices=tuple(map(str, arguments)))
    if origin in {Union, types.UnionType}:
        return _union([argument for argument in arguments if argument is not type(None)], name)
    if annotation is list or origin is list:
        return Shape(Form.LIST, item=_shape(arguments[0], name) if arguments else Shape(Form.ANY))
    if annotation is dict or origin is dict:
        return Shape(Form.MAP, item=_shape(arguments[1], name) if arguments else Shape(Form.ANY))
    raise PluginError(f"property {name}: {annotation} is no type a property can have")


def _union(arguments: list[object], name: str) -> Shape:
    options = tuple(_shape(argument, name) for argument in arguments)
    return options[0] if len(options) == 1 else Shape(Form.UNION, options=options)
