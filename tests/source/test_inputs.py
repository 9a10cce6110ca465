from __future__ import annotations

from typing import Any

import pytest

from source.known_types import flow_of, parse, problems
from tiercel.errors import ExpressionError, InvalidError
from tiercel.expressions import Context, render_structure
from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.model.json import Json
from tiercel.source import ResolvedInputs, context_inputs, declare_inputs, resolve_declared, resolve_inputs
from tiercel.source.inputs import select_values

from source.known_types import KnownTypes  # isort: skip

V1_3, V2_0 = DialectSetting.V1_3, DialectSetting.V2_0


class NoHost:
    """An expression host for templates that ask nothing."""

    def now(self) -> Any:
        raise ExpressionError("evaluation", "no clock")

    def random_bytes(self, count: int) -> bytes:
        return bytes(count)

    def call(self, name: str, arguments: object, context: object) -> Any:
        raise ExpressionError("evaluation", f"no {name}")


def render(template: Any, inputs: Any, *, is_typed: bool) -> Any:
    return render_structure(template, Context({"inputs": inputs}, NoHost(), Dialect.V1_3), typed=is_typed)


def resolve(inputs: str, given: dict[str, Any], setting: DialectSetting = V1_3) -> ResolvedInputs:
    flow = flow_of(f"inputs:\n{inputs}", setting)
    return resolve_inputs(flow, given, render=render, encrypt=lambda text: f"<{text}>")


def stored(inputs: str, given: dict[str, Any], setting: DialectSetting = V1_3) -> dict[str, Any]:
    resolved = resolve(inputs, given, setting)
    assert resolved.errors == []
    return resolved.values


def test_every_failing_input_is_reported() -> None:
    resolved = resolve("- {id: a, type: STRING}\n- {id: b, type: INT}\n- {id: c, type: INT}", {"b": "x", "d": 1})
    whole = "a whole number from -2147483648 to 2147483647"
    assert [(found.path, found.message) for found in resolved.errors] == [
        ("a", "Invalid input for `a`, missing required input, but received `null`"),
        ("b", f"Invalid input for `b`, Expected `INT` but received `x`; give {whole}"),
        ("c", "Invalid input for `c`, missing required input, but received `null`"),
    ]
    assert resolved.unknown == ["d"]


def test_a_missing_input_is_told_how_to_give() -> None:
    resolved = resolve("- {id: a.b, type: STRING}\n- {id: f, type: FILE}\n- {id: n, type: INT}", {"n": "x"})
    assert [found.hint for found in resolved.errors] == [
        "Give a.b a value, on the command line with --input a.b=value",
        "Give f a value, on the command line with --input f=@path",
        "",
    ]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("FLOAT", "x"),
        ("DATE", "x"),
        ("TIME", "x"),
        ("DATETIME", "x"),
        ("DURATION", "x"),
        ("URI", "x"),
        ("EMAIL", "x"),
        ("FILE", "x"),
        ("JSON", "{x"),
    ],
)
def test_a_value_of_another_type_is_named_once(kind: str, given: str) -> None:
    (found,) = resolve(f"- {{id: a, type: {kind}}}", {"a": given}).errors
    assert found.message.count(f"received `{given}`") == 1
    assert found.message.startswith(f"Invalid input for `a`, Expected `{kind}` but received `{given}`")


def test_a_value_out_of_bounds_is_named() -> None:
    (found,) = resolve("- {id: a, type: INT, max: 20}", {"a": "21"}).errors
    assert found.message == "Invalid input for `a`, it must be less than `20`, but received `21`"


def test_a_secret_is_never_shown() -> None:
    (found,) = resolve("- {id: s, type: SECRET, validator: '[0-9]+'}", {"s": "hunter2"}).errors
    assert "hunter2" not in found.message


def test_optional_inputs_are_stored_as_null() -> None:
    assert stored("- {id: a, type: STRING, required: false, prefill: x}", {}) == {"a": None}


def test_dotted_ids_are_stored_nested_and_taken_both_ways() -> None:
    inputs = "- {id: a.b, type: INT}\n- {id: a.c.d, type: STRING, defaults: x}"
    assert stored(inputs, {"a.b": "1"}) == {"a": {"b": 1, "c": {"d": "x"}}}
    assert stored(inputs, {"a": {"b": 2}}) == {"a": {"b": 2, "c": {"d": "x"}}}


def test_defaults_see_only_what_they_depend_on() -> None:
    inputs = "- {id: x, type: STRING, defaults: '{{ inputs.a ~ 1 }}'%s}\n- {id: a, type: STRING, defaults: q}"
    assert stored(inputs % "", {})["x"] == "1"
    assert stored(inputs % ", dependsOn: {inputs: [a]}", {"a": "z"})["x"] == "z1"


CONDITION = (
    "- {id: a, type: STRING, defaults: go}\n"
    '- {id: x, type: STRING, defaults: dx, dependsOn: {inputs: [a], condition: "%s"}}'
)


