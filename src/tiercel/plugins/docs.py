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
    """Split the docstring of a class: first line, text, and the entries of ``Attributes:``, inherited ones too."""
    entries: dict[str, str] = {}
    for ancestor in reversed(documented.__mro__):
        text = inspect.cleandoc(ancestor.__dict__.get("__doc__") or "")
        if not ancestor.__module__.startswith("pydantic"):
            entries |= _entries(text.partition("\nAttributes:\n")[2])
    written = getattr(documented, "__pydantic_generic_metadata__", {}).get("origin") or documented
    body = inspect.cleandoc(written.__doc__ or "").partition("\nAttributes:\n")[0]
    title, _, rest = body.partition("\n")
    return Documentation(title.strip(), rest.strip(), entries)


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
