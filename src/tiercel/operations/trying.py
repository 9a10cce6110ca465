"""Trying a trigger out: what it would start now, and with which variables, without starting anything.

A schedule is looked at for one date. A polling trigger looks once, told that it must change nothing. All others are
shown what the user says they would see.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.schedule.firing import holds_at, next_look, slot_at, with_conditions
from tiercel.engine.schedule.plan import SchedulePlan
from tiercel.errors import ConflictError, ExpressionError
from tiercel.model.execution import Execution
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.firing import Occasion, occasion_of, prepare_fired
from tiercel.operations.flows import load_flow
from tiercel.operations.polling import deadline_of, polling_assignment, read_found
from tiercel.operations.schedules import with_plan
from tiercel.operations.trigger_health import explain
from tiercel.operations.triggers import get_trigger
from tiercel.repository.triggers import POLLING, SCHEDULE, StoredTrigger, TriggerKey


class Trial(Struct, frozen=True, kw_only=True):
    """What would come of a trigger.

    Attributes:
        fires: Whether it would start an execution.
        reason: Why, in one sentence.
        at: The date it would fire for.
        variables: What expressions would see as ``trigger``.
        execution: As it would be started; a failed one when its inputs do not fit.
        lines: What a look wrote.
    """

    fires: bool
    reason: str
    at: int | None = None
    variables: Mapping[str, Json] = {}
    execution: Execution | None = None
    lines: tuple[str, ...] = ()


@operation(Resource.TRIGGER, Action.UPDATE, is_change=False)
async def try_trigger(
    environment: Environment,
    actor: Actor,
    key: TriggerKey,
    *,
    at: int | None = None,
    variables: Mapping[str, Json] | None = None,
) -> Trial:
    """Tell what a trigger would start; whether it is switched off does not matter.

    Args:
        environment: Of the installation.
        actor: Who asks; looking on behalf of a polling trigger needs the right to operate it.
        key: The trigger.
        at: Of a schedule: the date to look at, or the first one after it; now when None.
        variables: Of all but schedules and polling triggers: what it would see, such as ``body`` of a webhook.

    Raises:
        NotFoundError: There is no such trigger.
        ConflictError: It cannot be tried out.
        InvalidError: Its flow no longer parses.
    """
    actor.require(Resource.TRIGGER, Action.UPDATE, key[0])
    trigger = await get_trigger(environment, actor, key)
    flow = await load_flow(environment, key[:2])
    trial = await _try(environment, flow, trigger, at, variables)
    if trial.fires and (trigger.is_disabled or not trigger.is_active):
        return replace(trial, reason=f"{trial.reason} {explain(trigger, environment.clock())}")
    return trial


async def _try(
    environment: Environment, flow: Flow, trigger: StoredTrigger, at: int | None, variables: Mapping[str, Json] | None
) -> Trial:
    if trigger.kind == SCHEDULE:
        return await _try_schedule(environment, flow, trigger, environment.clock() if at is None else at)
    if trigger.kind == POLLING:
        return await _try_polling(environment, flow, trigger)
    if trigger.definition.type.endswith(".trigger.Flow"):
        raise ConflictError("A Flow trigger looks at executions of other flows: run one of them to try it out")
    found = dict(variables or {})
    occasion = await occasion_of(environment, flow, trigger.definition, found, "")
    return await _told(environment, flow, trigger.definition, occasion, found)


async def _try_schedule(environment: Environment, flow: Flow, trigger: StoredTrigger, at: int) -> Trial:
    def look(plan: SchedulePlan, context: ConditionContext) -> tuple[int | None, bool, dict[str, str]]:
        slot = slot_at(plan, at)
        if slot is None:
            return None, False, {}
        fires = holds_at(plan, slot, context)
        seen = with_conditions(plan, slot, context) if fires else slot
        following = slot.at if fires else next_look(plan, slot.at, context)
        return following, fires, {key: str(value) for key, value in seen.variables(plan).items()}

    try:
        slot, fires, seen = await with_plan(environment, trigger, look)
    except ExpressionError as error:
        return Trial(fires=True, reason=f"It would start a failed execution: its conditions cannot be told: {error}")
    if slot is None:
        return Trial(fires=False, reason="No date of it is left.")
    if not fires:
        return Trial(fires=False, reason="Its conditions do not hold at that date.", at=slot, variables=seen)
    occasion = Occasion(variables=seen, scheduled_at=slot)
    told = await _told(environment, flow, trigger.definition, occasion, seen)
    return Trial(fires=told.fires, reason=told.reason, at=slot, variables=told.variables, execution=told.execution)


async def _try_polling(environment: Environment, flow: Flow, trigger: StoredTrigger) -> Trial:
    if environment.pollster is None:
        raise ConflictError("No worker is there that could look")
    definition = trigger.definition
    assignment = polling_assignment(environment, flow, definition, is_dry=True)
    result = await environment.pollster.poll(assignment, deadline_of(definition))
    lines = tuple(f"{line.level} {line.message}" for line in result.logs)
    if result.event.error is not None:
        return Trial(fires=False, reason=f"The look failed: {result.event.error}", lines=lines)
    found, _ = await read_found(environment, result.event)
    if found is None:
        return Trial(fires=False, reason="It looked, and found no reason to fire.", lines=lines)
    occasion = await occasion_of(environment, flow, definition, found, assignment.execution.id)
    told = await _told(environment, flow, definition, occasion, found)
    return Trial(fires=told.fires, reason=told.reason, variables=told.variables, execution=told.execution, lines=lines)


async def _told(
    environment: Environment,
    flow: Flow,
    definition: TriggerDefinition,
    occasion: Occasion | None,
    variables: Mapping[str, Json],
) -> Trial:
    if occasion is None:
        return Trial(fires=False, reason="Its conditions do not hold.", variables=variables)
    execution = await prepare_fired(environment, flow, definition, occasion)
    reason = "It would start an execution."
    if execution.error is not None:
        reason = f"It would start an execution that fails at once: {execution.error}"
    return Trial(fires=True, reason=reason, variables=variables, execution=execution)
