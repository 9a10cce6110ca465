"""Pools: slots that several flows share."""

from __future__ import annotations

from litestar import Response, delete, get, put
from litestar.params import FromPath

from tiercel.api.errors import BodyError
from tiercel.api.requests import Incoming, actor_of, answer, empty, environment_of, json_of
from tiercel.api.shapes.limits import pool_shape
from tiercel.model.json import Json
from tiercel.operations import pools
from tiercel.operations.actor import Action, Resource

ROOT = "/api/v1/main/pools"
_KEYS = frozenset({"name", "slots", "description"})


@get(ROOT)
async def list_all(request: Incoming) -> Response[bytes]:
    """Give all pools as they are used now."""
    found = await pools.list_used_pools(environment_of(request), actor_of(request))
    return answer({"results": [pool_shape(pool) for pool in found], "total": len(found)})


@get(ROOT + "/{name:str}")
async def read(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Give one pool as it is used now."""
    return answer(pool_shape(await pools.get_pool(environment_of(request), actor_of(request), name)))


@put(ROOT + "/{name:str}")
async def save(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Make a pool, or change how many slots it has; whoever waits for a new slot starts at once."""
    actor = actor_of(request)
    actor.require(Resource.INSTANCE, Action.UPDATE)
    slots, description = _asked(await json_of(request))
    saved = await pools.set_pool(environment_of(request), actor, name, slots, description)
    return answer(pool_shape(saved))


@delete(ROOT + "/{name:str}", status_code=200)
async def remove(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Remove a pool that nobody uses."""
    await pools.remove_pool(environment_of(request), actor_of(request), name)
    return empty(204)


def _asked(body: Json) -> tuple[int, str | None]:
    if not isinstance(body, dict) or not body.keys() <= _KEYS:
        raise BodyError('the body must be a map with slots and description, such as {"slots": 2}')
    slots, description = body.get("slots"), body.get("description")
    if not isinstance(slots, int) or isinstance(slots, bool):
        raise BodyError("slots must be a whole number, such as 2")
    if description is not None and not isinstance(description, str):
        raise BodyError("description must be text")
    return slots, description


ROUTES = (list_all, read, save, remove)
