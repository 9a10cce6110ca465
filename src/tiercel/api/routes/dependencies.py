"""Which flows lead to which, and the executions along the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from tiercel.api.requests import Incoming, actor_of, answer, environment_of, flag, query_of, valid_ids
from tiercel.api.shapes.executions import status_shape
from tiercel.api.sse import event_stream, frame
from tiercel.model.execution import Execution
from tiercel.model.json import Json
from tiercel.operations import dependencies
from tiercel.operations.dependencies import Dependencies
from tiercel.operations.flows import FlowKey

_ROOT = "/api/v1/main"


@get(_ROOT + "/flows/{namespace:str}/{flow_id:str}/dependencies")
async def of_flow(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Tell which flows lead to a flow and from it."""
    valid_ids(namespace, flow_id)
    query = query_of(request)
    found = await dependencies.flow_dependencies(
        environment_of(request),
        actor_of(request),
        (namespace, flow_id),
        is_upstream_only=flag(query, "destinationOnly"),
        is_expanding=flag(query, "expandAll"),
    )
    return answer(_graph_shape(found))


@get(_ROOT + "/namespaces/{namespace:str}/dependencies")
async def of_namespace(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Tell which flows lead to the flows of a namespace and from them."""
    valid_ids(namespace)
    found = await dependencies.namespace_dependencies(
        environment_of(request),
        actor_of(request),
        namespace,
        is_upstream_only=flag(query_of(request), "destinationOnly"),
    )
    return answer(_graph_shape(found))


@get(_ROOT + "/executions/{execution_id:str}/follow-dependencies")
async def follow(request: Incoming, execution_id: FromPath[str]) -> Stream:
    """Stream the states of the executions that belong together with one, until all are over."""
    valid_ids(execution_id)
    query = query_of(request)
    found = await dependencies.follow_dependencies(
        environment_of(request),
        actor_of(request),
        execution_id,
        is_upstream_only=flag(query, "destinationOnly"),
        is_expanding=flag(query, "expandAll"),
    )
    return await event_stream(request, _frames(execution_id, found))


async def _frames(execution_id: str, found: AsyncIterator[Execution]) -> AsyncIterator[bytes]:
    yield frame("start", {"executionId": execution_id})
    async for execution in found:
        yield frame("end" if execution.is_over else "progress", status_shape(execution))
    yield frame("end-all", {"executionId": execution_id})


def _graph_shape(found: Dependencies) -> dict[str, Json]:
    nodes: list[Json] = [{"uid": _uid(key), "namespace": key[0], "id": key[1]} for key in found.flows]
    edges: list[Json] = [
        {"source": _uid(edge.source), "target": _uid(edge.target), "relation": edge.relation} for edge in found.edges
    ]
    return {"nodes": nodes, "edges": edges}


def _uid(key: FlowKey) -> str:
    return f"main_{key[0]}_{key[1]}"


ROUTES = (of_flow, of_namespace, follow)
