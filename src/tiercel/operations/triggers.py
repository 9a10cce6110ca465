"""Triggers as they are operated: seen, switched on and off, unlocked, begun anew, forgotten.

What is changed here is remembered beside the flow and survives its saves; the source is not touched.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from msgspec.structs import replace

from tiercel.errors import ConflictError, NotFoundError
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.visibility import only_visible, visible
from tiercel.repository.connection import Connection
from tiercel.repository.flows import find_flow
from tiercel.repository.gatherings import hasten
from tiercel.repository.lists import list_trigger_keys, search_triggers as search
from tiercel.repository.query import Condition, Page, Query
from tiercel.repository.triggers import (
    REALTIME,
    StoredTrigger,
    TriggerKey,
    delete_trigger as forget,
    get_trigger as read_trigger,
    update_trigger,
)

Act = Callable[[TriggerKey], Awaitable[object]]


@operation(Resource.TRIGGER, Action.READ)
async def search_triggers(environment: Environment, actor: Actor, query: Query) -> Page[StoredTrigger]:
    """Give one page of triggers.

    Raises:
        InvalidError: A filter or order is unknown.
    """
    query = only_visible(actor, Resource.TRIGGER, query)
    return await environment.database.read(lambda connection: search(connection, query))


@operation(Resource.TRIGGER, Action.READ)
async def list_keys(environment: Environment, actor: Actor, where: tuple[Condition, ...]) -> list[TriggerKey]:
    """Give the names of the triggers that fulfil the conditions.

    Raises:
        InvalidError: A filter is unknown.
    """
    where = (*where, *visible(actor, Resource.TRIGGER))
    return await environment.database.read(lambda connection: list_trigger_keys(connection, where))


@operation(Resource.TRIGGER, Action.READ)
async def get_trigger(environment: Environment, actor: Actor, key: TriggerKey) -> StoredTrigger:
    """Give one trigger.

    Raises:
        NotFoundError: There is none.
    """
    actor.require(Resource.TRIGGER, Action.READ, key[0])
    return await environment.database.read(lambda connection: read_trigger(connection, key))


@operation(Resource.TRIGGER, Action.UPDATE)
async def set_disabled(environment: Environment, actor: Actor, key: TriggerKey, *, is_disabled: bool) -> StoredTrigger:
    """Switch a trigger off or on; one that is switched on begins anew, without the dates it missed.

    Raises:
        NotFoundError: There is none.
        ConflictError: It is disabled in the source of its flow.
    """

    def switch(trigger: StoredTrigger, now: int) -> StoredTrigger:
        if not is_disabled and trigger.definition.is_disabled:
            raise ConflictError(f"Trigger {'.'.join(key)} is disabled in its flow; enable it there")
        if trigger.is_disabled == is_disabled:
            return trigger
        begin_at = trigger.begin_at if is_disabled else now
        reason = "It was switched off by hand." if is_disabled else ""
        return replace(trigger, is_disabled=is_disabled, begin_at=begin_at, reason=reason)

    return await change(environment, actor, key, switch)


@operation(Resource.TRIGGER, Action.UPDATE)
async def unlock(environment: Environment, actor: Actor, key: TriggerKey) -> StoredTrigger:
    """Let a trigger fire although an execution of it still runs.

    Raises:
        NotFoundError: There is none.
        ConflictError: It is not locked.
    """

    def free(trigger: StoredTrigger, now: int) -> StoredTrigger:
        if trigger.kind == REALTIME or not trigger.is_locked:
            raise ConflictError(f"Trigger {'.'.join(key)} is not locked")
        return replace(trigger, execution_id=None, locked_at=None, held_until=now)

    return await change(environment, actor, key, free)


@operation(Resource.TRIGGER, Action.UPDATE)
async def restart(environment: Environment, actor: Actor, key: TriggerKey) -> StoredTrigger:
    """Begin anew from now on: lock, error and dates that were missed are forgotten.

    Raises:
        NotFoundError: There is none.
    """

    def begin(trigger: StoredTrigger, now: int) -> StoredTrigger:
        return replace(
            trigger, execution_id=None, locked_at=None, held_until=None, begin_at=now, error=None, failed_at=None
        )

    return await change(environment, actor, key, begin)


@operation(Resource.TRIGGER, Action.DELETE)
async def delete_trigger(environment: Environment, actor: Actor, key: TriggerKey) -> None:
    """Forget a trigger that no flow declares any more.

    Raises:
        NotFoundError: There is none.
        ConflictError: Its flow declares it.
    """
    actor.require(Resource.TRIGGER, Action.DELETE, key[0])

    def delete(connection: Connection) -> None:
        read_trigger(connection, key)
        if find_flow(connection, *key[:2]) is not None:
            raise ConflictError(f"Cannot delete trigger {'.'.join(key)} because the flow still declares it")
        forget(connection, key)

    await environment.database.write(delete)


async def act_on_many(keys: Iterable[TriggerKey], act: Act) -> int:
    """Do one thing to several triggers; those it cannot be done to are left out of the count."""
    count = 0
    for key in keys:
        try:
            await act(key)
        except (ConflictError, NotFoundError):
            continue
        count += 1
    return count


async def change(
    environment: Environment, actor: Actor, key: TriggerKey, make: Callable[[StoredTrigger, int], StoredTrigger]
) -> StoredTrigger:
    """Change a trigger in one transaction, and have it looked at; ``make`` gets it and the time.

    Raises:
        NotFoundError: There is none.
    """
    actor.require(Resource.TRIGGER, Action.UPDATE, key[0])
    now = environment.clock()

    def write(connection: Connection) -> StoredTrigger:
        trigger = read_trigger(connection, key)
        made = make(trigger, now)
        if made is trigger:
            return trigger
        if made.is_disabled:
            hasten(connection, key, now)  # what it gathered before starts at once
        return update_trigger(connection, replace(made, updated_at=now).woken(now)) or made

    changed = await environment.database.write(write)
    environment.switches.forget(key)
    environment.bell.ring()
    return changed
