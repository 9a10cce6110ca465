from __future__ import annotations

from typing import Any

import pytest

from tasks.conftest import Run
from tiercel.model.dialect import Dialect
from tiercel.plugins import TaskError
from tiercel.tasks.state.murmur import murmur128
from tiercel.testing.memory_host import MemoryHost


def stored(host: MemoryHost, key: str = "k") -> Any:
    return host.kv[host.namespace, key]["value"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, "12"),
        ("{{ 12 }}", 12),
        ("true", "true"),
        ({"a": 1, "b": "{{ 2 }}"}, '{"a":1,"b":"2"}'),
        ('{{ {"a": 1} }}', {"a": 1}),
        ([1, "{{ 2 }}"], '[1,"2"]'),
        ("", ""),
        ("{{ null }}", None),
    ],
)
def test_one_expression_keeps_its_type_and_all_else_is_text(
    run: Run, host: MemoryHost, value: Any, expected: Any
) -> None:
    run("kv.Set", key="k", value=value)
    assert stored(host) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("STRING", "12", "12"),
        ("STRING", "{{ 12 }}", "12"),
        ("NUMBER", "12", 12),
        ("NUMBER", "123.45", 123.45),
        ("BOOLEAN", "true", True),
        ("BOOLEAN", "yes", False),
        ("DATE", "2024-01-02", "2024-01-02"),
        ("DATETIME", "2024-01-02T03:04:05+02:00", "2024-01-02T01:04:05Z"),
        ("DURATION", "pt1h", "PT1H"),
        ("JSON", "[1, 2]", [1, 2]),
    ],
)
def test_a_type_may_be_asked_for(run: Run, host: MemoryHost, kind: str, value: str, expected: Any) -> None:
    run("kv.Set", key="k", value=value, kvType=kind)
    assert stored(host) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [("NUMBER", "abc"), ("DATE", "x"), ("DATETIME", "2024-01-02"), ("DURATION", "1h"), ("JSON", "{bad")],
)
def test_a_value_that_is_not_of_its_type_is_refused(run: Run, kind: str, value: str) -> None:
    with pytest.raises(TaskError, match=f"'{value}' is not a value of type {kind}"):
        run("kv.Set", key="k", value=value, kvType=kind)


def test_2_0_refuses_booleans_of_other_words(run: Run, host: MemoryHost) -> None:
    host.dialect = Dialect.V2_0
    with pytest.raises(TaskError, match="expected 'true' or 'false'"):
        run("kv.Set", key="k", value="yes", kvType="BOOLEAN")


def test_options_of_set_reach_the_store(run: Run, host: MemoryHost) -> None:
    run("kv.Set", key="k", value="v", ttl="PT1H", kvDescription="what for")
    entry = host.kv[host.namespace, "k"]
    assert (entry["ttl_seconds"], entry["description"]) == (3600.0, "what for")
    with pytest.raises(TaskError, match="overwrite"):
        run("kv.Set", key="k", value="w", overwrite=False)


def test_a_value_is_read_from_the_namespace_or_above(run: Run, host: MemoryHost) -> None:
    host.kv["company", "shared"] = {"value": {"a": 1}}
    host.kv["company.team", "own"] = {"value": "x"}
    host.namespaces.append("company.other")
    assert run("kv.Get", key="own") == {"value": "x"}
    assert run("kv.Get", key="shared") == {"value": {"a": 1}}
    assert run("kv.Get", key="shared", namespace="company.other") == {}


@pytest.mark.parametrize(
    ("entry", "dialect", "expected"),
    [
        ({"type": "DURATION", "value": "PT1H"}, Dialect.V1_3, 3600.0),
        ({"type": "DATETIME", "value": "2024-01-02T03:04:05Z"}, Dialect.V1_3, "2024-01-02T03:04:05Z"),
        ({"type": "DATETIME", "value": "2024-01-02T03:04:05Z"}, Dialect.V2_0, "2024-01-02T03:04:05.000000Z"),
    ],
)
def test_typed_values_are_shown_as_outputs_hold_them(
    run: Run, host: MemoryHost, entry: dict[str, Any], dialect: Dialect, expected: Any
) -> None:
    host.dialect = dialect
    host.kv["company.team", "k"] = entry
    assert run("kv.Get", key="k") == {"value": expected}


