"""What a type is, as data: made in the process that has imported it, read in the server, which has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

import annotated_types
from msgspec import Struct
from pydantic import BaseModel

from tiercel.errors import PluginError
from tiercel.model.json import Json
from tiercel.plugins.docs import split_docstring
from tiercel.plugins.facts import outputs_model
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.seams import LogExporter, SecretProvider
from tiercel.plugins.shapes import PropertyShape, Shape, property_shapes
from tiercel.plugins.task import Task
from tiercel.plugins.task_runner import TaskRunner
from tiercel.plugins.triggers import PollingTrigger, RealtimeTrigger

_DEEPEST = 12
_BOUNDS: tuple[tuple[type, str], ...] = (
    (annotated_types.Gt, "gt"),
    (annotated_types.Ge, "ge"),
    (annotated_types.Lt, "lt"),
    (annotated_types.Le, "le"),
    (annotated_types.MinLen, "min_length"),
    (annotated_types.MaxLen, "max_length"),
    (annotated_types.MultipleOf, "multiple_of"),
)


# A trigger is a task too, so it stands before it.
BASES: Mapping[str, type[Plugin]] = {
    "polling": PollingTrigger,
    "realtime": RealtimeTrigger,
    "task": Task,
    "runner": TaskRunner,
    "provider": SecretProvider,
    "exporter": LogExporter,
}


class ShapeDescription(Struct, frozen=True, kw_only=True):
    """A `Shape` as data."""

    form: str
    item: ShapeDescription | None = None
    choices: tuple[str, ...] = ()
    options: tuple[ShapeDescription, ...] = ()
    group: GroupDescription | None = None
    rendering: str | None = None


class PropertyDescription(Struct, frozen=True, kw_only=True):
    """One property; ``default`` is None where there is none, or none that data can express."""

    field: str
    name: str
    shape: ShapeDescription
    is_required: bool
    default: Json = None
    bounds: dict[str, Json] = {}
    text: str = ""


class GroupDescription(Struct, frozen=True, kw_only=True):
    """A class of properties."""

    name: str
    title: str
    text: str
    properties: tuple[PropertyDescription, ...]
    is_closed: bool = True


class TypeDescription(Struct, frozen=True, kw_only=True):
    """One type; ``base`` is a key of `BASES`, ``is_here`` that of a task runner."""

    type: str
    base: str
    own: GroupDescription
    outputs: GroupDescription | None = None
    aliases: tuple[str, ...] = ()
    example: str = ""
    icon: str = ""
    is_deprecated: bool = False
    deprecated_properties: tuple[str, ...] = ()
    is_here: bool = False


class PackageDescription(Struct, frozen=True, kw_only=True):
    """The types of a package, and why some of its classes are none of them."""

    types: tuple[TypeDescription, ...]
    problems: tuple[str, ...] = ()


def describe_all(plugins: Iterable[type[Plugin]]) -> PackageDescription:
    """Describe the types of a package; what cannot be described does not keep the others away."""
    found: list[TypeDescription] = []
    problems: list[str] = []
    for plugin in plugins:
        try:
            found.append(describe(plugin))
        except PluginError as error:
            problems.append(str(error))
    return PackageDescription(types=tuple(found), problems=tuple(problems))


def describe(plugin: type[Plugin]) -> TypeDescription:
    """Describe a type.

    Raises:
        PluginError: It is of a kind that only the server itself can carry out.
    """
    declared = plugin.declaration
    outputs = outputs_model(plugin)
    return TypeDescription(
        type=declared.type,
        base=_base_of(plugin),
        own=_group(plugin, 0),
        outputs=None if outputs is None else _group(outputs, 0),
        aliases=declared.aliases,
        example=declared.example,
        icon=declared.icon,
        is_deprecated=declared.is_deprecated,
        deprecated_properties=tuple(sorted(declared.deprecated_properties)),
        is_here=issubclass(plugin, TaskRunner) and plugin.is_here,
    )


def _base_of(plugin: type[Plugin]) -> str:
    for name, base in BASES.items():
        if issubclass(plugin, base):
            return name
    raise PluginError(
        f"{plugin.declaration.type} is carried out by the server itself ({plugin.declaration.kind.value}), so it "
        "cannot have an environment of its own: install its package beside Tiercel, or put its file into the plugins "
        "folder"
    )


def _group(model: type[BaseModel], depth: int) -> GroupDescription:
    if depth > _DEEPEST:
        raise PluginError(f"{model.__name__}: properties more than {_DEEPEST} groups deep cannot be described")
    documentation = split_docstring(model)
    return GroupDescription(
        name=model.__name__,
        title=documentation.title,
        text=documentation.text,
        properties=tuple(
            _property(model, prop, documentation.properties.get(prop.field, ""), depth)
            for prop in property_shapes(model).values()
        ),
        is_closed=model.model_config.get("extra") == "forbid",
    )


def _property(model: type[BaseModel], prop: PropertyShape, text: str, depth: int) -> PropertyDescription:
    return PropertyDescription(
        field=prop.field,
        name=prop.name,
        shape=_shape(prop.shape, depth),
        is_required=prop.is_required,
        default=_plain(prop.default),
        bounds=dict(_bounds(model.model_fields[prop.field].metadata)),
        text=text,
    )


def _shape(shape: Shape, depth: int) -> ShapeDescription:
    return ShapeDescription(
        form=shape.form.value,
        item=None if shape.item is None else _shape(shape.item, depth),
        choices=shape.choices,
        options=tuple(_shape(option, depth) for option in shape.options),
        group=None if shape.model is None else _group(shape.model, depth + 1),
        rendering=None if shape.rendering is None else shape.rendering.value,
    )


def _bounds(metadata: Iterable[Any]) -> Iterable[tuple[str, Json]]:
    for mark in metadata:
        for kind, name in _BOUNDS:
            if isinstance(mark, kind) and isinstance(value := getattr(mark, name), int | float):
                yield name, value
        pattern = getattr(mark, "pattern", None)
        if isinstance(pattern, str):
            yield "pattern", pattern


def _plain(value: object) -> Json:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else None
