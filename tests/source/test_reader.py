from __future__ import annotations

import math

import pytest

from tiercel.model.json import Json
from tiercel.source import Limits, read_yaml, split_documents


def value(text: str) -> object:
    document = read_yaml(f"v: {text}")
    assert not document.violations, document.violations
    return document.data["v"]


@pytest.mark.parametrize(
    "text", ["yes", "on", "NO", "1_000", "12:30", "2024-01-01", "2024-01-01T00:00:00Z", "0b1", "="]
)
def test_words_of_older_yaml_stay_text(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("010", 10), ("-7", -7), ("0x1f", 31), ("0o17", 15), ("1.5e3", 1500.0), (".5", 0.5), ("~", None), ("", None),
        ("True", True), ("FALSE", False), ("'true'", "true"), ('"1"', "1"), ("!!str 1", "1"), ("!!float 1", 1.0),
        ("-.inf", -math.inf),
    ],
)  # fmt: skip
def test_scalars_of_the_core_schema(text: str, expected: Json) -> None:
    assert value(text) == expected
    assert type(value(text)) is type(expected)


def test_tags_of_others_mean_nothing() -> None:
    assert value("!thing 1") == 1
    assert value("!thing [x]") == ["x"]


def test_a_number_too_long_to_be_one_is_text() -> None:
    assert value("1" * 5000) == "1" * 5000


def test_aliases_and_merge_keys_are_resolved() -> None:
    document = read_yaml("a: &x {k: 1, z: 9}\nb:\n  <<: *x\n  k: 2\nc: *x\nd:\n  <<: [{k: 5}, *x]\n")
    assert document.data == {"a": {"k": 1, "z": 9}, "b": {"z": 9, "k": 2}, "c": {"k": 1, "z": 9}, "d": {"k": 5, "z": 9}}


def test_positions_of_values_keys_and_what_is_missing() -> None:
    document = read_yaml("a:\n  b:\n    - x\n    - {c: 1}\n")
    assert document.position(("a", "b", 1, "c")) == (4, 11)
    assert document.position(("a", "b", 1, "c"), of_key=True) == (4, 8)
    assert document.position(("a", "b", 1, "nothing")) == (4, 7)
    assert document.position(("nothing",)) == (1, 1)


def test_positions_through_a_merge_key() -> None:
    document = read_yaml("a: &x {k: 1}\nb:\n  <<: *x\n")
    assert document.position(("b", "k")) == (1, 11)


def test_the_text_of_a_scalar_as_written() -> None:
    assert read_yaml("v: 1.10").raw_text(("v",)) == "1.10"


def refusal(text: str, **limits: int) -> tuple[str, int, int]:
    document = read_yaml(text, Limits(**limits))
    assert document.data is None
    assert len(document.violations) == 1
    found = document.violations[0]
    return found.code, found.line, found.column


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [", ("yaml-syntax", 2, 1)),
        ("a:\n\tb: 1", ("yaml-syntax", 2, 1)),
        ("a: 1\n---\nb: 2", ("yaml-syntax", 2, 1)),
        ("a: *nowhere", ("yaml-syntax", 1, 4)),
        ("a: 1\na: 2", ("duplicate-key", 2, 1)),
        ("a: &a [*a]", ("alias-recursive", 1, 4)),
        ("? [a]\n: 1", ("key-not-text", 1, 3)),
        ("a: !!int x", ("bad-tag", 1, 4)),
        ("a: {<<: 1}", ("merge-not-map", 1, 9)),
        ("[" * 5000, ("too-deep", 1, 1001)),
    ],
)
def test_refusals_have_a_place(text: str, expected: tuple[str, int, int]) -> None:
    assert refusal(text) == expected


def test_a_tab_is_explained() -> None:
    (found,) = read_yaml("a:\n\tb: 1").violations
    assert found.hint == "Indent with spaces"


def test_a_character_yaml_does_not_allow() -> None:
    (found,) = read_yaml("a: \x00").violations
    assert found.code == "yaml-syntax"


def test_all_repeated_keys_are_reported() -> None:
    found = read_yaml("a: 1\na: 2\nb: {c: 1, c: 2}\n").violations
    assert [(item.path, item.line) for item in found] == [("a", 2), ("b.c", 3)]


def test_limits() -> None:
    assert refusal("a: " + "x" * 100, size_bytes=100)[0] == "too-large"
    assert refusal("a: é", size_bytes=4)[0] == "too-large"
    assert refusal("a: {b: {c: 1}}", depth=2) == ("too-deep", 1, 8)


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for name, before in zip("bcdefghij", "abcdefghi", strict=True):
        rows.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    assert refusal("\n".join(rows))[0] == "too-large"


def test_json_is_read_too() -> None:
    assert read_yaml('{"a": [1, "x", null, true, 1.5]}').data == {"a": [1, "x", None, True, 1.5]}


def test_nothing_at_all() -> None:
    assert read_yaml("# only a comment").data is None


def test_texts_of_several_documents_are_split_byte_for_byte() -> None:
    text = "---\na: 1\n---\nb: |\n  ---\n  x\n--- # c\n# only\n---\nc: 2"
    assert split_documents(text) == ["a: 1\n", "b: |\n  ---\n  x\n", "c: 2"]


@pytest.mark.parametrize(
    ("text", "place"), [("a: 1\né: 'ü\0'", (2, 6)), ("a: 1\né: '\ud800'", (2, 5)), ("\x07", (1, 1))]
)
def test_a_forbidden_character_has_its_place(text: str, place: tuple[int, int]) -> None:
    (violation,) = read_yaml(text).violations
    assert (violation.line, violation.column) == place
    assert "a character YAML does not allow" in violation.message
