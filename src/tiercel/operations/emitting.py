"""What a trigger that listens has heard becomes an execution, stored before the trigger is answered."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET, UnsetType

from tiercel.errors import InvalidError, NotFoundError
from tiercel.model.json import Json
from tiercel.operations.environment import Environment
from tiercel.operations.events import Event, SwitchedOffError, fire_event
from tiercel.operations.firing import occasion_of, prepare_fired
from tiercel.operations.flows import load_flow
from tiercel.operations.gathering import gathered_as
from tiercel.repository.trigger_states import find_state
from tiercel.repository.triggers import TriggerKey


async def emit(
    environment: Environment,
    key: TriggerKey,
    variables: Mapping[str, Json],
    *,
    event_key: str,
    state: Json | UnsetType = UNSET,
    execution_id: str = "",
) -> str | None:
    """Start an execution for what a trigger heard, if its conditions hold.

    Args:
        environment: Of the installation.
        key: The trigger.
        variables: What expressions see as ``trigger``.
        event_key: Tells the event from all others of the trigger; empty when it never comes twice.
        state: What the trigger keeps from now on.
        execution_id: The id the execution gets; a new one when empty.

    Returns:
        The id of the execution that the event started, now or before; None when the conditions do not hold.

    Raises:
        SwitchedOffError: The trigger may not fire any more.
        UnavailableError: It could not be stored.
    """
    try:
        flow = await load_flow(environment, key[:2])
    except (NotFoundError, InvalidError) as error:
        raise SwitchedOffError(key) from error
    trigger = next((one for one in flow.triggers if one.id == key[2]), None)
    if trigger is None:
        raise SwitchedOffError(key)
    occasion = await occasion_of(environment, flow, trigger, variables, execution_id)
    execution = None if occasion is None else await prepare_fired(environment, flow, trigger, occasion)
    name = None if execution is None else await gathered_as(environment, flow, trigger, execution)
    return await fire_event(environment, key, Event(key=event_key, state=state, execution=execution, name=name))


async def kept_state(environment: Environment, key: TriggerKey) -> Json:
    """Give what a trigger kept last; None when that is nothing."""
    return await environment.database.read(lambda connection: find_state(connection, key))
