"""Types as plugins: groups of them, and what is told of one."""

from __future__ import annotations

from collections.abc import Iterable

from tiercel.model.json import Json
from tiercel.model.types import TypeFacts, TypeKind
from tiercel.operations.plugins import TypeDocumentation

_LISTS = {
    TypeKind.TASK: "tasks",
    TypeKind.TRIGGER: "triggers",
    TypeKind.CONDITION: "conditions",
    TypeKind.RUNNER: "taskRunners",
    TypeKind.CHART: "charts",
    TypeKind.DATA: "dataFilters",
    TypeKind.DATA_KPI: "dataFiltersKPI",
    TypeKind.OTHER: "additionalPlugins",
}
_GROUP_STEPS = 4  # io.kestra.plugin.<group>


def plugins_shape(types: Iterable[TypeFacts]) -> list[Json]:
    """Give one plugin for each group, with its types by kind."""
    groups: dict[str, dict[str, Json]] = {}
    for facts in types:
        name = group_of(facts.type)
        group = groups.setdefault(name, _group(name))
        group[_LISTS[facts.kind]].append(_element(facts))
    return [group for _, group in sorted(groups.items())]


def group_of(name: str) -> str:
    """Give the group of a type: the package it would come in."""
    return ".".join(name.split(".")[:_GROUP_STEPS])


def trigger_shape(facts: TypeFacts) -> dict[str, Json]:
    """Give a type of trigger."""
    return {
        "type": facts.type,
        "name": facts.type.rpartition(".")[2],
        "description": facts.title,
        "group": "core",
        "ee": False,
        "deprecated": facts.is_deprecated,
    }


def documentation_shape(found: TypeDocumentation) -> dict[str, Json]:
    """Give the documentation of a type."""
    facts = found.facts
    aliases = "".join(f"\nAlias: `{alias}`" for alias in sorted(facts.aliases))
    markdown = f"# {facts.type.rpartition('.')[2]}\n\n```yaml\ntype: {facts.type}\n```\n\n{facts.title}\n{aliases}"
    if facts.text:
        markdown += f"\n{facts.text}\n"
    if facts.example:
        markdown += f"\n## Example\n\n```yaml\n{facts.example}\n```\n"
    outputs: dict[str, Json] = {"properties": {name: {} for name in sorted(facts.outputs)}}
    if facts.outputs_schema is not None:
        outputs["properties"].update(facts.outputs_schema()["properties"])
    return {
        "markdown": markdown,
        "schema": {
            "properties": found.properties,
            "outputs": outputs,
            "definitions": found.properties.get("definitions", {}),
        },
    }


def _group(name: str) -> dict[str, Json]:
    return {"name": name.rpartition(".")[2], "title": name.rpartition(".")[2], "group": name} | {
        key: [] for key in _LISTS.values()
    }


def _element(facts: TypeFacts) -> dict[str, Json]:
    return {"cls": facts.type, "deprecated": facts.is_deprecated, "title": facts.title}
