"""The pages of types, one for each group of them."""

from __future__ import annotations

import inspect
from collections import defaultdict

from reference_pages.properties import kind_of, properties_table
from reference_pages.writing import code, preamble, prose, table, words
from tiercel.model.dialect import Dialect
from tiercel.plugins.docs import split_docstring
from tiercel.plugins.facts import outputs_model, type_facts
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.registry import Registry
from tiercel.plugins.schema import model_schema
from tiercel.source.schema import task_schema

_LARGE = frozenset({"core", "fs", "jdbc", "scripts"})


def type_pages(registry: Registry) -> dict[str, str]:
    """A page for each group of types, and one that lists them."""
    shown = [plugin for plugin in registry.list_classes() if not plugin.declaration.is_internal]
    groups: dict[str, list[type[Plugin]]] = defaultdict(list)
    for plugin in shown:
        groups[group_of(plugin.declaration.type)].append(plugin)
    made = {}
    index = [preamble("types")]
    for group, plugins in sorted(groups.items()):
        rows = []
        for plugin in plugins:
            declaration, described = plugin.declaration, split_docstring(plugin)
            link = f"[{declaration.type.removeprefix('io.kestra.plugin.core.')}](types/{group}.md#{_anchor(plugin)})"
            rows.append((link, declaration.kind.value, prose(described.title)))
        index += [f"## {group}", table(("Type", "Kind", "What it does"), rows)]
        made[f"types/{group}.md"] = "\n\n".join([f"# Types: {group}", *map(_type_section, plugins)])
    return {"types.md": "\n\n".join(index), **made}


def _anchor(plugin: type[Plugin]) -> str:
    return plugin.declaration.type.lower().replace(".", "")


def group_of(name: str) -> str:
    """Name the page a type is on: its package, or the part of a package that is as large as others."""
    _, _, _, package, part, *_ = name.split(".")
    return part if package in _LARGE else package


def _type_section(plugin: type[Plugin]) -> str:
    declaration, described, facts = plugin.declaration, split_docstring(plugin), type_facts(plugin)
    marks = [declaration.kind.value]
    marks += ["deprecated"] if declaration.is_deprecated else []
    marks += [
        f"dialect {dialect.value} only" for dialect in declaration.dialects if len(declaration.dialects) < len(Dialect)
    ]
    parts = [f"## {declaration.type}", f"*{', '.join(marks)}*", prose(described.title), prose(described.text)]
    if declaration.aliases:
        parts.append("Deprecated names: " + ", ".join(map(code, declaration.aliases)) + ".")
    parts.append(f"```yaml\n{inspect.cleandoc(declaration.example).strip()}\n```")
    schema = task_schema(facts)
    own = {name: entry for name, entry in schema["properties"].items() if name in facts.properties}
    own |= {name: {**own[name], "2.0": True} for name in facts.properties_2_0_only & own.keys()}
    texts = words("branches")
    own |= {name: {**own[name], "description": texts.get(name, "")} for name in declaration.branches}
    if own:
        parts.append(properties_table(own, schema["required"]))
    outputs = outputs_model(plugin)
    if outputs is not None and (given := model_schema(outputs, is_rendered=False)["properties"]):
        rows = ((code(name), kind_of(entry), prose(entry.get("description", ""))) for name, entry in given.items())
        parts += ["Outputs:", table(("Output", "Type", "Meaning"), rows)]
    return "\n\n".join(part for part in parts if part)
