from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from engine.schedule.asking import condition, context, micros
from tiercel.engine.conditions.flow_trigger import FlowTriggerPlan, Match, match, plan_flow_trigger
from tiercel.engine.conditions.flow_variables import flow_variables, seen_by_inputs, seen_by_labels
from tiercel.engine.conditions.trigger_labels import trigger_labels
from tiercel.engine.conditions.upstream import Upstream
from tiercel.model.dialect import Dialect
from tiercel.model.execution import ExecutionKind
from tiercel.model.flow import ConditionDefinition, TriggerDefinition
from tiercel.model.memory import Memory
from tiercel.model.state import State

TYPE = "io.kestra.plugin.core.trigger.Flow"
NOON = micros("2024-03-04T12:00Z")
HOUR = 3_600_000_000


def upstream(flow_id: str, state: State = State.SUCCESS, **facts: Any) -> Upstream:
    return Upstream(execution_id=f"e-{flow_id}", namespace="company.team", flow_id=flow_id, state=state, **facts)


def flow(flow_id: str, **more: Any) -> dict[str, Any]:
    return {"namespace": "company.team", "flowId": flow_id, **more}


@dataclass
class Listener:
    """A trigger with its memory, as the executor keeps it."""

    plan: FlowTriggerPlan
    memories: dict[str, Memory] = field(default_factory=dict)

    def hear(self, execution: Upstream, now: int = NOON, **variables: Any) -> Match:
        seen = replace(context(**variables), upstream=execution)
        found = match(self.plan, self.memories, now, seen)
        for name, memory in found.memories.items():
            if memory is None:
                self.memories.pop(name, None)
            else:
                self.memories[name] = memory
        return found

    def fires(self, flow_id: str, now: int = NOON, state: State = State.SUCCESS) -> bool:
        return self.hear(upstream(flow_id, state), now).fires


def listener(*conditions: ConditionDefinition, when: str | None = None, **properties: Any) -> Listener:
    given = TriggerDefinition(
        id="t", type=TYPE, declared_type=TYPE, conditions=conditions, when=when, properties=properties
    )
    return Listener(plan_flow_trigger(given, ("company.team", "down")))


def test_without_conditions_every_execution_fires() -> None:
    assert listener().fires("a")
    assert listener().fires("a", state=State.PAUSED)
    assert not listener().fires("a", state=State.RUNNING)


def test_the_states_of_the_trigger_come_first() -> None:
    running = listener(states=["RUNNING", "SUCCESS"])
    assert running.fires("a", state=State.RUNNING)
    found = running.hear(upstream("a", State.FAILED))
    assert not found.fires
    assert found.reason == "It does not look at state FAILED."


def test_a_flow_does_not_trigger_itself() -> None:
    assert listener().hear(upstream("down")).reason == "A flow does not trigger itself."


def test_iterations_trigger_nothing() -> None:
    assert not listener().hear(upstream("a", kind=ExecutionKind.LOOP)).fires


def test_all_conditions_must_hold() -> None:
    both = listener(
        condition("ExecutionFlow", namespace="company.team", flowId="a"),
        condition("ExecutionStatus", **{"in": ["FAILED"]}),
    )
    assert not both.fires("a")
    assert both.fires("a", state=State.FAILED)


def test_a_condition_that_cannot_be_told_fires_nothing_and_is_reported() -> None:
    found = listener(condition("Expression", expression="{{ trigger.outputs.o }}")).hear(upstream("a"))
    assert not found.fires
    assert len(found.errors) == 1
    assert listener(when="{{ trigger.state == 'SUCCESS' }}").hear(upstream("a")).errors


def test_preconditions_are_remembered_until_all_are_met() -> None:
    both = listener(preconditions={"id": "pre", "flows": [flow("a", states=["SUCCESS"]), flow("b")]})
    assert not both.fires("a", state=State.FAILED)
    assert both.memories == {}
    assert not both.fires("a")
    assert both.hear(upstream("a")).reason == "It waits for 1 more."
    found = both.hear(upstream("b"), NOON + HOUR)
    assert found.fires
    assert [one.flow_id for one in found.met] == ["a", "b"]
    assert both.memories == {}
    assert not both.fires("b")


