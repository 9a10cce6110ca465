"""Limits on concurrent executions: how many hold a slot of which flow, and what a queued execution waits for."""

from __future__ import annotations

from litestar import Response, get, put
from litestar.params import FromPath

from tiercel.api.requests import Incoming, actor_of, answer, environment_of, valid_ids
from tiercel.api.shapes.limits import gathered_shape, limit_shape, wait_shape
from tiercel.operations.gathering import list_gathered
from tiercel.operations.limits import explain_wait, get_limit, list_limits

ROOT = "/api/v1/main/concurrency-limit"


@get(ROOT + "/search")
async def search(request: Incoming) -> Response[bytes]:
    """Give every limit that executions hold slots of or wait for."""
    found = await list_limits(environment_of(request), actor_of(request))
    return answer({"results": [limit_shape(limit) for limit in found], "total": len(found)})


@get(ROOT + "/{namespace:str}/{flow_id:str}")
async def of_flow(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Give the limits of a flow as they are used now."""
    valid_ids(namespace, flow_id)
    return answer(limit_shape(await get_limit(environment_of(request), actor_of(request), (namespace, flow_id))))


@put(ROOT + "/{namespace:str}/{flow_id:str}")
async def recount(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Give the limit of a flow; the number sent is not taken, since slots are counted from what lives."""
    valid_ids(namespace, flow_id)
    return answer(limit_shape(await get_limit(environment_of(request), actor_of(request), (namespace, flow_id))))


@get("/api/v1/main/executions/{execution_id:str}/waiting")
async def waiting(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Say what a queued execution waits for."""
    return answer(wait_shape(await explain_wait(environment_of(request), actor_of(request), execution_id)))


@get("/api/v1/main/triggers/{namespace:str}/{flow_id:str}/{trigger_id:str}/gathered")
async def gathered(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], trigger_id: FromPath[str]
) -> Response[bytes]:
    """Give the events that a trigger has gathered and not started yet, by key."""
    valid_ids(namespace, flow_id, trigger_id)
    key = (namespace, flow_id, trigger_id)
    found = await list_gathered(environment_of(request), actor_of(request), key)
    return answer({"results": [gathered_shape(one) for one in found], "total": len(found)})


ROUTES = (search, of_flow, recount, waiting, gathered)
