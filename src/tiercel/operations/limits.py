"""Limits on concurrent executions, as they are used now, and what an execution waits for.

Nothing here is a counter that could be wrong: who holds a slot is what lives.
"""

from __future__ import annotations

from functools import partial

from msgspec import Struct

from tiercel.engine.limits.ledgers import Ledgers
from tiercel.engine.limits.words import waiting_for
from tiercel.errors import ConflictError, InvalidError, NotFoundError
from tiercel.model.claims import FlowKey, Scope, claim_of
from tiercel.model.flow import Concurrency, Flow
from tiercel.model.moments import micros_in
from tiercel.model.state import State
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution
from tiercel.operations.flows import load_flow
from tiercel.repository.limits import list_live_flows, list_pool_users, read_ledger


class KeyUse(Struct, frozen=True):
    """How many executions of one key hold a slot, and how many wait."""

    key: str
    running: int
    queued: int


class UsedLimit(Struct, frozen=True, kw_only=True):
    """The limits of one flow.

    Attributes:
        running: How many executions hold a slot.
        queued: How many wait for one.
        keys: The same for each key, when the flow has one.
        started: How many starts the rate counts now, without a key.
    """

    namespace: str
    flow_id: str
    limits: Concurrency
    running: int
    queued: int
    keys: tuple[KeyUse, ...] = ()
    started: int = 0


class Wait(Struct, frozen=True, kw_only=True):
    """What a queued execution waits for.

    Attributes:
        reason: In one sentence.
        position: Its place among those that wait for just the same, from 1.
        queued: How many those are.
        since: When it began to wait.
        holders: The executions that hold the slots it needs, as far as they are known to the user.
        free_at: When a rate lets it start, if nothing else keeps it.
    """

    execution_id: str
    reason: str
    position: int
    queued: int
    since: int
    key: str | None
    pool: str
    priority: float
    holders: tuple[str, ...]
    free_at: int | None


@operation(Resource.FLOW, Action.READ)
async def list_limits(environment: Environment, actor: Actor) -> list[UsedLimit]:
    """Give the limits that executions hold slots of or wait for, in order of namespace and flow."""
    actor.require(Resource.FLOW, Action.READ)
    keys = await environment.database.read(list_live_flows)
    visible = [key for key in keys if actor.may(Resource.FLOW, Action.READ, key[0])]
    found = [await _find_limit(environment, key) for key in visible]
    return [limit for limit in found if limit is not None]


@operation(Resource.FLOW, Action.READ)
async def get_limit(environment: Environment, actor: Actor, key: FlowKey) -> UsedLimit:
    """Give the limit of one flow.

    Raises:
        NotFoundError: There is no such flow, or it has no limit.
    """
    actor.require(Resource.FLOW, Action.READ, key[0])
    found = await _find_limit(environment, key)
    if found is None:
        raise NotFoundError("concurrency limit", ".".join(key))
    return found


@operation(Resource.EXECUTION, Action.READ)
async def explain_wait(environment: Environment, actor: Actor, execution_id: str) -> Wait:
    """Say what a queued execution waits for.

    Raises:
        NotFoundError: There is none.
        ConflictError: It is not queued.
    """
    execution = (await get_execution(environment, actor, execution_id)).execution
    if execution.state is not State.QUEUED:
        raise ConflictError(f"Execution {execution.id} is {execution.state}: it does not wait for a slot")
    claim, now = claim_of(execution), environment.clock()
    ledgers = await _ledgers(environment, claim.flow, claim.pool)
    obstacles = ledgers.obstacles(claim, now)
    lane = ledgers.lane(claim)
    holders = [one for obstacle in obstacles if not obstacle.is_rate for one in ledgers.holders(obstacle.scope)]
    dates = [obstacle.free_at for obstacle in obstacles]
    return Wait(
        execution_id=execution.id,
        reason=waiting_for(claim, obstacles, ledgers),
        position=lane.index(execution.id) + 1 if execution.id in lane else 1,
        queued=max(1, len(lane)),
        since=execution.history[-1][1],
        key=claim.key,
        pool=claim.pool,
        priority=claim.priority,
        holders=tuple(dict.fromkeys(holders)),
        free_at=dates[0] if len(dates) == 1 else None,
    )


async def _ledgers(environment: Environment, flow: FlowKey, pool: str) -> Ledgers:
    """Put together who holds and who waits, from the rows."""
    ledgers = Ledgers(environment.pools.slots_of)
    flows = [flow]
    if pool:
        users = await environment.database.read(lambda connection: list_pool_users(connection, pool))
        flows += [one for one in users if one != flow]
    for one in flows:
        ledger = await environment.database.read(partial(read_ledger, flow=one))
        loaded = await _load(environment, one, ledger.revision)
        if loaded is not None and loaded.concurrency is not None:
            ledgers.set_limits(one, loaded.revision, loaded.concurrency)
        for standing in ledger.standings:
            if standing.waits_since is None:
                ledgers.hold(standing.claim)
            else:
                ledgers.wait(standing.claim, standing.waits_since)
        for scope, at in ledger.starts:
            ledgers.window(scope).add(at)
    return ledgers


async def _load(environment: Environment, key: FlowKey, revision: int) -> Flow | None:
    """Give the revision whose limits count; None for a flow that is gone."""
    try:
        last = await load_flow(environment, key)
        return last if last.revision == revision else await load_flow(environment, key, revision)
    except (NotFoundError, InvalidError):
        return None


async def _find_limit(environment: Environment, key: FlowKey) -> UsedLimit | None:
    ledger = await environment.database.read(partial(read_ledger, flow=key))
    flow = await _load(environment, key, ledger.revision)
    if flow is None or flow.concurrency is None:
        return None
    standings = ledger.standings
    keys: dict[str, list[int]] = {}
    for standing in standings:
        if standing.claim.key is not None:
            keys.setdefault(standing.claim.key, [0, 0])[standing.waits_since is not None] += 1
    queued = sum(standing.waits_since is not None for standing in standings)
    return UsedLimit(
        namespace=key[0],
        flow_id=key[1],
        limits=flow.concurrency,
        running=len(standings) - queued,
        queued=queued,
        keys=tuple(KeyUse(name, *counts) for name, counts in sorted(keys.items())),
        started=_count_starts(ledger.starts, ("flow", *key), flow.concurrency, environment.clock()),
    )


def _count_starts(starts: list[tuple[Scope, int]], scope: Scope, limits: Concurrency, now: int) -> int:
    if limits.rate is None:
        return 0
    begin = now - micros_in(limits.rate.period)
    return sum(own == scope and at > begin for own, at in starts)
