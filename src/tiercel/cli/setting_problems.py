"""What is wrong with settings before they are converted: in words, with the place, and all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import GenericAlias

import msgspec
from msgspec.structs import FieldInfo, fields

from tiercel.errors import Violation
from tiercel.model.json import Json
from tiercel.operations.settings import Settings
from tiercel.source.report import suggest

_SHOWN = 60
_TRUTHS = "true or false"
_KINDS = {int: "a whole number", bool: _TRUTHS, str: "text", float: "a number", dict: "a map", tuple: "a list"}


def find_problems(values: Mapping[str, Json], place: str) -> list[Violation]:
    """Look at what a file says.

    Args:
        values: By name, those of a group as a map.
        place: Put before the name of a setting, as the file it stands in.
    """
    return list(_walk(values, Settings, place, ""))


def find_problem(dotted: str, value: Json, place: str) -> Violation | None:
    """Look at one value of a setting that exists; ``place`` is where it was given."""
    kind: type[msgspec.Struct] = Settings
    *groups, name = dotted.split(".")
    for group in groups:
        kind = _by_name(kind)[group].type
    return _value_problem(_by_name(kind)[name], value, place)


def is_group(item: FieldInfo) -> bool:
    """Whether a setting is a group of settings."""
    return isinstance(item.type, type) and issubclass(item.type, msgspec.Struct)


def _walk(values: Mapping[str, Json], kind: type[msgspec.Struct], place: str, group: str) -> Iterator[Violation]:
    known = _by_name(kind)
    for name, value in values.items():
        dotted = f"{group}{name}"
        at = f"{place}: {dotted}" if place else dotted
        item = known.get(str(name))
        if item is None:
            yield Violation(f"'{name}' is no setting", path=at, hint=_near(str(name), group), code="unknown-setting")
        elif not is_group(item):
            problem = _value_problem(item, value, at)
            if problem is not None:
                yield problem
        elif isinstance(value, dict):
            yield from _walk(value, item.type, place, f"{dotted}.")
        else:
            message = f"must be a map of {', '.join(_by_name(item.type))}; not {_shown(name, value)}"
            yield Violation(message, path=at, code="wrong-setting")


def _value_problem(item: FieldInfo, value: Json, at: str) -> Violation | None:
    try:
        msgspec.convert(value, item.type, strict=False)
    except msgspec.ValidationError:
        hint = "Write it in quotes" if item.type is str and isinstance(value, int | float) else ""
        message = f"must be {_kind(item.type)}, not {_shown(item.name, value)}"
        return Violation(message, path=at, hint=hint, code="wrong-setting")
    return None


def _kind(kind: object) -> str:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return f"one of {', '.join(kind)}"
    if isinstance(kind, GenericAlias) and kind.__origin__ is tuple:
        return f"a list, each entry {_kind(kind.__args__[0])}"
    origin = kind.__origin__ if isinstance(kind, GenericAlias) else kind
    return _KINDS[origin] if isinstance(origin, type) else "something else"


def _shown(name: str, value: Json) -> str:
    if "secret" in name or "key" in name:
        return "what was given"
    text = repr(value) if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _near(name: str, group: str) -> str:
    """The nearest name there; else the whole name of a setting that is called so elsewhere."""
    everywhere = dict(_all_names(Settings, ""))
    here = [dotted.removeprefix(group) for dotted in everywhere.values() if dotted.startswith(group)]
    near = suggest(name, [one for one in here if "." not in one])
    if near:
        return near
    return f"Did you mean {everywhere[name]}?" if name in everywhere else ""


def _all_names(kind: type[msgspec.Struct], group: str) -> Iterator[tuple[str, str]]:
    for name, item in _by_name(kind).items():
        yield name, f"{group}{name}"
        if is_group(item):
            yield from _all_names(item.type, f"{group}{name}.")


def _by_name(kind: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    return {item.name: item for item in fields(kind)}
