"""Tells where a flow pastes data that others choose into the text of a program.

A value with a quote, a line break or a `$(...)` in it then becomes part of the program. Handed over in ``env`` or
``inputFiles`` the same value stays data whatever it holds.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from tiercel.errors import Violation
from tiercel.plugins import Json

_EXPRESSION = regex.compile(r"\{\{-?(?P<inner>.*?)-?\}\}", regex.DOTALL)
_FROM_OUTSIDE = regex.compile(r"(?<![\w.'\"\]])(?P<name>inputs(?=[.\[])|trigger\s*\.\s*(?:body|parameters|headers)\b)")
_TEXT = regex.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_HINT = (
    "A value with quotes or line breaks would change the program. Give it in env, and read the variable there "
    '("$NAME" in a shell, os.environ["NAME"] in Python), or as a file in inputFiles'
)


def pasted_expressions(value: Json, path: str) -> Iterator[Violation]:
    """Give a warning for each text, at any depth, that pastes outside data."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from pasted_expressions(item, f"{path}[{index}]")
    elif isinstance(value, str) and (name := _outside_name(value)):
        message = f"{name} is pasted into the text of a program"
        yield Violation(message, path=path, code="pasted-data", is_error=False, hint=_HINT)


def _outside_name(text: str) -> str | None:
    for expression in _EXPRESSION.finditer(text):
        inner = _TEXT.sub("''", expression["inner"])
        found = _FROM_OUTSIDE.search(inner)
        if found:
            return str(found["name"])
    return None
