from __future__ import annotations

from pathlib import Path

import pytest

from executor.stage import open_stage
from tiercel.engine.plan import Plan
from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow
from tiercel.operations import flow_cache
from tiercel.operations.flow_cache import FlowCache

CHECKED = """
id: checked
namespace: dev
inputs: [{id: n, type: INT}]
checks: [{condition: "{{ inputs.n > 1 }}", message: too small, behavior: BLOCK_EXECUTION}]
tasks: [{id: say, type: io.kestra.plugin.core.log.Log, message: hi}]
"""


def flow(flow_id: str, revision: int = 1) -> Flow:
    return Flow(id=flow_id, namespace="dev", dialect=Dialect.V1_3, tasks=(), revision=revision)


def test_the_revisions_used_last_stay() -> None:
    cache = FlowCache(limit=2)
    for name in "ab":
        cache.put(flow(name))
    assert cache.find("dev", "a", 1)
    cache.put(flow("c"))
    assert cache.find("dev", "b", 1) is None
    assert cache.find("dev", "a", 1)


def test_the_last_revision_is_known_until_something_changes() -> None:
    cache = FlowCache()
    assert cache.find_last("dev", "a") is None
    cache.put(flow("a", 3))
    cache.note_last(flow("a", 3), cache.changes)
    last = cache.find_last("dev", "a")
    assert last is not None
    assert last.revision == 3
    cache.forget_last("dev", "a")
    assert cache.find_last("dev", "a") is None
    assert cache.find("dev", "a", 3)


def test_what_was_read_before_a_save_is_not_taken_for_the_last() -> None:
    cache = FlowCache()
    before = cache.changes
    cache.forget_last("dev", "a")  # somebody saved while it was read
    cache.put(flow("a", 1))
    cache.note_last(flow("a", 1), before)
    assert cache.find_last("dev", "a") is None


def test_deleted_revisions_are_dropped() -> None:
    cache = FlowCache()
    cache.put(flow("a", 1))
    cache.put(flow("b", 1))
    cache.forget("dev", "a")
    assert cache.find("dev", "a", 1) is None
    assert cache.find("dev", "b", 1)


def test_a_plan_is_made_once_for_a_flow_that_is_here() -> None:
    cache = FlowCache()
    one = flow("a")
    cache.put(one)
    assert cache.plan_of(one).flow is one
    assert cache.plan_of(one) is cache.plan_of(one)


def test_another_flow_of_the_same_name_has_a_plan_of_its_own() -> None:
    cache = FlowCache()
    stored, edited = flow("a"), flow("a")
    cache.put(stored)
    kept = cache.plan_of(stored)
    assert cache.plan_of(edited).flow is edited
    assert cache.plan_of(edited) is not cache.plan_of(edited)
    assert cache.plan_of(stored) is kept
    cache.put(edited)
    assert cache.plan_of(edited).flow is edited


def test_plans_go_with_their_flows() -> None:
    cache = FlowCache(limit=1)
    dropped, deleted = flow("a"), flow("b")
    for one in (dropped, deleted):
        cache.put(one)
        before = cache.plan_of(one)
        assert cache.plan_of(one) is before
    cache.forget("dev", "b")
    for one in (dropped, deleted):
        assert cache.plan_of(one) is not cache.plan_of(one)


async def test_starts_with_inputs_and_checks_share_one_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(flow: Flow) -> Plan:
        made.append(flow.id)
        return Plan(flow)

    monkeypatch.setattr(flow_cache, "Plan", counted)
    async with open_stage(tmp_path) as stage:
        checked = await stage.save(CHECKED)
        starts = [await stage.prepare(checked, n=n) for n in (2, 3)]
    assert [one.inputs for one in starts] == [{"n": 2}, {"n": 3}]
    assert made == ["checked"]
