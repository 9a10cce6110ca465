"""Limits on concurrent executions, as they are used now.

Nothing here is a counter that could be wrong: who holds a slot is what lives.
"""

from __future__ import annotations

from msgspec import Struct

from tiercel.errors import InvalidError, NotFoundError
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flows import FlowKey, load_flow
from tiercel.repository.admission import list_live_flows, read_ledger


class UsedLimit(Struct, frozen=True, kw_only=True):
    """The limit of one flow.

    Attributes:
        running: How many executions hold a slot.
        queued: How many wait for one.
    """

    namespace: str
    flow_id: str
    limit: int
    running: int
    queued: int


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


async def _find_limit(environment: Environment, key: FlowKey) -> UsedLimit | None:
    try:
        flow = await load_flow(environment, key)
    except (NotFoundError, InvalidError):
        return None
    if flow.concurrency is None:
        return None
    live, waiting = await environment.database.read(lambda connection: read_ledger(connection, *key))
    return UsedLimit(
        namespace=key[0], flow_id=key[1], limit=flow.concurrency.limit, running=len(live), queued=len(waiting)
    )
