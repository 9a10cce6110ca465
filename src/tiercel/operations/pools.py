"""Pools: slots that several flows share. Those of the settings are fixed; others are made and changed by users."""

from __future__ import annotations

from functools import partial

from msgspec import Struct

from tiercel.errors import ConflictError, InvalidError, NotFoundError, Violation
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.repository.limits import (
    StoredPool,
    count_standings,
    delete_pool,
    list_pool_users,
    list_pools,
    read_standings,
    save_pool,
)
from tiercel.source.limits import is_pool_name

MOST_SLOTS = 1_000_000


class UsedPool(Struct, frozen=True, kw_only=True):
    """A pool as it is used now.

    Attributes:
        is_fixed: It stands in the settings, so it cannot be changed here.
        running: How many executions hold a slot.
        queued: How many wait for one.
        flows: Which flows they are of, as far as the user may see those.
    """

    name: str
    slots: int
    description: str | None
    is_fixed: bool
    running: int
    queued: int
    flows: tuple[tuple[str, str], ...]
    created_at: int | None = None
    updated_at: int | None = None


@operation(Resource.INSTANCE, Action.READ)
async def list_used_pools(environment: Environment, actor: Actor) -> list[UsedPool]:
    """Give all pools in order of their names."""
    actor.require(Resource.INSTANCE, Action.READ)
    stored = {pool.name: pool for pool in await environment.database.read(list_pools)}
    names = sorted(stored.keys() | environment.pools.fixed.keys())
    return [await _used(environment, actor, name, stored.get(name)) for name in names]


@operation(Resource.INSTANCE, Action.READ)
async def get_pool(environment: Environment, actor: Actor, name: str) -> UsedPool:
    """Give one pool.

    Raises:
        NotFoundError: There is none of that name.
    """
    actor.require(Resource.INSTANCE, Action.READ)
    found = next((pool for pool in await list_used_pools(environment, actor) if pool.name == name), None)
    if found is None:
        raise NotFoundError("pool", name)
    return found


@operation(Resource.INSTANCE, Action.UPDATE)
async def set_pool(
    environment: Environment, actor: Actor, name: str, slots: int, description: str | None = None
) -> UsedPool:
    """Make a pool, or change one; who waits for a slot that is new starts at once.

    With fewer slots than are held nothing is stopped: the next one starts when few enough are.

    Raises:
        InvalidError: The name or the number is none.
        ConflictError: It stands in the settings.
    """
    actor.require(Resource.INSTANCE, Action.UPDATE)
    if not is_pool_name(name):
        message = "a name has up to 100 letters, digits, dots, dashes and underscores, and begins with one of the first"
        raise InvalidError([Violation(message, path="name", code="bad-name")])
    if not 0 <= slots <= MOST_SLOTS:
        raise InvalidError([Violation(f"must be between 0 and {MOST_SLOTS}", path="slots", code="out-of-range")])
    _refuse_fixed(environment, name)
    now = environment.clock()
    pool = StoredPool(name=name, slots=slots, description=description, created_at=now, updated_at=now)
    await environment.database.write(lambda connection: save_pool(connection, pool))
    environment.pools.put(name, slots)
    return await get_pool(environment, actor, name)


@operation(Resource.INSTANCE, Action.DELETE)
async def remove_pool(environment: Environment, actor: Actor, name: str) -> None:
    """Remove a pool.

    Raises:
        NotFoundError: There is none of that name.
        ConflictError: It stands in the settings, or executions hold its slots or wait for them.
    """
    actor.require(Resource.INSTANCE, Action.DELETE)
    _refuse_fixed(environment, name)
    used = await _used(environment, actor, name, None)
    if used.running or used.queued:
        counts = f"{used.running} executions hold a slot and {used.queued} wait"
        raise ConflictError(f"Pool {name} is in use: {counts}; let them end, or kill them")
    await environment.database.write(lambda connection: delete_pool(connection, name))
    environment.pools.drop(name)


def _refuse_fixed(environment: Environment, name: str) -> None:
    if name in environment.pools.fixed:
        raise ConflictError(f"Pool {name} stands in the settings of the server; change it there")


async def _used(environment: Environment, actor: Actor, name: str, stored: StoredPool | None) -> UsedPool:
    flows = await environment.database.read(lambda connection: list_pool_users(connection, name))
    running = queued = 0
    seen: list[tuple[str, str]] = []
    for flow in flows:
        standings = await environment.database.read(partial(read_standings, flow=flow))
        held, waiting = count_standings(one for one in standings if one.claim.pool == name)
        running, queued = running + held, queued + waiting
        if held + waiting and actor.may(Resource.FLOW, Action.READ, flow[0]):
            seen.append(flow)
    slots = environment.pools.slots_of(name)
    return UsedPool(
        name=name,
        slots=stored.slots if slots is None and stored is not None else slots or 0,
        description=stored.description if stored else None,
        is_fixed=name in environment.pools.fixed,
        running=running,
        queued=queued,
        flows=tuple(seen),
        created_at=stored.created_at if stored else None,
        updated_at=stored.updated_at if stored else None,
    )
