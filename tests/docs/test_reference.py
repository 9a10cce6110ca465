"""The reference is what docs/generate.py makes of the code, and leaves nothing without words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from msgspec.structs import fields

import generate
from docs.blocks import DOCS
from expressions.rendering import render
from reference_pages.expressions import library
from reference_pages.types import group_of
from reference_pages.violations import violation_codes
from reference_pages.writing import words
from tiercel.engine.context import BUILDERS
from tiercel.expressions import compile_template
from tiercel.model.dialect import Dialect
from tiercel.model.state import State
from tiercel.model.types import TypeKind
from tiercel.operations.settings import Settings
from tiercel.plugins import Plugin
from tiercel.plugins.registry import Registry
from tiercel.source import parse_flow
from tiercel.source.flow import FLOW_FIELDS
from tiercel.source.input_fields import TYPES
from tiercel.source.task_fields import COMMON_FIELDS

REGISTRY = Registry(("tiercel.tasks",), is_discovering=False)
SHOWN = [plugin for plugin in REGISTRY.list_classes() if not plugin.declaration.is_internal]
FLOWABLES = [one for one in SHOWN if one.kind is TypeKind.TASK and one.declaration.control]
GUIDE = "\n".join(path.read_text() for path in (DOCS / "guide").glob("*.md"))


WORDS = words("expressions")
REFERENCE = DOCS / "reference"
STORED = sorted(str(path.relative_to(REFERENCE)) for path in REFERENCE.rglob("*.md"))


@cache
def pages() -> dict[str, str]:
    """Make every page when the first test asks for one, since collecting the tests is waited for by all of them."""
    return generate.pages()


def rows(page: str) -> list[list[str]]:
    """Give the cells of every row of every table of a page."""
    return [re.split(r"(?<!\\) ?\| ?", line)[1:-1] for line in pages()[page].splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("name", STORED)
def test_a_page_is_what_the_code_makes(name: str) -> None:
    assert (REFERENCE / name).read_text() == pages().get(name), "run: python docs/generate.py"


def test_no_page_is_missing_or_left_over() -> None:
    assert set(STORED) == set(pages()), "run: python docs/generate.py"


@pytest.mark.parametrize(
    "page", ["settings.md", "cli.md", "http.md", "expressions.md", "violations.md", "states.md", "properties.md"]
)
def test_every_row_has_words(page: str) -> None:
    by_type = {f"`{name}`" for name in TYPES}
    found = rows(page)
    assert found
    assert [row[0] for row in found if row[0] not in by_type and not row[-1]] == [], "add them to docs/words"


@pytest.mark.parametrize("plugin", SHOWN, ids=lambda plugin: plugin.declaration.type)
def test_every_type_is_told_of(plugin: type[Plugin]) -> None:
    name = plugin.declaration.type
    page = pages()[f"types/{group_of(name)}.md"]
    section = page.partition(f"## {name}\n")[2].partition("\n## ")[0]
    assert plugin.declaration.example.strip() in section
    properties = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    assert all(cells[-1].strip(" |") for cells in properties), [cells[0] for cells in properties]


def test_settings_are_those_of_the_records() -> None:
    assert len(rows("settings.md")) == sum(
        len(fields(info.type)) if hasattr(info.type, "__struct_fields__") else 1 for info in fields(Settings)
    )


@pytest.mark.parametrize("kind", ["filters", "functions", "tests"])
def test_every_name_of_expressions_has_words_and_examples(kind: str) -> None:
    assert set(WORDS[kind]) == set(library()[kind])
    assert all(entry["text"] and entry["examples"] for entry in WORDS[kind].values())


def examples() -> Iterator[tuple[Dialect, str, str]]:
    for kind, entries in WORDS.items():
        for name, entry in entries.items():
            only = getattr(library()[kind].get(name), "only", None)
            for dialect in [only] if only else Dialect:
                for text in entry["examples"]:
                    yield dialect, name, text


@pytest.mark.parametrize(("dialect", "name", "example"), list(examples()))
def test_an_example_gives_what_it_says(dialect: Dialect, name: str, example: str) -> None:
    template, _, wanted = example.partition(" → ")
    assert name in template
    if not wanted:
        compile_template(template, dialect)
        return
    found = render(template, dialect, n="\n", key="AAAAAAAAAAAAAAAAAAAAAA==", text="{{ 1 + 1 }}")
    assert found == wanted


def test_codes_of_violations_are_the_known_ones() -> None:
    assert set(words("violations")) == {*violation_codes(), "invalid"}


def test_a_flow_with_mistakes_has_documented_codes() -> None:
    source = (
        "id: a b\nnamespace: x\ntask: []\ntasks:\n  - {id: a, type: nope}\n  - {id: a, type: x, retry: {type: c}}\n"
    )
    codes = {violation.code for violation in parse_flow(source, REGISTRY).violations}
    assert len(codes) > 2
    assert codes <= set(words("violations"))


def test_every_state_is_in_the_diagrams() -> None:
    meanings = words("states")
    assert all(meanings[state] for state in State)
    page = pages()["states.md"]
    assert page.count("stateDiagram-v2") == 4
    assert "    RUNNING --> PAUSED\n" in page
    assert "    KILLED --> RETRYING\n" not in page


@pytest.mark.parametrize("name", FLOW_FIELDS)
def test_the_guide_tells_of_every_property_of_a_flow(name: str) -> None:
    assert re.search(rf"(^## .*\b{name}\b|`{name}`)", (DOCS / "guide" / "flows.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in COMMON_FIELDS if name != "assets"])
def test_the_guide_tells_of_every_property_of_a_task(name: str) -> None:
    assert f"`{name}`" in GUIDE


@pytest.mark.parametrize("name", TYPES)
def test_the_guide_tells_of_every_type_of_input(name: str) -> None:
    assert f"`{name}`" in (DOCS / "guide" / "inputs.md").read_text()


@pytest.mark.parametrize("name", [name for name in BUILDERS if name != "addSecretConsumer"])  # holds nothing
def test_the_guide_tells_of_every_variable(name: str) -> None:
    assert f"`{name}`" in (DOCS / "guide" / "expressions.md").read_text()


@pytest.mark.parametrize("plugin", FLOWABLES, ids=str)
def test_the_guide_tells_of_every_flow_control(plugin: type[Plugin]) -> None:
    assert plugin.declaration.type.rpartition(".")[2] in (DOCS / "guide" / "flow-control.md").read_text()
