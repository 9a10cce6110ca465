"""Names with a dash after a dot: ``inputs.a-b`` subtracts, it must be written ``inputs['a-b']``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.source.paths import Path
from tiercel.source.scope import Scope

_NAMED = re.compile(r"(?<![\w.])(inputs|outputs)\.([A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+)")
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def check_dashes(flow: Flow, scope: Scope) -> None:
    """Report expressions that name an input or a task's output with a dash by a dot.

    Only names the flow declares count, so that ``inputs.count-1`` stays a subtraction.
    """
    names = {
        "inputs": frozenset(name for name, _ in scope.ids["input"] if "-" in name),
        "outputs": frozenset(name for name, _ in scope.ids["task id"] if "-" in name),
    }
    if not any(names.values()) or not _NAMED.search(flow.source):
        return
    for path, text in texts_of(flow.document, ()):
        for expression in _EXPRESSION.findall(text):
            for root, name in _NAMED.findall(expression):
                if name in names[root]:
                    message = f"{root}.{name} is a subtraction: a name with a dash cannot follow a dot"
                    scope.report.error(path, message, "dash-after-dot", f"Write {root}['{name}']")


def texts_of(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text of a structure that holds an expression, with its place."""
    if isinstance(value, str):
        if "{{" in value or "{%" in value:
            yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_of(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_of(item, (*path, index))
