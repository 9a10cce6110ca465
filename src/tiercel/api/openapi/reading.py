"""What a route reads of a request, found in the code of its handler and of the functions of the routes it calls.

Nothing is declared twice: a handler that reads a parameter is what makes the parameter exist, here and in the pages of
the documentation. The code is read when the description is asked for, never on the way of a request.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from enum import StrEnum

from msgspec import Struct, field

ROUTES = "tiercel.api.routes"
_BODIES = {
    "text_of": "text",
    "source_of": "text",
    "json_of": "json",
    "parts_of": "form",
    "inputs_of": "form",
    "body_of": "any",
}
_FORM_READERS = frozenset({"form_of", "parts_of", "inputs_of"})


class Kind(StrEnum):
    """What the value of a parameter is."""

    TEXT = "text"
    FLAG = "flag"
    NUMBER = "number"
    LIST = "list"
    NEEDED = "needed"


_READERS = {
    "one": Kind.TEXT,
    "flag": Kind.FLAG,
    "whole": Kind.NUMBER,
    "every": Kind.LIST,
    "needed": Kind.NEEDED,
}


class Reading(Struct):
    """What is read.

    Attributes:
        parameters: Of the query string, by name.
        is_paged: ``page``, ``size``, ``sort`` and ``cursor`` too.
        is_filtered: ``filters[field][OPERATION]`` too.
        bodies: Some of ``text``, ``json``, ``form`` and ``any``.
    """

    parameters: dict[str, Kind] = field(default_factory=dict)
    is_paged: bool = False
    is_filtered: bool = False
    bodies: set[str] = field(default_factory=set)


def read_route(handler: Callable[..., object]) -> Reading:
    """Tell what a handler reads."""
    found = Reading()
    waiting, seen = [handler], {handler.__qualname__}
    while waiting:
        function = waiting.pop()
        module = inspect.getmodule(function)
        for call in _calls(function):
            name = _called(call)
            _note(found, name, call)
            inner = getattr(module, name, None)
            if (
                inspect.isfunction(inner)
                and inner.__qualname__ not in seen
                and inner.__module__.startswith(ROUTES)
                and name not in _READERS
            ):
                seen.add(inner.__qualname__)
                waiting.append(inner)
    return found


def _note(found: Reading, name: str, call: ast.Call) -> None:
    if name in _READERS and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
        parameter = str(call.args[1].value)
        if parameter.startswith("filters["):
            found.is_filtered = True
        else:
            found.parameters.setdefault(parameter, _READERS[name])
    elif name == "read_page":
        found.is_paged = True
    elif name == "read_filters":
        found.is_filtered = True
    elif name in _FORM_READERS:
        found.bodies.add("form")
    elif name in _BODIES:
        found.bodies.add(_BODIES[name])


def _calls(function: Callable[..., object]) -> Iterator[ast.Call]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