def test_what_was_met_yesterday_is_forgotten() -> None:
    both = listener(preconditions={"id": "pre", "flows": [flow("a"), flow("b")]})
    assert not both.fires("a")
    assert not both.fires("b", NOON + 13 * HOUR)
    assert both.fires("a", NOON + 14 * HOUR)


def test_a_sliding_window_forgets_one_after_another() -> None:
    window = {"type": "SLIDING_WINDOW", "window": "PT1H"}
    both = listener(preconditions={"id": "pre", "timeWindow": window, "flows": [flow("a"), flow("b")]})
    assert not both.fires("a")
    assert not both.fires("b", NOON + 2 * HOUR)
    assert both.fires("a", NOON + 2 * HOUR + HOUR // 2)


def test_after_the_deadline_nothing_counts() -> None:
    window = {"type": "DAILY_TIME_DEADLINE", "deadline": "13:00:00"}
    both = listener(preconditions={"id": "pre", "timeWindow": window, "flows": [flow("a"), flow("b")]})
    assert not both.fires("a")
    assert not both.fires("b", NOON + HOUR)
    assert not both.fires("a", NOON + 23 * HOUR)
    assert both.fires("b", NOON + 24 * HOUR)


def test_without_reset_it_fires_for_each_that_follows() -> None:
    both = listener(preconditions={"id": "pre", "resetOnSuccess": False, "flows": [flow("a"), flow("b")]})
    assert [both.fires(name) for name in "abab"] == [False, True, True, True]


def test_labels_of_preconditions() -> None:
    wanted = listener(preconditions={"id": "pre", "flows": [flow("a", labels={"team": "data"})]})
    assert not wanted.fires("a")
    assert wanted.hear(upstream("a", labels=(("team", "data"),))).fires


def test_filters_are_tested_on_their_own() -> None:
    where = [
        {
            "id": "one",
            "filters": [
                {"field": "NAMESPACE", "type": "STARTS_WITH", "value": "company"},
                {"field": "FLOW_ID", "type": "EQUAL_TO", "value": "a"},
                {"field": "EXPRESSION", "type": "IS_TRUE", "value": "{{ labels.some == 'label' }}"},
            ],
        },
        {
            "id": "two",
            "operand": "OR",
            "filters": [
                {"field": "FLOW_ID", "type": "IN", "values": ["b", "c"]},
                {"field": "STATE", "type": "REGEX", "value": "KILL.*"},
            ],
        },
    ]
    both = listener(preconditions={"id": "pre", "where": where})
    assert not both.hear(upstream("a"), labels={"some": "other"}).fires
    assert not both.hear(upstream("a"), labels={"some": "label"}).fires
    assert both.hear(upstream("c"), labels={}).fires


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("EQUAL_TO", "extract", True),
        ("NOT_EQUAL_TO", "extract", False),
        ("ENDS_WITH", "act", True),
        ("CONTAINS", "tra", True),
        ("REGEX", "ext", False),
        ("REGEX", "(", False),
        ("IS_NULL", None, False),
        ("IS_NOT_NULL", None, True),
    ],
)
def test_filters(kind: str, value: str | None, *, expected: bool) -> None:
    where = [{"id": "one", "filters": [{"field": "FLOW_ID", "type": kind, "value": value}]}]
    assert listener(preconditions={"id": "pre", "where": where}).fires("extract") is expected


def test_multiple_conditions() -> None:
    inner = {
        "success": {"type": "io.kestra.plugin.core.condition.ExecutionStatus", "in": ["SUCCESS"]},
        "a": {"type": "io.kestra.plugin.core.condition.ExecutionFlow", **flow("a")},
        "b": {"type": "io.kestra.plugin.core.condition.ExecutionFlow", **flow("b")},
    }
    multiple = listener(condition("MultipleCondition", id="multiple", window="P1D", conditions=inner))
    assert not multiple.fires("a")
    assert not multiple.fires("c")
    assert multiple.fires("b")


