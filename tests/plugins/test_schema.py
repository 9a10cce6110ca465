from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from tiercel.plugins import LIST, FlowableTask, LogLevel, Properties, Raw, Task
from tiercel.plugins.schema import properties_schema


class Retry(Properties):
    """How often.

    Attributes:
        count: How many times.
    """

    count: int = 3


class Greet(Task, type="com.acme.Greet", deprecated_properties=("oldName",)):
    """Greets somebody.

    In any language.

    Attributes:
        name: Who is greeted,
            by name.
        level: How loud.
        retry: How often.
        expression: Rendered later.
        old_name: Old name of ``name``.
    """

    name: str
    level: LogLevel = LogLevel.INFO
    retry: Retry | None = None
    expression: Raw[str | None] = None
    old_name: str | None = None


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return properties_schema(Greet)


def test_docstrings_become_documentation(schema: dict[str, Any]) -> None:
    assert (schema["title"], schema["description"]) == ("Greets somebody.", "In any language.")
    assert schema["properties"]["name"]["description"] == "Who is greeted, by name."
    assert schema["properties"]["oldName"]["deprecated"] is True
    assert schema["required"] == ["name"]
    assert schema["properties"]["level"]["default"] == "INFO"


@pytest.mark.parametrize(
    ("document", "is_valid"),
    [
        ({"name": "Ana"}, True),
        ({"name": "{{ x }}", "level": "{{ y }}", "retry": "{{ z }}"}, True),
        ({"name": "Ana", "level": "WARN", "retry": {"count": "{{ n }}"}}, True),
        ({"name": "Ana", "retry": {"count": 1, "more": 1}}, False),
        ({"name": "Ana", "level": "LOUD"}, False),
        ({"level": "WARN"}, False),
    ],
)
def test_values_and_expressions_are_accepted(
    schema: dict[str, Any], document: dict[str, Any], *, is_valid: bool
) -> None:
    assert jsonschema.Draft202012Validator(schema).is_valid(document) is is_valid


def test_branches_refer_to_tasks() -> None:
    class Twice(FlowableTask, type="com.acme.Twice", branches={"tasks": LIST}, required_branches=("tasks",)):
        """Twice."""

    schema = properties_schema(Twice)
    assert schema["properties"]["tasks"] == {"type": "array", "items": {"$ref": "#/definitions/task"}}
    assert schema["required"] == ["tasks"]
