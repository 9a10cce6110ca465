"""The page of violations: every code that the source gives one."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from reference_pages.calls import SOURCE, name_of
from reference_pages.writing import code, preamble, table, words

_KEBAB = re.compile(r"[a-z]+(-[a-z0-9]+)*")


@cache
def violation_codes() -> dict[str, set[str]]:
    """Find every code in the source, where a call gives one to a parameter ``code``, and whether it is of an error."""
    functions: list[ast.FunctionDef] = []
    calls: list[ast.Call] = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                functions.append(node)
            elif isinstance(node, ast.Call):
                calls.append(node)
    places = dict(_places(functions))
    found: dict[str, set[str]] = defaultdict(set)
    for call in calls:
        name = name_of(call)
        given = [word.value for word in call.keywords if word.arg == "code"]
        if name in places:
            given += call.args[places[name] : places[name] + 1]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and _KEBAB.fullmatch(value.value):
                found[value.value].add("warning" if name == "warn" else "error")
    return found


def _places(functions: Iterable[ast.FunctionDef]) -> Iterator[tuple[str, int]]:
    """Where functions that take a code have it among the arguments of a call."""
    for function in functions:
        names = [argument.arg for argument in function.args.args if argument.arg != "self"]
        if "code" in names:
            yield function.name, names.index("code")


def violations_page() -> str:
    """Every code of a violation with its meaning."""
    texts = words("violations")
    rows = [
        (code(name), " or ".join(sorted(kinds)), texts.get(name, ""))
        for name, kinds in sorted(violation_codes().items())
    ]
    rows.append((code("invalid"), "error", texts["invalid"]))
    return "\n\n".join([preamble("violations"), table(("Code", "As", "Meaning"), rows)])
