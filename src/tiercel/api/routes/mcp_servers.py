"""Servers of tools for language models: what they are called, say and offer."""

from __future__ import annotations

from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath

from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import Incoming, actor_of, answer, empty, environment_of, json_of, query_of
from tiercel.api.shapes.mcp import read_server, server_shape, tool_shape
from tiercel.errors import InvalidError, Violation
from tiercel.operations import mcp_servers, tool_search
from tiercel.operations.actor import Action, Resource
from tiercel.repository.mcp_servers import StoredServer
from tiercel.repository.query import Page, Sort

ROOT = "/api/v1/main/mcp-servers"
_ORDERS = {
    "id": lambda server: server.id,
    "description": lambda server: server.description or "",
    "disabled": lambda server: server.is_disabled,
    "created": lambda server: server.created_at or 0,
    "updated": lambda server: server.updated_at or 0,
}


@get(ROOT)
async def list_all(request: Incoming) -> Response[bytes]:
    """Give one page of the servers of tools, by id unless another order is asked for."""
    found = await mcp_servers.list_servers(environment_of(request), actor_of(request))
    query = read_page(query_of(request))
    for sort in reversed(query.sort):
        found = _sorted(found, sort)
    start = (query.page - 1) * query.size
    return answer(page_shape(Page(items=found[start : start + query.size], total=len(found)), server_shape))


@post(ROOT, status_code=200)
async def create(request: Incoming) -> Response[bytes]:
    """Make a server of tools."""
    actor_of(request).require(Resource.INSTANCE, Action.CREATE)
    server = read_server(await json_of(request))
    return answer(server_shape(await mcp_servers.create_server(environment_of(request), actor_of(request), server)))


@get(ROOT + "/{server_id:str}")
async def read(request: Incoming, server_id: FromPath[str]) -> Response[bytes]:
    """Give a server of tools."""
    return answer(server_shape(await mcp_servers.get_server(environment_of(request), actor_of(request), server_id)))


@put(ROOT + "/{server_id:str}")
async def save(request: Incoming, server_id: FromPath[str]) -> Response[bytes]:
    """Change a server of tools; what the body leaves out is not set any more."""
    actor_of(request).require(Resource.INSTANCE, Action.UPDATE)
    server = read_server(await json_of(request))
    saved = await mcp_servers.update_server(environment_of(request), actor_of(request), server_id, server)
    return answer(server_shape(saved))


@delete(ROOT + "/{server_id:str}", status_code=200)
async def remove(request: Incoming, server_id: FromPath[str]) -> Response[bytes]:
    """Remove a server of tools and end the sessions with it."""
    await mcp_servers.delete_server(environment_of(request), actor_of(request), server_id)
    return empty(200)


@patch(ROOT + "/{server_id:str}/toggle")
async def toggle(request: Incoming, server_id: FromPath[str]) -> Response[bytes]:
    """Switch a server of tools off, or on again."""
    return answer(server_shape(await mcp_servers.toggle_server(environment_of(request), actor_of(request), server_id)))


@get(ROOT + "/{server_id:str}/tools")
async def list_tools(request: Incoming, server_id: FromPath[str]) -> Response[bytes]:
    """Give the flows that a server offers as tools, those that are disabled too."""
    found = await tool_search.list_tools(environment_of(request), actor_of(request), server_id)
    return answer([tool_shape(tool) for tool in found])


def _sorted(servers: list[StoredServer], sort: Sort) -> list[StoredServer]:
    order = _ORDERS.get(sort.field)
    if order is None:
        raise InvalidError(
            [Violation(f"'{sort.field}' is no field to sort by", path="sort", hint=f"one of {', '.join(_ORDERS)}")]
        )
    return sorted(servers, key=order, reverse=sort.is_descending)


ROUTES = (list_all, create, read, save, remove, toggle, list_tools)
