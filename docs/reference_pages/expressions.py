"""The page of expressions: filters, functions, tests."""

from __future__ import annotations

from collections.abc import Mapping

from reference_pages.writing import code, preamble, table, words
from tiercel.expressions.library import Filter, Function, Test
from tiercel.expressions.template import _LIBRARY


def library() -> dict[str, Mapping[str, Filter | Function | Test]]:
    """Give the filters, functions and tests a template can name."""
    return {"filters": _LIBRARY.filters, "functions": _LIBRARY.functions, "tests": _LIBRARY.tests}


def expressions_page() -> str:
    """Every filter, function and test with its arguments and examples."""
    parts, texts = [preamble("expressions")], words("expressions")
    for kind, records in library().items():
        rows = []
        for name, record in sorted(records.items()):
            described = texts[kind].get(name, {})
            note = " Reads the outside." if getattr(record, "is_io", False) else ""
            note += f" Only in {only.value}." if (only := getattr(record, "only", None)) else ""
            examples = "<br>".join(_example(text) for text in described.get("examples", []))
            rows.append((code(name + _signature(record)), described.get("text", "") + note, examples))
        parts += [f"## {kind.capitalize()}", table((kind[:-1].capitalize(), "What it does", "Examples"), rows)]
    return "\n\n".join(parts)


def _example(text: str) -> str:
    template, _, result = text.partition(" → ")
    return f"{code(template)} → {code(result)}" if result else code(template)


def _signature(record: Filter | Function | Test) -> str:
    if isinstance(record, Function) and record.takes_any:
        return "(value, ...)"
    names = list(record.parameters)
    if names[:2] == ["value1", "value2"]:
        names = ["value1", "..."]
    shown = ", ".join(name if name in record.required or name == "..." else f"[{name}]" for name in names)
    return f"({shown})" if shown or isinstance(record, Function) else ""
