"""Parts of an installation that its settings name by ``type``: made once, from plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from pydantic import ValidationError

from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.plugins.check import check_properties
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.reading import read_value
from tiercel.plugins.shapes import property_shapes

P = TypeVar("P", bound=Plugin)
FindClass = Callable[[str], type[Plugin] | None]


def make_fittings(setting: str, entries: Sequence[Mapping[str, Json]], kind: type[P], find_class: FindClass) -> list[P]:
    """Make what the entries of a setting describe, in order.

    Raises:
        InvalidError: One names no type of that kind, or a value is none its property can have.
    """
    return [_make(f"{setting}[{place}]", entry, kind, find_class) for place, entry in enumerate(entries)]


def _make(path: str, entry: Mapping[str, Json], kind: type[P], find_class: FindClass) -> P:
    name = entry.get("type")
    plugin = find_class(name) if isinstance(name, str) else None
    if plugin is None or not issubclass(plugin, kind):
        raise InvalidError([Violation(f"{name} is no type of {kind.__name__}", path=f"{path}.type")])
    shapes = property_shapes(plugin)
    own = {key: value for key, value in entry.items() if key != "type"}
    found = [
        Violation(f"{name} has no {key}", path=f"{path}.{key}", hint=f"It has {', '.join(shapes) or 'no properties'}")
        for key in own
        if key not in shapes
    ]
    for violation in check_properties(plugin, own):
        violation.path = f"{path}.{violation.path}"
        found.append(violation)
    if found:
        raise InvalidError(found)
    try:
        return plugin.model_validate({key: read_value(shapes[key].shape, value) for key, value in own.items()})
    except (ValidationError, ValueError) as error:
        raise InvalidError([Violation(str(error), path=path)]) from error
