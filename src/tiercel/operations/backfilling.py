"""Backfills: running the dates of a schedule that are past."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from tiercel.engine.schedule import backfills
from tiercel.engine.schedule.backfills import Preview
from tiercel.errors import InvalidEntityError, Violation
from tiercel.model.json import Json
from tiercel.model.schedule import Backfill
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flows import load_flow
from tiercel.operations.schedules import with_plan
from tiercel.operations.starting import resolve
from tiercel.operations.triggers import change, get_trigger
from tiercel.repository.firings import list_fired
from tiercel.repository.triggers import StoredTrigger, TriggerKey

_LISTED = 100_000


class BackfillRequest(Struct, frozen=True, kw_only=True):
    """Which dates to run; times in microseconds since 1970.

    Attributes:
        end: Included; now when None.
        inputs: Laid over those of the trigger.
        labels: Added to those of the trigger.
        is_only_missing: Dates for which an execution exists are passed over.
    """

    start: int
    end: int | None = None
    inputs: Mapping[str, Json] | None = None
    labels: tuple[tuple[str, str], ...] = ()
    is_only_missing: bool = False


@operation(Resource.TRIGGER, Action.UPDATE)
async def create_backfill(
    environment: Environment, actor: Actor, key: TriggerKey, wanted: BackfillRequest
) -> StoredTrigger:
    """Begin a backfill; the dates of the present wait until it is done.

    Raises:
        NotFoundError: There is no such trigger.
        InvalidError: No date lies between start and end, or an input does not fit the flow.
        ConflictError: The trigger is no schedule, or has a backfill already.
    """
    trigger = await get_trigger(environment, actor, key)
    await _check_inputs(environment, key, wanted.inputs)
    backfill = Backfill(
        start=wanted.start,
        end=environment.clock() if wanted.end is None else wanted.end,
        is_only_missing=wanted.is_only_missing,
        inputs=dict(wanted.inputs) if wanted.inputs else None,
        labels=wanted.labels,
    )
    begun = await with_plan(
        environment, trigger, lambda plan, _: backfills.start_backfill(plan, trigger.state, backfill)
    )
    backfill_id = environment.new_id()

    def begin(current: StoredTrigger, _now: int) -> StoredTrigger:
        backfills.check_none(current.state)
        return replace(current, backfill=begun.backfill, backfill_id=backfill_id)

    return await change(environment, actor, key, begin)


@operation(Resource.TRIGGER, Action.UPDATE)
async def pause_backfill(environment: Environment, actor: Actor, key: TriggerKey, *, is_paused: bool) -> StoredTrigger:
    """Hold a backfill, or let it go on.

    Raises:
        NotFoundError: There is no such trigger.
        ConflictError: It has no backfill.
    """

    def pause(current: StoredTrigger, now: int) -> StoredTrigger:
        changed = backfills.pause_backfill(current.state, is_paused=is_paused)
        return replace(current, backfill=changed.backfill, held_until=now if is_paused else current.held_until)

    return await change(environment, actor, key, pause)


@operation(Resource.TRIGGER, Action.UPDATE)
async def cancel_backfill(environment: Environment, actor: Actor, key: TriggerKey) -> StoredTrigger:
    """End a backfill where it is.

    Raises:
        NotFoundError: There is no such trigger.
        ConflictError: It has no backfill.
    """

    def cancel(current: StoredTrigger, now: int) -> StoredTrigger:
        backfills.cancel_backfill(current.state)
        return replace(current, backfill=None, backfill_id="", held_until=now)

    return await change(environment, actor, key, cancel)


@operation(Resource.TRIGGER, Action.READ)
async def preview_backfill(environment: Environment, actor: Actor, key: TriggerKey, wanted: BackfillRequest) -> Preview:
    """Tell how many executions a backfill would start, and for which dates; the first hundred are named.

    Raises:
        NotFoundError: There is no such trigger.
        ConflictError: It is no schedule.
        InvalidError: An input does not fit the flow.
    """
    trigger = await get_trigger(environment, actor, key)
    await _check_inputs(environment, key, wanted.inputs)
    end = environment.clock() if wanted.end is None else wanted.end
    fired: frozenset[int] = frozenset()
    if wanted.is_only_missing:
        fired = frozenset(
            await environment.database.read(
                lambda connection: list_fired(connection, key, wanted.start, end, limit=_LISTED)
            )
        )
    return await with_plan(
        environment,
        trigger,
        lambda plan, context: backfills.preview(plan, (wanted.start, end), context, has_run=fired.__contains__),
    )


async def _check_inputs(environment: Environment, key: TriggerKey, inputs: Mapping[str, Json] | None) -> None:
    """Refuse values that every execution would fail for.

    Raises:
        InvalidError: Everything that is wrong.
    """
    if not inputs:
        return
    resolved = await resolve(environment, await load_flow(environment, key[:2]), inputs)
    wrong = [
        Violation(state.error, path=f"backfill.inputs.{state.id}", code="invalid-input")
        for state in resolved.states
        if state.error and state.id in inputs
    ]
    if wrong:
        raise InvalidEntityError(wrong)
