"""Flows that were stopped because executions led to too many of them, and resuming them."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from tiercel.api.requests import Incoming, actor_of, answer, empty, environment_of, valid_ids
from tiercel.api.shapes.times import instant
from tiercel.model.json import Json
from tiercel.operations.breakers import list_stopped, resume_flow
from tiercel.repository.breakers import OpenBreaker


@get("/api/v1/main/breakers")
async def list_all(request: Incoming) -> Response[bytes]:
    """Give the flows that are stopped, since executions led to too many executions of them."""
    found = await list_stopped(environment_of(request), actor_of(request))
    return answer({"results": [_shape(one) for one in found], "total": len(found)})


@post("/api/v1/main/flows/{namespace:str}/{flow_id:str}/resume", status_code=200)
async def resume(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Let triggers and other flows start executions of a stopped flow again."""
    valid_ids(namespace, flow_id)
    await resume_flow(environment_of(request), actor_of(request), (namespace, flow_id))
    return empty(204)


def _shape(breaker: OpenBreaker) -> dict[str, Json]:
    return {
        "namespace": breaker.namespace,
        "flowId": breaker.flow_id,
        "since": instant(breaker.opened_at),
        "reason": breaker.reason,
    }


ROUTES = (list_all, resume)