def test_a_missing_key_is_an_error_when_asked_for(run: Run) -> None:
    message = "No value found for key 'k' in namespace 'company.team' and `errorOnMissing` is set to true"
    assert run("kv.Get", key="k") == {}
    assert run("kv.Delete", key="k") == {"deleted": False}
    for name, more in (("kv.Get", {}), ("kv.Delete", {}), ("kv.Put", {"value": "x"})):
        with pytest.raises(TaskError, match=message):
            run(name, key="k", errorOnMissing=True, **more)


def test_an_unknown_namespace_is_an_error(run: Run) -> None:
    for name, more in (("kv.Get", {}), ("kv.Set", {"value": "x"}), ("kv.Put", {"value": "x"}), ("kv.Delete", {})):
        with pytest.raises(TaskError, match="The namespace 'nope' does not exist"):
            run(name, key="k", namespace="nope", **more)


def test_put_stores_text_and_keeps_what_is_known_of_the_key(run: Run, host: MemoryHost) -> None:
    host.kv[host.namespace, "k"] = {"value": {"a": 1}}
    run("kv.Put", key="k", value={"b": 2, "m": {"y": "{{ 2 }}"}})
    assert stored(host) == '{"b":2,"m":{"y":"2"}}'
    assert host.kv[host.namespace, "k"]["keeps_metadata"] is True


def test_keys_are_listed_and_purged(run: Run, host: MemoryHost) -> None:
    for key in ("pb", "pa", "qc"):
        run("kv.Set", key=key, value=1)
    assert run("kv.GetKeys", prefix="p") == {"keys": ["pa", "pb"]}
    assert run("kv.GetKeys") == {"keys": ["pa", "pb", "qc"]}
    assert run("kv.PurgeKV", namespaces=["company.team"], behavior={"type": "key", "expiredOnly": False}) == {"size": 3}
    assert host.logs == [("INFO", "purging 1 namespaces: [company.team]"), ("INFO", "purged 3 keys")]
    assert host.calls[-1][1]["expired_only"] is False


def test_a_state_is_added_to_and_removed(run: Run) -> None:
    key = "demo_states_tasks-states_default"
    assert run("state.Get") == {"count": 0, "data": {}}
    assert run("state.Set", data={"a": 1}) == {"count": 1, "key": key}
    assert run("state.Set", data={"b": "{{ 2 }}"}) == {"count": 2, "key": key}
    assert run("state.Get") == {"count": 2, "data": {"a": 1, "b": "2"}}
    assert run("state.Set", data={"a": 1}, namespace=True)["key"] == "states_tasks-states_default"
    assert run("state.Delete") == {"deleted": True}
    for name in ("state.Get", "state.Delete"):
        with pytest.raises(TaskError, match="State 'default' not found"):
            run(name, errorOnMissing=True)


@pytest.mark.parametrize(
    ("value", "suffix"),
    [("x y", "_7553f151bd2f02fb02a125f2c0815b38"), ("b", "_eed1d3b157a9987ae9944e541e132efa"), (None, "")],
)
def test_each_iteration_has_a_state_of_its_own_unless_told_not_to(run: Run, value: str | None, suffix: str) -> None:
    key = "demo_states_tasks-states_default"
    assert run("state.Set", value, data={"a": 1})["key"] == f"{key}{suffix}"
    assert run("state.Set", value, data={"a": 1}, taskrunValue=False)["key"] == key


def test_long_values_are_hashed_by_blocks() -> None:
    assert murmur128(b"") == "0" * 32
    assert murmur128(b"The quick brown fox jumps over the lazy dog") == "6c1b07bc7bbc4be347939ac4a93c437a"
