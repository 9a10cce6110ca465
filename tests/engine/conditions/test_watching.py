"""Which executions a Flow trigger may look at."""

from __future__ import annotations

import pytest

from tiercel.engine.conditions.flow_trigger import DEFAULT_STATES
from tiercel.engine.conditions.watching import EVERYTHING, FLOW_TRIGGER, watched_by
from tiercel.model.flow import ConditionDefinition, TriggerDefinition
from tiercel.model.json import Json
from tiercel.model.state import State

CONDITION = "io.kestra.plugin.core.condition."


def condition(kind: str, **properties: object) -> ConditionDefinition:
    return ConditionDefinition(type=CONDITION + kind, properties=properties)


def sources(*conditions: ConditionDefinition, **properties: object) -> set[tuple[str, str]]:
    trigger = TriggerDefinition(
        id="t", type=FLOW_TRIGGER, declared_type=FLOW_TRIGGER, properties=properties, conditions=conditions
    )
    return set(watched_by(trigger).sources)


FLOW_A = condition("ExecutionFlow", namespace="n", flowId="a")


@pytest.mark.parametrize(
    ("conditions", "properties", "wanted"),
    [
        ((), {}, {EVERYTHING}),
        ((FLOW_A,), {}, {("n", "a")}),
        ((condition("ExecutionFlowCondition", namespace="n", flowId="a"),), {}, {("n", "a")}),
        ((condition("ExecutionFlow", namespace="n", flowId="{{ x }}"),), {}, {("n", "")}),
        ((condition("ExecutionFlow", namespace="{{ x }}", flowId="a"),), {}, {EVERYTHING}),
        ((condition("ExecutionNamespace", namespace="n"),), {}, {("n", "")}),
        ((condition("ExecutionNamespace", namespace="n", comparison="PREFIX"),), {}, {EVERYTHING}),
        ((condition("ExecutionNamespace", namespace="n", prefix=True),), {}, {EVERYTHING}),
        ((condition("ExecutionNamespace", namespace="n"), FLOW_A), {}, {("n", "a")}),
        ((condition("ExecutionStatus", **{"in": ["FAILED"]}), FLOW_A), {}, {("n", "a")}),
        ((condition("Not", conditions=[{"type": CONDITION + "ExecutionFlow"}]),), {}, {EVERYTHING}),
        (
            (
                condition(
                    "Or",
                    conditions=[
                        {"type": CONDITION + "ExecutionFlow", "namespace": "n", "flowId": name} for name in "ab"
                    ],
                ),
            ),
            {},
            {("n", "a"), ("n", "b")},
        ),
        (
            (
                condition(
                    "MultipleCondition",
                    conditions={"one": {"type": CONDITION + "ExecutionFlow", "namespace": "n", "flowId": "a"}},
                ),
            ),
            {},
            {("n", "a")},
        ),
        (
            (),
            {"preconditions": {"id": "p", "flows": [{"namespace": "n", "flowId": "a"}, {"namespace": "m"}]}},
            {("n", "a"), ("m", "")},
        ),
        (
            (),
            {"preconditions": {"id": "p", "flows": [{"namespace": "n"}], "where": [{"id": "w", "filters": []}]}},
            {EVERYTHING},
        ),
        ((), {"dependsOn": [{"namespace": "n", "flowId": "a"}]}, {("n", "a")}),
    ],
)
def test_it_looks_at_no_less_than_it_may_need(
    conditions: tuple[ConditionDefinition, ...], properties: dict[str, Json], wanted: set[tuple[str, str]]
) -> None:
    assert sources(*conditions, **properties) == wanted


def test_the_states_are_its_own_or_all_ends_and_paused() -> None:
    trigger = TriggerDefinition(id="t", type=FLOW_TRIGGER, declared_type=FLOW_TRIGGER)
    assert watched_by(trigger).states == DEFAULT_STATES
    chosen = TriggerDefinition(
        id="t", type=FLOW_TRIGGER, declared_type=FLOW_TRIGGER, properties={"states": ["RUNNING"]}
    )
    assert watched_by(chosen).states == {State.RUNNING}