@pytest.mark.parametrize(
    ("condition", "is_enabled"),
    [
        ("{{ inputs.a == 'go' }}", True),
        ("{{ inputs.a == 'no' }}", False),
        ("true", False),
        ("{{ inputs.a }}", False),
        ("{{ inputs.q.z }}", False),
    ],
)
def test_a_condition_must_be_exactly_true(condition: str, is_enabled: bool) -> None:
    values = stored(CONDITION % condition, {"x": "given"})
    assert values == ({"a": "go", "x": "given"} if is_enabled else {"a": "go"})


def test_a_disabled_input_shows_what_was_given_unless_it_is_secret() -> None:
    secret = CONDITION.replace("type: STRING, defaults: dx", "type: SECRET")
    for source, shown in ((CONDITION, "given"), (secret, None)):
        state = resolve(source % "{{ false }}", {"x": "given"}).states[1]
        assert (state.is_enabled, state.value) == (False, shown)


def test_a_condition_that_cannot_be_rendered_is_told_but_stops_nothing() -> None:
    resolved = resolve(CONDITION % "{{ inputs.q.z }}", {})
    assert resolved.errors == []
    assert [(state.id, state.is_enabled, state.error is not None) for state in resolved.states] == [
        ("a", True, False),
        ("x", False, True),
    ]


CHAIN = (
    "- {id: a, type: STRING, required: false}\n"
    "- {id: b, type: STRING, defaults: bb, dependsOn: {inputs: [a]}}\n"
    "- {id: c, type: STRING, defaults: cc, dependsOn: {inputs: [b]}}"
)


def test_a_dependency_on_null_disables_in_2_0_alone() -> None:
    assert stored(CHAIN, {}, V1_3) == {"a": None, "b": "bb", "c": "cc"}
    assert stored(CHAIN, {}, V2_0) == {"a": None}
    assert stored(CHAIN, {"a": "x"}, V2_0) == {"a": "x", "b": "bb", "c": "cc"}


def test_an_empty_text_is_no_number() -> None:
    assert resolve("- {id: a, type: INT, defaults: 3}", {"a": ""}, V1_3).errors
    assert stored("- {id: a, type: INT, defaults: 3}", {"a": ""}, V2_0) == {"a": 3}
    assert stored("- {id: a, type: URI, required: false}", {"a": ""}, V2_0) == {"a": None}
    for kept in ("STRING", "EMAIL"):
        assert stored(f"- {{id: a, type: {kept}}}", {"a": ""}, V2_0) == {"a": ""}


@pytest.mark.parametrize(
    ("declared", "given", "value"),
    [
        ("type: SELECT, values: [a, b]", "b", "b"),
        ("type: SELECT, values: [a, b]", "c", None),
        ("type: SELECT, values: [a, b], allowCustomValue: true", "c", "c"),
        ('type: SELECT, expression: "{{ [1, 2] }}"', "2", "2"),
        ('type: SELECT, expression: "{{ [1, 2] }}"', 2, "2"),
        ('type: SELECT, expression: "{{ [1, 2] }}"', "3", None),
        ("type: SELECT, values: [1.10, b]", "1.10", "1.10"),
        ("type: MULTISELECT, values: [a, b, c]", ["a", "c"], ["a", "c"]),
        ("type: MULTISELECT, values: [a, b, c]", [], []),
        ("type: MULTISELECT, values: [a, b, c]", '["a", "z"]', None),
        ("type: ENUM, values: [a, b]", "z", None),
    ],
)
def test_selects(declared: str, given: Json, value: Json) -> None:
    resolved = resolve(f"- {{id: x, {declared}}}", {"x": given})
    assert (resolved.values.get("x"), bool(resolved.errors)) == (value, value is None)


def test_selects_that_differ_by_dialect() -> None:
    optional = "- {id: x, type: SELECT, values: [a], required: false}"
    assert stored(optional, {"x": "z"}, V1_3) == {"x": "z"}
    assert resolve(optional, {"x": "z"}, V2_0).errors
    assert stored("- {id: x, type: SELECT, values: [{label: L, value: v}, w]}", {"x": "v"}, V2_0) == {"x": "v"}


def test_the_first_value_can_be_the_default() -> None:
    assert stored("- {id: x, type: SELECT, values: [a, b], autoSelectFirst: true}", {}) == {"x": "a"}
    assert stored("- {id: x, type: MULTISELECT, values: [a, b], autoSelectFirst: true}", {}) == {"x": ["a"]}


def test_a_form_groups_its_inputs() -> None:
    form = (
        "- {id: on, type: BOOL, defaults: true}\n"
        "- {id: g, type: FORM, dependsOn: {inputs: [on], condition: '{{ inputs.on }}'},"
        " inputs: [{id: a, type: STRING, defaults: d}, {id: b, type: INT, dependsOn: {inputs: [a]}}]}"
    )
    assert stored(form, {"g.b": "4"}, V2_0) == {"on": True, "g": {"a": "d", "b": 4}}
    assert stored(form, {"on": "false"}, V2_0) == {"on": False}


