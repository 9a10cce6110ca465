from __future__ import annotations

from dataclasses import replace

import pytest

from engine.schedule.asking import condition, context
from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.evaluate import all_hold, holds
from tiercel.engine.conditions.upstream import Upstream
from tiercel.errors import ExpressionError
from tiercel.expressions import Value
from tiercel.model.dialect import Dialect
from tiercel.model.flow import ConditionDefinition
from tiercel.model.json import Json
from tiercel.model.state import State

UPSTREAM = Upstream(
    execution_id="e1",
    namespace="company.team",
    flow_id="extract",
    state=State.SUCCESS,
    labels=(("team", "data"), ("system.correlationId", "e1")),
    outputs={"rows": 3},
    attempts=(State.FAILED, State.SUCCESS),
)


def seen(**variables: Value) -> ConditionContext:
    return replace(context(Dialect.V1_3, **variables), upstream=UPSTREAM)


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        ("ExecutionFlow", {"namespace": "company.team", "flowId": "extract"}, True),
        ("ExecutionFlow", {"namespace": "company.team", "flowId": "other"}, False),
        ("ExecutionFlow", {"namespace": "company.{{ part }}", "flowId": "extract"}, True),
        ("ExecutionNamespace", {"namespace": "company.team"}, True),
        ("ExecutionNamespace", {"namespace": "company"}, False),
        ("ExecutionNamespace", {"namespace": "comp", "prefix": True}, True),
        ("ExecutionNamespace", {"namespace": "company", "comparison": "PREFIX"}, True),
        ("ExecutionNamespace", {"namespace": "team", "comparison": "SUFFIX"}, True),
        ("ExecutionLabels", {"labels": {"team": "data"}}, True),
        ("ExecutionLabels", {"labels": [{"key": "team", "value": "web"}]}, False),
        ("ExecutionOutputs", {"expression": "{{ trigger.outputs.rows == 3 }}"}, True),
        ("ExecutionOutputs", {"expression": "{{ trigger.outputs.rows == 4 }}"}, False),
        ("ExecutionStatus", {"in": ["SUCCESS"]}, True),
        ("ExecutionStatus", {"notIn": ["SUCCESS"]}, False),
        ("ExecutionStatus", {"in": ["SUCCESS"], "notIn": ["SUCCESS"]}, False),
        ("HasRetryAttempt", {"in": ["FAILED"]}, True),
        ("HasRetryAttempt", {"in": ["KILLED"]}, False),
        ("FlowCondition", {"namespace": "company.team", "flowId": "extract"}, True),
        ("FlowNamespaceCondition", {"namespace": "comp", "prefix": True}, True),
        ("Expression", {"expression": "{{ part == 'team' }}"}, True),
        ("Expression", {"expression": "-0"}, True),
        ("Expression", {"expression": " 0 "}, False),
        ("Or", {"conditions": []}, False),
        ("Not", {"conditions": []}, True),
    ],
)
def test_conditions(name: str, properties: dict[str, Json], *, expected: bool) -> None:
    assert holds(condition(name, **properties), seen(part="team")) is expected


@pytest.mark.parametrize(
    ("date", "after", "before", "expected"),
    [
        ("2024-03-04T10:00:00Z", "23:00:00Z", "01:00:00Z", False),
        ("2024-12-25T00:00:00Z", "23:00:00Z", "01:00:00Z", True),
        ("2024-03-04T10:00:00Z", "10:00:00Z", None, False),
        ("2024-07-04T00:30:00+09:00", "10:00:00Z", None, False),
        ("2024-05-31T12:00:00+02:00", None, "10:00:00Z", False),
    ],
)
def test_time_between(date: str, after: str | None, before: str | None, *, expected: bool) -> None:
    assert holds(condition("TimeBetween", date=date, after=after, before=before), context()) is expected


def test_dates_are_those_of_the_trigger() -> None:
    sunday = context().seeing(trigger={"date": "2024-03-10T23:30:00Z"})
    assert holds(condition("Weekend"), sunday)
    assert holds(condition("DayWeekInMonth", dayOfWeek="SUNDAY", dayInMonth="SECOND"), sunday)
    assert not holds(condition("DayWeekInMonth", dayOfWeek="SUNDAY", dayInMonth="LAST"), sunday)
    assert holds(condition("DateTimeBetween", after="2024-03-10T00:00:00Z"), sunday)
    assert not holds(condition("PublicHoliday", country="FR"), sunday)


def test_an_expression_does_not_see_what_the_trigger_adds() -> None:
    sunday = context().seeing(trigger={"date": "2024-03-10T23:30:00Z"})
    assert not holds(condition("Expression", expression="{{ trigger.date is defined }}"), sunday)
    with pytest.raises(ExpressionError, match="trigger"):
        holds(condition("Expression", expression="{{ trigger.date }}"), sunday)


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("TimeBetween", {"date": "2024-03-04T10:00:00Z"}),
        ("DateTimeBetween", {"date": "2024-01-01", "after": "2024-03-04T10:00:00Z"}),
        ("DateTimeBetween", {"date": "2024-01-01T00:00:00Z", "after": "yesterday"}),
        ("DayWeek", {"date": "2024-01-01", "dayOfWeek": "monday"}),
        ("DayWeekInMonth", {"date": "2024-01-01", "dayOfWeek": "MONDAY"}),
        ("Weekend", {"date": "nope"}),
        ("Weekend", {}),
        ("PublicHoliday", {"date": "2024-01-01", "country": "XX"}),
        ("ExecutionFlow", {"namespace": "a"}),
        ("Nothing", {}),
    ],
)
def test_what_cannot_be_told(name: str, properties: dict[str, Json]) -> None:
    with pytest.raises(ExpressionError):
        holds(condition(name, **properties), seen())


def test_conditions_on_executions_need_one() -> None:
    with pytest.raises(ExpressionError, match="none here"):
        holds(condition("ExecutionStatus", **{"in": ["SUCCESS"]}), context())


def test_outputs_that_are_not_there_are_not_looked_at() -> None:
    bare = replace(context(), upstream=Upstream(execution_id="e", namespace="a", flow_id="b", state=State.SUCCESS))
    assert not holds(condition("ExecutionOutputs", expression="{{ not evaluated }}"), bare)


def test_old_names_inside_conditions() -> None:
    inner = {"type": "io.kestra.core.models.conditions.types.VariableCondition", "expression": "false"}
    assert holds(condition("Not", conditions=[inner]), context())
    old = ConditionDefinition(type="io.kestra.core.models.conditions.types.OrCondition", properties={})
    assert not holds(old, context())


def test_all_must_hold() -> None:
    yes, no = condition("Expression", expression="1"), condition("Expression", expression="0")
    assert all_hold((), None, context())
    assert all_hold((yes,), "{{ 1 == 1 }}", context())
    assert not all_hold((yes, no), None, context())
    assert not all_hold((yes,), "-0", context())
