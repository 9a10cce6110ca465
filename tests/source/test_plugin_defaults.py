from __future__ import annotations

import pytest

from source.known_types import PREFIX, flow_of, problems, warnings
from tiercel.model.flow import PluginDefault
from tiercel.model.json import Json
from tiercel.source.plugin_defaults import inject_defaults

TYPE = "io.kestra.test"


def default(values: dict[str, object], name: str = TYPE, *, is_forced: bool = False) -> PluginDefault:
    return PluginDefault(type=name, values=values, is_forced=is_forced)


def inject(task: dict[str, object], of_flow: list[PluginDefault], of_installation: list[PluginDefault]) -> object:
    document = inject_defaults({"tasks": [{"type": TYPE, **task}]}, of_flow, of_installation)
    injected = document["tasks"][0]
    return {key: value for key, value in injected.items() if key != "type"}


SOFT: dict[str, Json] = {"foo": "global", "bar": "global", "baz": "global"}
OWN: dict[str, Json] = {"bar": "flow", "baz": "flow"}


@pytest.mark.parametrize(
    ("is_flow_forced", "is_global_forced", "expected"),
    [
        (False, False, {"foo": "global", "bar": "flow", "baz": "task"}),
        (False, True, {"foo": "global", "bar": "global", "baz": "global"}),
        (True, False, {"foo": "global", "bar": "flow", "baz": "flow"}),
        (True, True, {"foo": "global", "bar": "flow", "baz": "flow"}),
    ],
)
def test_which_value_wins(is_flow_forced: bool, is_global_forced: bool, expected: dict[str, str]) -> None:
    own, above = default(OWN, is_forced=is_flow_forced), default(SOFT, is_forced=is_global_forced)
    assert inject({"baz": "task"}, [own], [above]) == expected


def test_maps_merge_and_lists_follow_one_another() -> None:
    of_flow, of_installation = default({"m": {"a": 1}, "l": [1]}), default({"m": {"a": 2, "b": 2}, "l": [2]})
    assert inject({"m": {"c": 3}}, [of_flow], [of_installation]) == {"m": {"a": 1, "b": 2, "c": 3}, "l": [2, 1]}


def test_the_longest_type_wins_in_one_list() -> None:
    entries = [default({"a": "exact"}), default({"a": "prefix", "b": "prefix"}, "io.kestra")]
    assert inject({}, entries, []) == {"a": "exact", "b": "prefix"}
    assert inject({}, entries[::-1], []) == {"a": "exact", "b": "prefix"}


def test_every_mapping_with_a_type_is_reached_but_not_what_defaults_bring() -> None:
    entry = default({"inner": {"type": TYPE}})
    assert inject({"deep": [{"runner": {"type": TYPE}}]}, [entry], []) == {
        "inner": {"type": TYPE},
        "deep": [{"runner": {"type": TYPE, "inner": {"type": TYPE}}}],
    }


def test_nothing_to_do_costs_nothing() -> None:
    document: dict[str, Json] = {"tasks": []}
    assert inject_defaults(document, [], []) is document


def test_a_flow_with_defaults_common_properties_included() -> None:
    flow = flow_of(
        """\
pluginDefaults:
  - {type: core.log, values: {level: WARN, timeout: PT5S, retry: {type: constant, interval: PT1S}}}
  - {type: core., values: {format: f}}
tasks:
  - {id: a, type: core.log.Log, message: x, level: INFO}
  - {id: b, type: core.debug.Return}
  - {id: s, type: core.flow.Sequential, tasks: [{id: c, type: io.kestra.core.Log, message: y}]}
"""
    )
    first, second, sequence = flow.tasks
    assert first.properties == {"message": "x", "level": "INFO"}
    assert first.timeout == "PT5S"
    assert first.retry is not None
    assert second.properties == {"format": "f"}
    assert sequence.branches["tasks"][0].properties == {"message": "y", "level": "WARN"}
    assert flow.document["tasks"][0] == {"id": "a", "type": PREFIX + "log.Log", "message": "x", "level": "INFO"}


def test_a_value_that_no_type_of_a_group_has_is_a_warning() -> None:
    assert warnings("pluginDefaults: [{type: core.log, values: {level: WARN, nope: 1}}]") == [
        ("pluginDefaults[0].values.nope", "no-effect")
    ]


def test_defaults_of_the_installation() -> None:
    assert (
        flow_of("labels: {a: b}", plugin_defaults=[default({"level": "WARN"}, PREFIX + "log.Log")])
        .tasks[0]
        .properties["level"]
        == "WARN"
    )


@pytest.mark.parametrize(
    ("entry", "path", "code"),
    [
        ("{type: core.log.Log}", "pluginDefaults[0].values", "missing"),
        ("{type: core.log.Log, values: {level: null}}", "pluginDefaults[0].values.level", "null-default"),
        ("{type: core.log.Log, values: {nope: 1}}", "pluginDefaults[0].values.nope", "unknown-property"),
    ],
)
def test_refused(entry: str, path: str, code: str) -> None:
    assert problems(f"pluginDefaults: [{entry}]") == [(path, code)]
