"""Whatever stands in a text, reading it ends with a list of problems and never with an exception."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings, strategies as st

from source.known_types import PREFIX, KnownTypes
from tiercel.model.dialect import DialectSetting
from tiercel.source import Parsed, parse_flow, parse_stored, read_yaml

LOG = {"id": "l", "type": PREFIX + "log.Log", "message": "{{ inputs.a }}"}
FULL: dict[str, Any] = {
    "id": "f",
    "namespace": "n",
    "labels": {"a": "b"},
    "variables": {"v": 1},
    "inputs": [
        {"id": "a", "type": "INT", "min": 1, "defaults": 2},
        {"id": "s", "type": "SELECT", "values": ["x", {"label": "L", "value": "v"}], "dependsOn": {"inputs": ["a"]}},
        {"id": "g", "type": "FORM", "inputs": [{"id": "c", "type": "DATE", "after": "2024-01-01", "required": False}]},
    ],
    "outputs": [{"id": "o", "type": "JSON", "value": {"x": "{{ 1 }}"}}],
    "concurrency": {"limit": 1},
    "retry": {"type": "random", "minInterval": "PT1S", "maxInterval": "PT2S"},
    "sla": [{"id": "s", "type": "MAX_DURATION", "duration": "PT1S", "behavior": "FAIL"}],
    "checks": [{"when": "{{ true }}", "message": "m"}],
    "pluginDefaults": [{"type": PREFIX + "log", "values": {"level": "WARN"}}],
    "listeners": [{"tasks": [{**LOG, "id": "l2"}], "conditions": [{"type": PREFIX + "condition.Weekend"}]}],
    "triggers": [{"id": "t", "type": PREFIX + "trigger.Schedule", "cron": "* * * * *", "inputs": {"s": "x"}}],
    "tasks": [
        {"id": "d", "type": PREFIX + "flow.Dag", "tasks": [{"task": {**LOG, "id": "l1"}, "dependsOn": []}]},
        {"id": "w", "type": PREFIX + "flow.Switch", "value": "v", "cases": {"a": [LOG]}, "timeout": "PT1S"},
        {"id": "p", "type": PREFIX + "flow.Pause", "onPause": {**LOG, "id": "l3"}, "taskCache": {"enabled": True}},
        {"id": "e", "type": PREFIX + "flow.ForEachItem", "items": "u", "namespace": "n", "flowId": "g"},
    ],
}
WORDS = st.sampled_from(["id", "type", "tasks", "retry", "timeout", "when", "name", "dependsOn", "labels", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "PT1S", "{{ a", "x"]) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [path, *(place for key in keys for place in places(value[key], (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return copy


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(places(FULL)), VALUES), min_size=1, max_size=2))
def test_a_changed_flow_is_parsed_or_refused(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = FULL
    for path, new in changes:
        if path in places(document):
            document = changed(document, path, new)
    text = msgspec.json.encode(document).decode()
    for setting in DialectSetting:
        parsed = parse_flow(text, KnownTypes(), setting, is_checking_expressions=True)
        assert (parsed.flow is None) == bool(parsed.errors)
        assert_places(parsed, text)
        if parsed.flow is not None:
            stored = parse_stored(text, KnownTypes(), parsed.dialect, 1).flow
            assert stored is not None
            assert stored.tasks == parsed.flow.tasks


def test_the_flow_that_is_changed_is_valid() -> None:
    assert parse_flow(msgspec.json.encode(FULL).decode(), KnownTypes()).errors == []


@settings(max_examples=200)
@given(st.text(alphabet="ab:-[]{}&*<>!|#'\"\n\t 01~?,%@`\\\ufeff", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    document = read_yaml(text)
    for found in document.violations:
        assert found.line >= 1
    assert_places(parse_flow(text, KnownTypes()), text)


def assert_places(parsed: Parsed, text: str) -> None:
    lines = text.count("\n") + 2
    assert all(0 <= found.line <= lines for found in parsed.violations)
