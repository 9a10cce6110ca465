from __future__ import annotations

import pytest

from tiercel.model.dialect import Dialect
from tiercel.model.flow import FlowOutput
from tiercel.model.json import Json
from tiercel.source import type_output, type_value


@pytest.mark.parametrize(
    ("type_name", "given", "stored"),
    [
        ("STRING", 12, "12"),
        ("STRING", True, "true"),
        ("STRING", {"a": 1.5, "b": [1, "x"]}, "{a=1.5, b=[1, x]}"),
        ("INT", "42", 42),
        ("INT", -(2**31), -(2**31)),
        ("FLOAT", 3, 3.0),
        ("FLOAT", "42.42", 42.42),
        ("FLOAT", 1.123, 1.123),
        ("BOOL", "TRUE", True),
        ("BOOL", "yes", False),
        ("BOOLEAN", True, True),
        ("DATETIME", "2024-03-04T05:06:07Z", "2024-03-04T05:06:07.000000Z"),
        ("DATETIME", "2024-03-04T05:06:07.123456789+02:00", "2024-03-04T03:06:07.123456Z"),
        ("DATETIME", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000000Z"),
        ("DATE", "2024-02-29", "2024-02-29"),
        ("TIME", "11:22", "11:22:00"),
        ("TIME", "11:22:33.5", "11:22:33.5"),
        ("DURATION", "PT1M30S", 90.0),
        ("DURATION", "P1D", 86400.0),
        ("FILE", "kestra:///a/b.txt", "kestra:///a/b.txt"),
        ("JSON", '{"a": [1, 2.5]}', {"a": [1, 2.5]}),
        ("JSON", "7", 7),
        ("JSON", {"a": 1}, {"a": 1}),
        ("YAML", "a: 1\nb: [x, 2]\n", {"a": 1, "b": ["x", 2]}),
        ("URI", "http:/bla", "http:/bla"),
        ("EMAIL", "a@b.co", "a@b.co"),
        ("EMAIL", "", ""),
        ("ARRAY", '["1", 2]', ["1", 2]),
        ("MULTISELECT", '["b"]', ["b"]),
        ("MULTISELECT", [1, True], ["1", "true"]),
    ],
)
def test_what_is_stored(
    type_name: str,
    given: Json,
    stored: Json,
) -> None:
    result = type_value(type_name, given)
    assert result == stored
    assert type(result) is type(stored)


@pytest.mark.parametrize(
    ("type_name", "given"),
    [
        ("INT", "7.0"),
        ("INT", 7.5),
        ("INT", 2**31),
        ("INT", True),
        ("INT", ""),
        ("FLOAT", "x"),
        ("FLOAT", False),
        ("DATETIME", "2024-03-04"),
        ("DATETIME", "9999-12-31T23:59:59-18:00"),
        ("DATETIME", "2024-03-04T05:06:07"),
        ("DATE", "2023-02-29"),
        ("TIME", "25:00"),
        ("DURATION", "1 hour"),
        ("DURATION", 90),
        ("FILE", "notauri"),
        ("JSON", "{a"),
        ("YAML", "a: ["),
        ("YAML", ""),
        ("URI", "a/b"),
        ("EMAIL", "a@"),
        ("ARRAY", "abc"),
        ("MULTISELECT", [1, None]),
        ("ARRAY", '{"a": 1}'),
        ("SECRET", "s"),
        ("NOPE", "x"),
    ],
)
def test_what_is_refused(type_name: str, given: Json) -> None:
    with pytest.raises(ValueError, match=r"."):
        type_value(type_name, given)


@pytest.mark.parametrize(
    ("type_name", "options", "good", "bad"),
    [
        ("STRING", {"validator": "^[a-c]+$"}, "abc", "abd"),
        ("STRING", {"validator": "[a-c]+"}, "abc", "xabcx"),
        ("INT", {"min": 3, "max": 5}, 5, 6),
        ("INT", {"min": 3}, 3, 2),
        ("FLOAT", {"min": 0.5}, "0.5", "0.25"),
        ("DATE", {"after": "2023-01-01", "before": "2023-12-31"}, "2023-12-31", "2024-01-01"),
        ("DATETIME", {"after": "2024-01-01T00:00:00Z"}, "2024-01-01T01:00:00+01:00", "2023-12-31T23:59:59Z"),
        ("TIME", {"after": "10:00:00"}, "10:00", "09:59:59"),
        ("DURATION", {"min": "PT1M", "max": "PT2M"}, "PT120S", "PT59S"),
        ("FILE", {"allowedFileExtensions": [".csv"]}, "kestra:///a/B.CSV", "kestra:///a/b.txt"),
        ("ARRAY", {"itemType": "INT"}, ["1", 2], ["1", "z"]),
        ("JSON", {"jsonSchema": '{"type": "object", "required": ["a"]}'}, {"a": 1}, {"b": 1}),
    ],
)
def test_validators(
    type_name: str,
    options: Json,
    good: Json,
    bad: Json,
) -> None:
    type_value(type_name, good, options)
    with pytest.raises(ValueError, match=r"."):
        type_value(type_name, bad, options)


def test_a_schema_never_fetches_another_document() -> None:
    with pytest.raises(ValueError, match="refers to another document"):
        type_value("JSON", 1, {"jsonSchema": '{"$ref": "http://localhost:1/schema"}'})


def test_a_pattern_without_end_is_given_up() -> None:
    with pytest.raises(ValueError, match="cannot be matched"):
        type_value("STRING", "a" * 60 + "!", {"validator": "(a|aa)+$(?!x)b|(a+)+(b+)+c" * 3})


def test_a_secret_is_checked_encrypted_and_handed_on() -> None:
    def encrypt(text: str) -> dict[str, str]:
        return {"type": "t", "value": text[::-1]}

    stored = type_value("SECRET", "shh", encrypt=encrypt)
    assert stored == {"type": "t", "value": "hhs"}
    assert type_value("SECRET", stored, encrypt=encrypt) == stored
    with pytest.raises(ValueError, match="pattern"):
        type_value("SECRET", "shh", {"validator": "[0-9]+"}, encrypt=encrypt)


def output(type_name: str | None, *, is_required: bool = True) -> FlowOutput:
    return FlowOutput(id="o", type=type_name, value="", is_required=is_required)


@pytest.mark.parametrize(
    ("dialect", "declared", "value", "expected"),
    [
        (Dialect.V1_3, output("STRING"), None, (True, "")),
        (Dialect.V1_3, output("STRING", is_required=False), None, (True, "")),
        (Dialect.V2_0, output("STRING", is_required=False), None, (False, None)),
        (Dialect.V1_3, output("DATETIME"), "2024-05-07T00:00:00Z", (True, "2024-05-07T00:00:00Z")),
        (Dialect.V2_0, output("DATETIME"), "2024-05-07T00:00:00Z", (True, "2024-05-07T00:00:00.000000Z")),
        (Dialect.V2_0, output("SECRET"), "s", (True, ["s"])),
        (Dialect.V1_3, output("INT"), "7", (True, 7)),
        (Dialect.V1_3, output("STRING"), [1, {"a": None, "b": "x"}], (True, '[1,{"b":"x"}]')),
        (Dialect.V1_3, output(None), {"a": 1}, (True, {"a": 1})),
    ],
)
def test_flow_outputs(dialect: Dialect, declared: FlowOutput, value: Json, expected: tuple[bool, Json]) -> None:
    assert type_output(declared, value, dialect=dialect, encrypt=lambda text: [text]) == expected


@pytest.mark.parametrize(
    ("dialect", "declared", "value"),
    [
        (Dialect.V2_0, output("STRING"), None),
        (Dialect.V1_3, output("INT"), None),
        (Dialect.V1_3, output("SECRET"), "s"),
        (Dialect.V1_3, output("JSON"), "{x"),
    ],
)
def test_flow_outputs_that_fail(dialect: Dialect, declared: FlowOutput, value: str | None) -> None:
    with pytest.raises(ValueError, match=r"."):
        type_output(declared, value, dialect=dialect, encrypt=lambda text: [text])
