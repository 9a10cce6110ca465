"""Schedules read from stored triggers, ready to be asked for their dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.schedule.plan import Recovery, SchedulePlan, plan_schedule
from tiercel.errors import ConflictError, ExpressionError
from tiercel.expressions.context import Host
from tiercel.operations.environment import Environment
from tiercel.operations.firing import condition_context
from tiercel.operations.flows import load_flow
from tiercel.operations.outside import with_host
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
        recovery=_configured_recovery(environment, trigger.definition.type),
        render=context.render,
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
    flow = await load_flow(environment, (trigger.namespace, trigger.flow_id))

    def ask(host: Host) -> _Answer:
        context = condition_context(environment, flow, trigger.definition, host)
        return work(plan_of(environment, trigger, context), context)

    try:
        return await with_host(environment, trigger.namespace, ask)
    except (ValueError, ExpressionError) as error:
        raise ConflictError(f"Trigger {'.'.join(trigger.key)} cannot be read as a schedule: {error}") from error


def _configured_recovery(environment: Environment, type_name: str) -> Recovery:
    """What the installation says of schedules that say nothing themselves."""
    for entry in environment.settings.plugins.configurations:
        values = entry.get("values")
        if entry.get("type") == type_name and isinstance(values, dict) and values.get(_CONFIGURED) in set(Recovery):
            return Recovery(str(values[_CONFIGURED]))
    return Recovery.ALL
