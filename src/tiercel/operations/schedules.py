"""Schedules read from stored triggers, ready to be asked for their dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.schedule.plan import Recovery, SchedulePlan, plan_schedule
from tiercel.errors import ConflictError, ExpressionError
from tiercel.model.zones import find_zone
from tiercel.operations.environment import Environment
from tiercel.operations.firing import condition_context
from tiercel.operations.flows import load_flow
from tiercel.operations.outside import HereHost, with_host
from tiercel.repository.triggers import SCHEDULE, StoredTrigger

_CONFIGURED = "recoverMissedSchedules"
_Answer = TypeVar("_Answer")


def plan_of(environment: Environment, trigger: StoredTrigger, context: ConditionContext) -> SchedulePlan:
    """Read the definition of a schedule.

    Raises:
        ValueError: It is none.
        ExpressionError: Its dates cannot be rendered.
    """
    return plan_schedule(
        trigger.definition,
        trigger.dialect,
        zone=find_zone(environment.settings.scheduler.time_zone),
        recovery=_configured_recovery(environment, trigger.definition.type),
        render=context.render,
    )


async def with_conditions(
    environment: Environment, trigger: StoredTrigger, work: Callable[[ConditionContext], _Answer]
) -> _Answer:
    """Decide something about a trigger with what its conditions see; ``work`` may be called twice.

    The flow is read only for those that look at it.

    Raises:
        NotFoundError: Its flow does not exist.
        InvalidError: Its flow no longer parses.
    """
    definition = trigger.definition
    given = definition.properties
    if not (definition.conditions or definition.when or given.get("scheduleConditions") or "dates" in given):
        return work(ConditionContext({}, HereHost(), trigger.dialect))
    flow = await load_flow(environment, (trigger.namespace, trigger.flow_id))
    return await with_host(
        environment, trigger.namespace, lambda host: work(condition_context(environment, flow, definition, host))
    )


async def with_plan(
    environment: Environment, trigger: StoredTrigger, work: Callable[[SchedulePlan, ConditionContext], _Answer]
) -> _Answer:
    """Ask a schedule something; ``work`` may be called twice, so it must not change anything.

    Raises:
        ConflictError: The trigger is no schedule, or cannot be read as one.
        NotFoundError: Its flow does not exist.
        InvalidError: Its flow no longer parses.
    """
    if trigger.kind != SCHEDULE:
        raise ConflictError(f"Trigger {'.'.join(trigger.key)} is no schedule: it has no dates")
    try:
        return await with_conditions(
            environment, trigger, lambda context: work(plan_of(environment, trigger, context), context)
        )
    except (ValueError, ExpressionError) as error:
        raise ConflictError(f"Trigger {'.'.join(trigger.key)} cannot be read as a schedule: {error}") from error


def _configured_recovery(environment: Environment, type_name: str) -> Recovery:
    """What the installation says of schedules that say nothing themselves."""
    for entry in environment.settings.plugins.configurations:
        values = entry.get("values")
        if entry.get("type") == type_name and isinstance(values, dict) and values.get(_CONFIGURED) in set(Recovery):
            return Recovery(str(values[_CONFIGURED]))
    return Recovery.ALL
