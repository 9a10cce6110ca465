from __future__ import annotations

from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow
from tiercel.operations.flow_cache import FlowCache


def flow(flow_id, revision=1):
    return Flow(id=flow_id, namespace="dev", dialect=Dialect.V1_3, tasks=(), revision=revision)


def test_the_revisions_used_last_stay():
    cache = FlowCache(limit=2)
    for name in "ab":
        cache.put(flow(name))
    assert cache.find("dev", "a", 1)
    cache.put(flow("c"))
    assert cache.find("dev", "b", 1) is None
    assert cache.find("dev", "a", 1)


def test_the_last_revision_is_known_until_something_changes():
    cache = FlowCache()
    assert cache.find_last("dev", "a") is None
    cache.put(flow("a", 3))
    cache.note_last(flow("a", 3), cache.changes)
    assert cache.find_last("dev", "a").revision == 3
    cache.forget_last("dev", "a")
    assert cache.find_last("dev", "a") is None
    assert cache.find("dev", "a", 3)


def test_what_was_read_before_a_save_is_not_taken_for_the_last():
    cache = FlowCache()
    before = cache.changes
    cache.forget_last("dev", "a")  # somebody saved while it was read
    cache.put(flow("a", 1))
    cache.note_last(flow("a", 1), before)
    assert cache.find_last("dev", "a") is None


def test_deleted_revisions_are_dropped():
    cache = FlowCache()
    cache.put(flow("a", 1))
    cache.put(flow("b", 1))
    cache.forget("dev", "a")
    assert cache.find("dev", "a", 1) is None
    assert cache.find("dev", "b", 1)
