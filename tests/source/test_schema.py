from __future__ import annotations

from collections.abc import Mapping

import jsonschema
import pytest

from source.known_types import PREFIX, KnownTypes, parse
from tiercel.errors import InvalidError
from tiercel.source import check_part, read_yaml
from tiercel.source.descriptions import FLOW, TASK, TRIGGER
from tiercel.source.flow import FLOW_FIELDS
from tiercel.source.schema import flow_schema, task_schema
from tiercel.source.task_fields import COMMON_FIELDS
from tiercel.source.triggers import TRIGGER_FIELDS

SCHEMA = flow_schema(KnownTypes())
FULL = f"""\
id: f
namespace: n
labels: [{{key: a, value: b}}]
inputs: [{{id: i, type: SELECT, values: [a]}}, {{id: j, type: INT, min: 1}}]
sla: [{{id: s, type: MAX_DURATION, duration: PT1S, behavior: FAIL}}]
retry: {{type: random, minInterval: PT1S, maxInterval: PT2S}}
triggers: [{{id: t, type: {PREFIX}trigger.Webhook, key: k, conditions: [{{type: {PREFIX}condition.Weekend}}]}}]
tasks: [{{id: a, type: {PREFIX}log.Log, message: x, timeout: '{{{{ vars.t }}}}', taskCache: {{enabled: true}}}}]
"""


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_the_schema_takes_what_the_parser_takes() -> None:
    parsed = parse(FULL)
    assert parsed.flow is not None, parsed.errors
    jsonschema.validate(parsed.document.data, SCHEMA, jsonschema.Draft7Validator)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("message: x", "mesage: x"),
        ("type: INT, min: 1", "type: INT, minimum: 1"),
        ("labels:", "lables:"),
        ("PT1S, behavior", "PT1S, behaviour"),
        ("type: random", "type: wild"),
        ("key: k", "cle: k"),
    ],
)
def test_the_schema_refuses_what_the_parser_refuses(good: str, bad: str) -> None:
    text = FULL.replace(good, bad)
    assert parse(text).flow is None
    assert not jsonschema.Draft7Validator(SCHEMA).is_valid(read_yaml(text).data)


def test_the_schema_of_one_type() -> None:
    (log,) = (entry for entry in KnownTypes().list_types() if entry.type.endswith(".Log"))
    schema = task_schema(log)
    assert schema["properties"]["type"] == {"enum": [PREFIX + "log.Log", "io.kestra.core.Log"]}
    assert schema["required"] == ["id", "type", "message"]
    assert schema["properties"]["timeout"]["description"]


@pytest.mark.parametrize(("fields", "texts"), [(FLOW_FIELDS, FLOW), (COMMON_FIELDS, TASK), (TRIGGER_FIELDS, TRIGGER)])
def test_every_property_is_described(fields: Mapping[str, object], texts: Mapping[str, object]) -> None:
    assert fields.keys() - texts.keys() == set()


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        ("task", f"{{id: a, type: {PREFIX}log.Log, message: x}}", []),
        ("task", f"{{id: a, type: {PREFIX}log.Log, nope: x}}", ["task[0].message", "task[0].nope"]),
        ("trigger", f"{{id: a, type: {PREFIX}trigger.Webhook}}", ["trigger[0].key"]),
        ("condition", f"{{type: {PREFIX}condition.Weekend, x: 1}}", ["condition[0].x"]),
        ("input", "{id: a, type: INT, min: x}", ["input[0].min"]),
        ("output", "{id: a}", ["output[0].type", "output[0].value"]),
        ("retry", "{type: constant, interval: PT10S, maxDuration: PT1S}", ["retry[0].interval"]),
        ("sla", "{id: s, type: MAX_DURATION, behavior: FAIL}", ["sla[0].duration"]),
        ("check", "{when: x}", ["check[0].message"]),
        ("concurrency", "{limit: 0}", ["concurrency[0].limit"]),
        ("pluginDefault", f"{{type: {PREFIX}log.Log, values: {{nope: 1}}}}", ["pluginDefault[0].values.nope"]),
    ],
)
def test_one_part_by_itself(part: str, text: str, expected: list[str]) -> None:
    assert [found.path for found in check_part(part, read_yaml(text), KnownTypes()) if found.is_error] == expected


def test_a_part_keeps_its_positions() -> None:
    (found,) = check_part("retry", read_yaml("type: constant\ninterval: soon\n"), KnownTypes())
    assert (found.line, found.column) == (2, 11)


def test_a_part_that_does_not_exist() -> None:
    with pytest.raises(InvalidError):
        check_part("nonsense", read_yaml("a: 1"), KnownTypes())
