"""Classes that stand in the server for types it has not imported, made from their descriptions."""

from __future__ import annotations

import dataclasses
import types
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from tiercel.plugins.isolation.description import (
    GroupDescription,
    PropertyDescription,
    ShapeDescription,
    TypeDescription,
)
from tiercel.plugins.isolation.elsewhere import ELSEWHERE
from tiercel.plugins.isolation.place import Place
from tiercel.plugins.markers import Rendering
from tiercel.plugins.plugin import Outputs, Plugin, Properties
from tiercel.plugins.shapes import Form

_SCALARS: dict[Form, Any] = {
    Form.TEXT: str,
    Form.INTEGER: int,
    Form.NUMBER: float,
    Form.BOOLEAN: bool,
    Form.DURATION: timedelta,
    Form.DATE_TIME: datetime,
    Form.DATE: date,
    Form.TIME: time,
    Form.ANY: Any,
}


def make_proxy(described: TypeDescription, place: Place) -> type[Plugin]:
    """Make the class that stands for a type."""
    proxy = create_model(
        described.own.name,
        __base__=ELSEWHERE[described.base],
        __module__=f"{place.name}@{place.version}",
        __doc__=_docstring(described.own),
        __cls_kwargs__={
            "type": described.type,
            "aliases": described.aliases,
            "example": described.example,
            "icon": described.icon,
            "deprecated": described.is_deprecated,
            "deprecated_properties": described.deprecated_properties,
            "outputs": None if described.outputs is None else _model(described.outputs, Outputs),
        },
        **_fields(described.own),
    )
    return _placed(proxy, described, place)


def _placed(proxy: Any, described: TypeDescription, place: Place) -> type[Plugin]:  # noqa: ANN401 (made at run time)
    proxy.origin = place
    proxy.declaration = dataclasses.replace(proxy.declaration, version=place.version)
    if described.base == "runner":
        proxy.is_here = described.is_here
    made: type[Plugin] = proxy
    return made


def _model(described: GroupDescription, base: type[BaseModel]) -> type[BaseModel]:
    model: type[BaseModel] = create_model(
        described.name, __base__=base, __doc__=_docstring(described), **_fields(described)
    )
    return model


def _fields(described: GroupDescription) -> dict[str, Any]:
    return {prop.field: _field(prop) for prop in described.properties}


def _field(prop: PropertyDescription) -> tuple[Any, Any]:
    annotation = _annotation(prop.shape)
    given: dict[str, Any] = {"alias": prop.name, **prop.bounds}
    if prop.is_required:
        return annotation, Field(**given)
    return annotation if prop.default is not None else annotation | None, Field(default=prop.default, **given)


def _annotation(shape: ShapeDescription) -> Any:  # noqa: ANN401 (an annotation made at run time)
    form = Form(shape.form)
    match form:
        case Form.CHOICE:
            found: Any = Literal[shape.choices]
        case Form.LIST:
            found = types.GenericAlias(list, (_item(shape),))
        case Form.MAP:
            found = types.GenericAlias(dict, (str, _item(shape)))
        case Form.GROUP if shape.group is not None:
            found = _model(shape.group, Properties if shape.group.is_closed else _Open)
        case Form.UNION:
            found = reduce(or_, (_annotation(option) for option in shape.options))
        case _:
            found = _SCALARS[form]
    return found if shape.rendering is None else Annotated[found, Rendering(shape.rendering)]


def _item(shape: ShapeDescription) -> Any:  # noqa: ANN401 (as above)
    return Any if shape.item is None else _annotation(shape.item)


class _Open(Properties):
    """A group that takes names it does not declare."""

    model_config = ConfigDict(extra="allow")


def _docstring(described: GroupDescription) -> str:
    entries = [f"    {prop.field}: {prop.text}" for prop in described.properties if prop.text]
    parts = [described.title, described.text, "\n".join(["Attributes:", *entries]) if entries else ""]
    return "\n\n".join(part for part in parts if part)
