"""Schedules and contexts for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.schedule.plan import Recovery, SchedulePlan, plan_schedule
from tiercel.errors import ExpressionError
from tiercel.expressions import Context, Value
from tiercel.expressions.values import ZonedDateTime
from tiercel.model.dialect import Dialect
from tiercel.model.flow import ConditionDefinition, TriggerDefinition
from tiercel.model.json import Json

SCHEDULE = "io.kestra.plugin.core.trigger.Schedule"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Nowhere:
    """A host that has nothing to answer from, but counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def now(self) -> ZonedDateTime:
        return ZonedDateTime(datetime(2024, 6, 1, tzinfo=UTC))

    def random_bytes(self, count: int) -> bytes:
        return bytes(count)

    def call(self, name: str, arguments: dict[str, Value], context: Context) -> Value:
        self.calls += 1
        if name == "kv":
            return False
        raise ExpressionError("evaluation", f"{name} has nothing to answer from")


def micros(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def shown(at: int | None) -> str | None:
    return None if at is None else (EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M")


def condition(name: str, **properties: Json) -> ConditionDefinition:
    return ConditionDefinition(type=f"io.kestra.plugin.core.condition.{name}", properties=properties)


def context(dialect: Dialect = Dialect.V1_3, **variables: Value) -> ConditionContext:
    return ConditionContext(variables, Nowhere(), dialect)


def trigger(*conditions: ConditionDefinition, when: str | None = None, **properties: Json) -> TriggerDefinition:
    return TriggerDefinition(
        id="schedule",
        type=SCHEDULE,
        declared_type=SCHEDULE,
        properties=properties,
        conditions=conditions,
        when=when,
        stop_after=("FAILED",),
    )


def plan(
    *conditions: ConditionDefinition,
    dialect: Dialect = Dialect.V1_3,
    when: str | None = None,
    recovery: Recovery = Recovery.ALL,
    **properties: Json,
) -> SchedulePlan:
    return plan_schedule(trigger(*conditions, when=when, **properties), dialect, recovery=recovery)
