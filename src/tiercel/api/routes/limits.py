"""Limits on concurrent executions: how many hold a slot of which flow."""

from __future__ import annotations

from litestar import Response, get, put
from litestar.params import FromPath

from tiercel.api.requests import Incoming, actor_of, answer, environment_of, valid_ids
from tiercel.model.json import Json
from tiercel.operations.limits import UsedLimit, get_limit, list_limits

ROOT = "/api/v1/main/concurrency-limit"


@get(ROOT + "/search")
async def search(request: Incoming) -> Response[bytes]:
    """Give every limit that executions hold slots of or wait for."""
    found = await list_limits(environment_of(request), actor_of(request))
    return answer({"results": [_shape(limit) for limit in found], "total": len(found)})


@put(ROOT + "/{namespace:str}/{flow_id:str}")
async def recount(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Give the limit of a flow; the number sent is not taken, since slots are counted from what lives."""
    valid_ids(namespace, flow_id)
    return answer(_shape(await get_limit(environment_of(request), actor_of(request), (namespace, flow_id))))


def _shape(limit: UsedLimit) -> dict[str, Json]:
    return {
        "tenantId": "main",
        "namespace": limit.namespace,
        "flowId": limit.flow_id,
        "limit": limit.limit,
        "running": limit.running,
        "queued": limit.queued,
    }


ROUTES = (search, recount)
