"""The index of who looks at which executions."""

from __future__ import annotations

from tiercel.model.state import State
from tiercel.operations.watching import Watchers
from tiercel.repository.records import Watch


def watch(trigger: str, namespace: str = "n", flow: str = "a", *states: State) -> Watch:
    return Watch(trigger_id=trigger, namespace=namespace, flow_id=flow, states=states or (State.SUCCESS,))


def test_a_flow_is_found_by_its_name_its_namespace_and_as_one_of_all() -> None:
    watchers = Watchers()
    watchers.load(
        [
            (("n", "exact"), watch("t")),
            (("n", "exact"), watch("again")),
            (("n", "near"), watch("t", "n", "")),
            (("m", "all"), watch("t", "", "")),
        ]
    )
    assert watchers.find("n", "a", State.SUCCESS) == [
        ("m", "all", "t"),
        ("n", "exact", "again"),
        ("n", "exact", "t"),
        ("n", "near", "t"),
    ]
    assert watchers.find("n", "b", State.SUCCESS) == [("m", "all", "t"), ("n", "near", "t")]
    assert watchers.find("x", "a", State.SUCCESS) == [("m", "all", "t")]


def test_only_the_states_that_are_looked_at_count() -> None:
    watchers = Watchers()
    assert not watchers.is_watched("n", "a", State.SUCCESS)
    watchers.replace(("m", "f"), [watch("t", "n", "a", State.FAILED, State.PAUSED)])
    assert watchers.is_watched("n", "a", State.PAUSED)
    assert not watchers.is_watched("n", "a", State.SUCCESS)
    assert not watchers.is_watched("n", "b", State.PAUSED)


def test_a_flow_does_not_look_at_itself() -> None:
    watchers = Watchers()
    watchers.replace(("n", "a"), [watch("t", "", "")])
    assert not watchers.is_watched("n", "a", State.SUCCESS)
    assert watchers.is_watched("n", "b", State.SUCCESS)


def test_a_save_takes_the_place_of_what_was_there_and_a_removal_leaves_nothing() -> None:
    watchers = Watchers()
    watchers.replace(("m", "f"), [watch("t"), watch("u", "n", "b")])
    watchers.replace(("m", "g"), [watch("t")])
    watchers.replace(("m", "f"), [watch("u", "n", "b")])
    assert watchers.find("n", "a", State.SUCCESS) == [("m", "g", "t")]
    assert watchers.find("n", "b", State.SUCCESS) == [("m", "f", "u")]
    watchers.replace(("m", "f"), ())
    watchers.replace(("m", "g"), ())
    assert not watchers.is_watched("n", "a", State.SUCCESS)
    assert not watchers.is_watched("n", "b", State.SUCCESS)


def test_loading_forgets_what_was_there() -> None:
    watchers = Watchers()
    watchers.replace(("m", "f"), [watch("t")])
    watchers.load([])
    assert not watchers.is_watched("n", "a", State.SUCCESS)
