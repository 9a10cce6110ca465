"""The methods of the protocol that a server of tools has, and the answers to them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping

from tiercel import __version__
from tiercel.api.mcp.built_in import PREFIX, TOOLS, call_built_in, describe_built_in
from tiercel.api.mcp.exchanges import Exchange, Tell
from tiercel.api.mcp.flow_tools import call_flow, describe
from tiercel.api.mcp.messages import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    Message,
    RpcError,
    error_body,
    result_body,
)
from tiercel.api.mcp.outcomes import failed_result
from tiercel.api.mcp.versions import LEGACY, MODERN
from tiercel.errors import TiercelError
from tiercel.model.json import Json
from tiercel.operations.tool_search import list_offered, load_tools

_logger = logging.getLogger("tiercel.api")
_PAGE = 100
_SERVER: dict[str, Json] = {"name": "tiercel", "title": "Tiercel", "version": __version__}
_CAPABILITIES: dict[str, Json] = {"tools": {"listChanged": True}}

Method = Callable[[Exchange, Message, Tell], Awaitable[dict[str, Json]]]


async def respond(exchange: Exchange, message: Message, tell: Tell) -> tuple[dict[str, Json], RpcError | None]:
    """Give the answer to a request, and the error in it if there is one. Whatever happens, there is an answer."""
    methods = _MODERN if exchange.is_modern else _LEGACY
    try:
        method = methods.get(message.method)
        if method is None:
            raise RpcError(METHOD_NOT_FOUND, f"Method not found: {message.method}")  # noqa: TRY301 (one place answers)
        result = await method(exchange, message, tell)
    except RpcError as error:
        return error_body(message.id, error), error
    except Exception:
        trace_id = exchange.environment.new_id()
        _logger.exception("request %s of %s failed, trace %s", message.method, exchange.server.id, trace_id)
        broken = RpcError(INTERNAL_ERROR, f"Internal error. Quote {trace_id} when you ask for help.")
        return error_body(message.id, broken), broken
    return result_body(message.id, _signed(result) if exchange.is_modern else result), None


def introduction(exchange: Exchange) -> dict[str, Json]:
    """Give what the server says of itself to a client that introduces itself."""
    result: dict[str, Json] = {
        "protocolVersion": exchange.version,
        "capabilities": _CAPABILITIES,
        "serverInfo": _SERVER,
    }
    return result | _instructions(exchange)


async def _ping(exchange: Exchange, message: Message, tell: Tell) -> dict[str, Json]:
    del exchange, message, tell
    return {}


async def _discover(exchange: Exchange, message: Message, tell: Tell) -> dict[str, Json]:
    del message, tell
    result: dict[str, Json] = {"supportedVersions": [*MODERN, *LEGACY], "capabilities": _CAPABILITIES}
    return result | _instructions(exchange) | _UNCACHED


async def _list_tools(exchange: Exchange, message: Message, tell: Tell) -> dict[str, Json]:
    del tell
    start = _start_of(message.params.get("cursor"))
    environment, actor = exchange.environment, exchange.actor
    offered = await list_offered(environment, actor, exchange.server.id)
    built_in = sorted(TOOLS) if exchange.server.has_platform_tools else []
    names = [*built_in, *(name for name in offered.tools if name not in built_in)]
    page = names[start : start + _PAGE]
    flows = await load_tools(environment, actor, [offered.tools[name] for name in page if name not in built_in])
    tools = [describe_built_in(name) for name in page if name in built_in] + [describe(found) for found in flows]
    result: dict[str, Json] = {"tools": tools}
    if start + _PAGE < len(names):
        result["nextCursor"] = str(start + _PAGE)
    return result | (_UNCACHED if exchange.is_modern else {})


async def _call_tool(exchange: Exchange, message: Message, tell: Tell) -> dict[str, Json]:
    name, arguments = message.params.get("name"), message.params.get("arguments")
    arguments = {} if arguments is None else arguments
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise RpcError(INVALID_PARAMS, "Invalid params: name must be text, and arguments an object")
    environment = exchange.environment
    try:
        environment.call_rates.take(exchange.actor.name, environment.settings.mcp.calls_per_minute, environment.clock())
        if exchange.server.has_platform_tools and name in TOOLS:
            return await call_built_in(exchange, name, arguments, tell)
        offered = await list_offered(environment, exchange.actor, exchange.server.id)
        tool = offered.tools.get(name)
        if tool is None:
            raise RpcError(INVALID_PARAMS, _unknown(name, offered.clashing.get(name, ())))
        return await call_flow(exchange, tool, arguments, tell)
    except TiercelError as error:
        return failed_result(str(error))


def _unknown(name: str, claims: tuple[tuple[str, str, str], ...]) -> str:
    if not claims:
        hint = " (the server does not offer the tools of the platform)" if name.startswith(PREFIX) else ""
        return f"Unknown tool: {name}{hint}"
    flows = ", ".join(".".join(key[:2]) for key in claims)
    return f"Unknown tool: {name} is claimed by several flows, {flows}; give each a toolName of its own"


def _start_of(cursor: Json) -> int:
    if cursor is None:
        return 0
    if not isinstance(cursor, str) or not cursor.isdecimal() or len(cursor) > len("1000000"):
        raise RpcError(INVALID_PARAMS, "Invalid params: cursor is not one that this server gave")
    return int(cursor)


def _instructions(exchange: Exchange) -> dict[str, Json]:
    found = exchange.server.instructions
    return {"instructions": found} if found else {}


def _signed(result: dict[str, Json]) -> dict[str, Json]:
    """Add what every result says from version 2026-07-28 on."""
    meta = {"io.modelcontextprotocol/serverInfo": _SERVER, **result.get("_meta", {})}
    return {"resultType": "complete", **result, "_meta": meta}


_UNCACHED: dict[str, Json] = {"ttlMs": 0, "cacheScope": "private"}
_LEGACY: Mapping[str, Method] = {"ping": _ping, "tools/list": _list_tools, "tools/call": _call_tool}
_MODERN: Mapping[str, Method] = {"server/discover": _discover, "tools/list": _list_tools, "tools/call": _call_tool}
