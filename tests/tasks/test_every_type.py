"""Every type that comes with Tiercel is documented, indexed, has a schema, and an example that validates."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import jsonschema
import pytest
from pydantic import BaseModel

import tiercel.tasks
from tiercel.model.dialect import Dialect
from tiercel.model.flow import TaskKind
from tiercel.model.json import Json
from tiercel.model.types import TypeFacts, TypeKind
from tiercel.plugins.check import check_properties
from tiercel.plugins.discovery import plugins_in
from tiercel.plugins.docs import split_docstring
from tiercel.plugins.facts import outputs_model, type_facts
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.registry import Registry
from tiercel.plugins.schema import model_schema
from tiercel.plugins.shapes import Shape, property_shapes
from tiercel.source.flow import parse_flow
from tiercel.source.reader import read_yaml

REGISTRY = Registry(["tiercel.tasks"], is_discovering=False)
CLASSES = REGISTRY.list_classes()
TASKS = [plugin for plugin in CLASSES if plugin.kind is TypeKind.TASK and not plugin.declaration.is_internal]


def name_of(plugin: type[Plugin]) -> str:
    return plugin.declaration.type


def written(plugin: type[Plugin]) -> dict[str, Json]:
    document = read_yaml(plugin.declaration.example)
    assert document.violations == []
    return dict(document.data)


def groups(shape: Shape) -> Iterator[type[BaseModel]]:
    if shape.model is not None:
        yield shape.model
    for inner in (*shape.options, *([shape.item] if shape.item else [])):
        yield from groups(inner)


def test_the_index_names_every_type_and_alias_once() -> None:
    modules = (found.name for found in pkgutil.walk_packages(tiercel.tasks.__path__, "tiercel.tasks."))
    found: dict[str, str] = {}
    for module in modules:
        if not hasattr(importlib.import_module(module), "__path__"):
            for plugin in plugins_in(importlib.import_module(module)):
                for name in (plugin.declaration.type, *plugin.declaration.aliases):
                    assert name not in found
                    found[name] = module
    assert found == tiercel.tasks.TYPES
    assert REGISTRY.problems == []


@pytest.mark.parametrize("plugin", CLASSES, ids=name_of)
def test_it_is_documented(plugin: type[Plugin]) -> None:
    described: list[type[BaseModel]] = [plugin]
    outputs = outputs_model(plugin)
    if outputs is not None:
        described.append(outputs)
    for prop in property_shapes(plugin).values():
        described += groups(prop.shape)
    for model in described:
        documentation = split_docstring(model)
        assert documentation.title.endswith(".")
        assert documentation.properties.keys() == model.model_fields.keys(), model
        assert all(text.endswith((".", ")")) for text in documentation.properties.values())


@pytest.mark.parametrize("plugin", CLASSES, ids=name_of)
def test_its_example_validates(plugin: type[Plugin]) -> None:
    example = written(plugin)
    facts = type_facts(plugin)
    assert example.pop("type") == facts.type
    assert example.keys() <= facts.properties
    own = {name: value for name, value in example.items() if name not in facts.branches}
    assert check_properties(plugin, own) == []
    assert facts.required_branches <= example.keys()


@pytest.mark.parametrize("plugin", CLASSES, ids=name_of)
def test_its_schema_takes_its_example(plugin: type[Plugin]) -> None:
    facts = type_facts(plugin)
    schema = {**facts.schema(), "definitions": {"task": {"type": "object", "required": ["id", "type"]}}}
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"].keys() == facts.properties
    jsonschema.validate(written(plugin), schema)


@pytest.mark.parametrize("plugin", TASKS, ids=name_of)
def test_a_flow_with_its_example_parses(plugin: type[Plugin]) -> None:
    example = "\n".join(f"    {line}" for line in plugin.declaration.example.strip().splitlines())
    inputs = ["count", "size", "color", "name", "names", "day", "customer", "text", "prompt"]
    source = "\n".join(
        [
            "id: example",
            "namespace: company.team",
            "inputs:",
            *(f"  - {{id: {name}, type: STRING, defaults: x}}" for name in inputs),
            "tasks:",
            "  - id: example",
            example,
        ]
    )
    errors = [violation for violation in parse_flow(source, REGISTRY).violations if violation.is_error]
    assert errors == []


@pytest.mark.parametrize("plugin", TASKS, ids=name_of)
def test_it_is_carried_out_by_somebody(plugin: type[Plugin]) -> None:
    facts: TypeFacts = type_facts(plugin)
    is_runnable = facts.task_kind is TaskKind.RUNNABLE
    assert bool(facts.control) is not is_runnable
    assert ("run" in plugin.__dict__) is is_runnable
    assert is_runnable or not facts.is_inline


def test_outputs_have_a_schema() -> None:
    plugin = REGISTRY.find_class("io.kestra.plugin.core.http.Download")
    assert plugin is not None
    outputs = outputs_model(plugin)
    assert outputs is not None
    schema = model_schema(outputs, is_rendered=False)
    assert schema["properties"]["length"] == {"type": "integer", "description": "Its size in bytes."}


@pytest.mark.parametrize(
    ("name", "dialects"),
    [
        ("io.kestra.plugin.core.flow.ForEach", {Dialect.V1_3}),
        ("io.kestra.plugin.core.flow.Loop", {Dialect.V2_0}),
        ("io.kestra.plugin.core.log.Log", set()),
        ("io.kestra.plugin.core.flow.Approval", set()),
    ],
)
def test_it_says_which_versions_know_it(name: str, dialects: set[Dialect]) -> None:
    facts = REGISTRY.find_type(name)
    assert facts is not None
    assert facts.dialects == dialects
