"""Documentation out of docstrings: title, text, and what is said of each property."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import regex

_ENTRY = regex.compile(r"    (\w+): (.*)")


@dataclass(frozen=True, slots=True)
class Documentation:
    """A docstring in parts; ``properties`` by field name."""

    title: str
    text: str
    properties: dict[str, str]


def split_docstring(documented: type) -> Documentation:
    """Split the docstring of a class: first line, text, and the entries of ``Attributes:``."""
    text = inspect.cleandoc(documented.__doc__ or "")
    body, _, attributes = text.partition("\nAttributes:\n")
    title, _, rest = body.partition("\n")
    return Documentation(title.strip(), rest.strip(), _entries(attributes))


def _entries(text: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry:
            name = entry[1]
            entries[name] = entry[2]
        elif name and line.startswith("        "):
            entries[name] += f" {line.strip()}"
    return entries
