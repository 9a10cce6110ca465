"""What language models are told of the inputs and outputs of a flow."""

from __future__ import annotations

import jsonschema
import pytest

from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow, FlowOutput, Input
from tiercel.model.json import Json
from tiercel.source.tool_schemas import input_schema, output_schema


def flow(*inputs: Input, outputs: tuple[FlowOutput, ...] = ()) -> Flow:
    return Flow(id="a", namespace="b", dialect=Dialect.V2_0, tasks=(), inputs=inputs, outputs=outputs)


def one(type_: str, **values: Json) -> Json:
    schema = input_schema(flow(Input(id="x", type=type_, **values)))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema["properties"]["x"]


@pytest.mark.parametrize(
    ("type_", "options", "expected"),
    [
        ("STRING", {}, {"type": "string"}),
        (
            "STRING",
            {"validator": "[a-z]+"},
            {"type": "string", "description": "It must match the pattern [a-z]+."},
        ),
        ("INT", {"min": 1, "max": 9}, {"type": "integer", "minimum": 1, "maximum": 9}),
        ("FLOAT", {"min": 0.5}, {"type": "number", "minimum": 0.5}),
        ("BOOL", {}, {"type": "boolean"}),
        ("SELECT", {"values": ["a", {"value": "b", "label": "B"}]}, {"type": "string", "enum": ["a", "b"]}),
        ("SELECT", {"values": ["a"], "allowCustomValue": True}, {"type": "string"}),
        ("SELECT", {"expression": "{{ x }}"}, {"type": "string"}),
        ("MULTISELECT", {"values": ["a"]}, {"type": "array", "items": {"type": "string", "enum": ["a"]}}),
        ("ARRAY", {"itemType": "INT"}, {"type": "array", "items": {"type": "integer"}}),
        ("DATE", {}, {"type": "string", "format": "date"}),
        ("JSON", {}, {}),
        ("SECRET", {}, {"type": "string"}),
        ("FILE", {}, {"type": "string", "description": "The content of the file as text."}),
    ],
)
def test_each_type_of_input_has_its_schema(
    type_: str,
    options: Json,
    expected: Json,
) -> None:
    assert one(type_, options=options) == expected


def test_defaults_are_shown_unless_they_are_secret_or_templates() -> None:
    assert one("STRING", has_defaults=True, defaults="a")["default"] == "a"
    assert one("STRING", has_defaults=True, defaults="{{ 1 }}") == {
        "type": "string",
        "description": "It has a default.",
    }
    assert one("SECRET", has_defaults=True, defaults="hush") == {"type": "string"}
    assert one("STRING", prefill="a", display_name="X", description="Say.") == {
        "type": "string",
        "title": "X",
        "description": 'Say. For example "a".',
    }


def test_required_is_what_must_always_be_given() -> None:
    needed = Input(id="needed", type="STRING")
    others = (
        Input(id="optional", type="STRING", is_required=False),
        Input(id="defaulted", type="STRING", has_defaults=True, defaults="a"),
        Input(id="sometimes", type="STRING", condition="{{ true }}"),
        Input(id="dependent", type="STRING", depends_on=("needed",)),
        Input(id="first", type="SELECT", options={"values": ["a"], "autoSelectFirst": True}),
        Input(id="form", type="FORM"),
        Input(id="form.child", type="STRING", is_required=False),
    )
    schema = input_schema(flow(needed, *others))
    assert schema["required"] == ["needed"]
    assert "form" not in schema["properties"]
    assert "form.child" in schema["properties"]
    assert input_schema(flow()) == {"type": "object", "properties": {}, "additionalProperties": False}


def test_outputs_are_described_as_they_are_stored() -> None:
    assert output_schema(flow()) is None
    schema = output_schema(
        flow(
            outputs=(
                FlowOutput(id="text", type="STRING", value="x", description="Said"),
                FlowOutput(id="time", type="DURATION", value="x"),
                FlowOutput(id="any", type=None, value="x", display_name="Any"),
                FlowOutput(id="link", type="URI", value="x"),
            )
        )
    )
    assert schema == {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "Said"},
            "time": {},
            "any": {"title": "Any"},
            "link": {"type": "string"},
        },
    }