def test_dependencies_all_any_and_at_least() -> None:
    three = [flow("a"), flow("b"), flow("c")]
    every, one = listener(dependsOn=three), listener(dependsOn=three, mode="ANY")
    two = listener(dependsOn=three, mode="AT_LEAST", minSatisfied=2)
    assert [every.fires(name) for name in "abac"] == [False, False, False, True]
    assert [one.fires(name) for name in "abx"] == [True, True, False]
    assert [two.fires(name) for name in "aacb"] == [False, False, True, False]


def test_dependencies_with_conditions() -> None:
    outcome = listener(dependsOn=[flow("a", when="{{ outputs.rows > 2 }}")])
    assert not outcome.hear(upstream("a"), outputs={"rows": 1}).fires
    assert outcome.hear(upstream("a"), outputs={"rows": 3}).fires
    assert outcome.hear(upstream("a")).errors


@pytest.mark.parametrize("window", [{"every": "PT1H"}, {"lookback": "PT1H"}])
def test_once_a_window(window: dict[str, str]) -> None:
    once = listener(dependsOn=[flow("a")], window={**window, "fireOnce": True})
    assert [once.fires("a", NOON + minutes * HOUR // 60) for minutes in (0, 10, 50, 61)] == [True, False, False, True]


def test_variables_of_1_3() -> None:
    both = listener(preconditions={"id": "pre", "flows": [flow("a"), flow("b")]})
    both.hear(upstream("a", outputs={"deep": {"x": 1, "y": 1}, "only": 1}))
    last = upstream("b", outputs={"deep": {"y": 2}}, labels=(("l", "v"), ("system.correlationId", "e")), revision=3)
    seen = flow_variables(last, both.hear(last, NOON + 1).met, Dialect.V1_3)
    assert seen == {
        "executionId": "e-b",
        "executionLabels": {"l": "v"},
        "state": "SUCCESS",
        "namespace": "company.team",
        "flowId": "b",
        "flowRevision": 3,
        "outputs": {"deep": {"x": 1, "y": 2}, "only": 1},
    }
    assert seen_by_inputs(seen, Dialect.V1_3) == {"trigger": {"outputs": seen["outputs"]}}
    assert seen_by_labels(seen, Dialect.V1_3) == {}


def test_variables_of_2_0() -> None:
    both = listener(dependsOn=[flow("a"), flow("b")])
    both.hear(upstream("a", outputs={"o": 1}))
    last = upstream("b", outputs={"p": 2}, started_at=NOON, ended_at=NOON + 1, last_task_id="z")
    seen = flow_variables(last, both.hear(last, NOON + 1).met, Dialect.V2_0)
    assert list(seen) == [
        "executionId",
        "executionLabels",
        "state",
        "startDate",
        "endDate",
        "namespace",
        "flowId",
        "flowRevision",
        "lastTaskId",
        "outputs",
    ]
    assert seen["endDate"] == "2024-03-04T12:00:00.000001Z"
    assert seen["outputs"] == {"p": 2, "company.team": {"a": {"o": 1}, "b": {"p": 2}}}
    assert seen_by_inputs(seen, Dialect.V2_0) == seen_by_labels(seen, Dialect.V2_0) == {"trigger": seen}


def test_without_outputs_there_are_none() -> None:
    running = upstream("a", State.RUNNING)
    met = listener(states=["RUNNING"]).hear(running).met
    for dialect in Dialect:
        assert "outputs" not in flow_variables(running, met, dialect)
    assert seen_by_inputs(flow_variables(running, met, Dialect.V1_3), Dialect.V1_3) == {}


def test_labels() -> None:
    flow_labels = (("key", "value"), ("system.label", "x"))
    given = (("key", "{{ other }}"), ("null", "{{ null }}"), ("bad", "{{ missing }}"))
    assert trigger_labels(flow_labels, given, context(other="new")) == [("key", "new"), ("null", "")]


def test_a_plan_that_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="duration"):
        listener(dependsOn=[flow("a")], window={"every": "1h"})


def test_replaying_an_execution_meets_nothing_twice() -> None:
    both = listener(preconditions={"id": "pre", "flows": [flow("a"), flow("b")]})
    for _ in range(3):
        assert not both.hear(upstream("a")).fires
    assert len(both.memories["pre"].met) == 1
    assert not both.hear(changed(upstream("a"), execution_id="again")).fires
    assert both.memories["pre"].met[0].execution_id == "again"