def test_the_context_adds_defaults_of_absent_inputs() -> None:
    flow = flow_of(f"inputs:\n{CONDITION % 'false'}\n- {{id: n.m, type: INT, defaults: '7'}}", V1_3)
    assert context_inputs(flow, {"a": "go"}) == {"a": "go", "x": "dx", "n": {"m": 7}, "n.m": 7}
    flow = flow_of("inputs: [{id: n.m, type: INT, defaults: '{{ 3 + 4 }}'}]", V2_0)
    assert context_inputs(flow, {}, render) == {"n": {"m": 7}}
    assert context_inputs(flow, {}) == {}


def test_the_context_never_changes_what_is_stored() -> None:
    flow = flow_of("inputs: [{id: n.m, type: INT, defaults: 7}, {id: n.o, type: INT}]", V2_0)
    values = {"n": {"o": 1}}
    assert context_inputs(flow, values) == {"n": {"o": 1, "m": 7}}
    assert values == {"n": {"o": 1}}


def test_inputs_that_are_not_of_a_flow() -> None:
    declared = declare_inputs([{"id": "a", "type": "INT"}], KnownTypes())
    assert resolve_declared(declared, {"a": "1"}, render=render, dialect=Dialect.V2_0).values == {"a": 1}
    with pytest.raises(InvalidError):
        declare_inputs([{"id": "a", "type": "NOPE"}], KnownTypes())


def test_values_offered_by_a_select() -> None:
    (item,) = flow_of("inputs: [{id: x, type: SELECT, expression: '{{ [1, true, inputs.a] }}'}]").inputs
    assert select_values(item, {"a": "t"}, render) == ["1", "true", "t"]


@pytest.mark.parametrize(
    ("declared", "path", "code"),
    [
        ("{id: a}", "inputs[0].type", "unknown-input-type"),
        ("{id: a, type: NOPE}", "inputs[0].type", "unknown-input-type"),
        ("{id: a, type: STRING, min: 1}", "inputs[0].min", "unknown-property"),
        ("{id: -a, type: STRING}", "inputs[0].id", "bad-id"),
        ("{id: a, type: STRING, validator: '('}", "inputs[0].validator", "bad-pattern"),
        ("{id: a, type: STRING, required: false, defaults: x}", "inputs[0].defaults", "optional-default"),
        ("{id: a, type: STRING, prefill: x, defaults: y}", "inputs[0].defaults", "default-and-prefill"),
        ("{id: a, type: FILE, defaults: something}", "inputs[0].defaults", "bad-default"),
        ("{id: a, type: ARRAY}", "inputs[0].itemType", "missing"),
        ("{id: a, type: ARRAY, itemType: ARRAY}", "inputs[0].itemType", "bad-item-type"),
        ("{id: a, type: SELECT}", "inputs[0].values", "no-values"),
        ("{id: a, type: JSON, jsonSchema: '{\"type\": \"nope\"}'}", "inputs[0].jsonSchema", "bad-schema"),
        ("{id: a, type: JSON, jsonSchema: '{'}", "inputs[0].jsonSchema", "bad-schema"),
        ("{id: a, type: DATE, after: soon}", "inputs[0].after", "bad-bound"),
        ("{id: a, type: STRING, dependsOn: {inputs: [b]}}", "inputs[0].dependsOn.inputs", "unknown-dependency"),
        ("{id: a, type: STRING, dependsOn: {inputs: [a]}}", "inputs[0].dependsOn", "cyclic-dependency"),
        ("{id: g, type: FORM, inputs: [{id: h, type: FORM, inputs: []}]}", "inputs[0].inputs[0].type", "nested-form"),
    ],
)  # fmt: skip
def test_refused_declarations(declared: str, path: str, code: str) -> None:
    assert (path, code) in problems(f"inputs: [{declared}]")


def test_a_default_of_the_wrong_type_is_refused_in_2_0_and_a_warning_in_1_3() -> None:
    body = "inputs: [{id: a, type: INT, defaults: x}]"
    assert problems(body, V2_0) == [("inputs[0].defaults", "bad-default")]
    assert [(found.code, found.is_error) for found in parse(body, V1_3).violations] == [("bad-default", False)]


def test_a_default_must_be_among_the_values() -> None:
    body = "inputs: [{id: a, type: SELECT, values: [x], defaults: %s}]"
    assert problems(body % "z", V2_0) == [("inputs[0].defaults", "bad-default")]
    assert problems(body % "x", V2_0) == []


def test_an_input_has_no_place_beside_one_that_nests_under_it() -> None:
    body = "inputs: [{id: a, type: STRING}, {id: a.b, type: STRING}]"
    assert problems(body, V2_0) == [("inputs[0].id", "nesting")]
    assert problems(body, V1_3) == []


def test_a_declaration_of_unknown_type_is_checked_no_further_than_it_can_be() -> None:
    assert problems("inputs: [{id: a, type: NOPE, min: 1, nonsense: 2}]") == [
        ("inputs[0].type", "unknown-input-type"),
        ("inputs[0].nonsense", "unknown-property"),
    ]
