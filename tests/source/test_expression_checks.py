from __future__ import annotations

import pytest

from source.known_types import flow_of, parse
from tiercel.model.dialect import DialectSetting
from tiercel.source.expression_checks import find_differences


def warned(template: str, setting: DialectSetting = DialectSetting.V1_3) -> list[str]:
    body = f'tasks: [{{id: a, type: core.log.Log, message: "{template}"}}]'
    parsed = parse(body, setting, is_checking_expressions=True)
    assert parsed.flow is not None
    return [found.code for found in parsed.warnings if found.path == "tasks[0].message"]


@pytest.mark.parametrize(
    ("template", "codes"),
    [
        ("{{ inputs.a }}", []),
        ("{{ inputs.a | upper }}", []),
        ("{{ render(vars.x) }}", []),
        ("no expression }}", []),
        ("{{ inputs. }}", ["expression"]),
        ("{{ a | nosuchfilter }}", ["expression"]),
        ("{{ nosuchfunction() }}", ["expression"]),
        ("{% if true %}", ["expression"]),
        ("{{ a ?? b }}", []),
        ("{{ a ?? b | upper }}", ["dialect-meaning"]),
        ("{{ (a ?? b) | upper }}", []),
        ("{{ a < 'x' }}", ["dialect-meaning"]),
        ("{{ a < 3 }}", []),
    ],
)
@pytest.mark.parametrize("setting", [DialectSetting.V1_3, DialectSetting.V2_0])
def test_warnings(template: str, codes: list[str], setting: DialectSetting) -> None:
    assert warned(template, setting) == codes


def test_expressions_are_left_alone_unless_asked_for() -> None:
    assert parse('tasks: [{id: a, type: core.log.Log, message: "{{ inputs. }}"}]').violations == []


def test_what_a_change_of_dialect_would_change() -> None:
    data = {"a": ["{{ x ?? y | z }}", "{{ x }}"], "b": "{{ 'a' < x }}", "c": "{{ broken."}
    assert [(found.path, found.text) for found in find_differences(data)] == [
        (("a", 0), "{{ x ?? y | z }}"),
        (("b",), "{{ 'a' < x }}"),
    ]


def test_a_save_that_changes_the_dialect_names_what_changes() -> None:
    body = 'tasks: [{id: a, type: core.log.Log, message: "{{ x ?? y | upper }}"}, {id: b, type: core.debug.Return}]'
    before = flow_of(body, DialectSetting.V1_3)
    parsed = parse(body, DialectSetting.V2_0, previous=before)
    assert [(found.path, found.code) for found in parsed.violations] == [
        ("", "dialect-changes"),
        ("tasks[0].message", "dialect-changes"),
    ]
    assert parse(body, DialectSetting.V1_3, previous=before).violations == []
