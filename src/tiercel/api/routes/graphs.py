"""Graphs of a text, of a flow, of an execution; and what expressions of a text can name."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from tiercel.api.requests import (
    Incoming,
    actor_of,
    answer,
    environment_of,
    every,
    one,
    query_of,
    source_of,
    valid_ids,
    whole,
)
from tiercel.api.routes.flows import dialect_of
from tiercel.api.shapes.graph import graph_shape
from tiercel.operations import completions, flow_graphs

_ROOT = "/api/v1/main"


@post(_ROOT + "/flows/graph", status_code=200)
async def graph_of_text(request: Incoming) -> Response[bytes]:
    """Draw a flow from its source without saving it."""
    query = query_of(request)
    graph = await flow_graphs.draw_text(
        environment_of(request),
        actor_of(request),
        await source_of(request),
        dialect=dialect_of(query),
        expanded=every(query, "subflows"),
    )
    return answer(graph_shape(graph))


@get(_ROOT + "/flows/{namespace:str}/{flow_id:str}/graph")
async def graph_of_flow(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Draw a stored flow."""
    valid_ids(namespace, flow_id)
    query = query_of(request)
    graph = await flow_graphs.draw_flow(
        environment_of(request),
        actor_of(request),
        (namespace, flow_id),
        whole(query, "revision"),
        expanded=every(query, "subflows"),
    )
    return answer(graph_shape(graph))


@get(_ROOT + "/executions/{execution_id:str}/graph")
async def graph_of_execution(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Draw the flow that an execution runs."""
    valid_ids(execution_id)
    expanded = every(query_of(request), "subflows")
    graph = await flow_graphs.draw_execution(
        environment_of(request), actor_of(request), execution_id, expanded=expanded
    )
    return answer(graph_shape(graph, is_trimmed=True))


@post(_ROOT + "/flows/expressions", status_code=200)
async def list_expressions(request: Incoming) -> Response[bytes]:
    """Name what expressions of a flow can use, given its source."""
    query = query_of(request)
    found = await completions.list_completions(
        environment_of(request),
        actor_of(request),
        await source_of(request),
        task_id=one(query, "taskId"),
        dialect=dialect_of(query),
    )
    return answer({"categories": found})


ROUTES = (list_expressions, graph_of_text, graph_of_flow, graph_of_execution)
