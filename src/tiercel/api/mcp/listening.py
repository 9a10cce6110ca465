"""Streams on which a client is told that the tools it can call are others now."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing

from tiercel.api.live.hub import Hub, Wanted
from tiercel.api.mcp.answers import message_frame
from tiercel.api.mcp.exchanges import Exchange
from tiercel.api.mcp.messages import Message, notification_body, result_body
from tiercel.model.json import Json
from tiercel.operations.tool_search import list_offered

_SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId"
_CHANGED = "notifications/tools/list_changed"
_WANTED = Wanted(frozenset({"flows", "triggers"}))


async def listen(exchange: Exchange, hub: Hub) -> AsyncIterator[bytes]:
    """Give frames of changes until rights change, or for some minutes: clients come back."""
    async with aclosing(_changes(exchange, hub)) as changes:
        await anext(changes)
        async for _ in changes:
            yield message_frame(notification_body(_CHANGED))


async def subscribe(exchange: Exchange, message: Message, hub: Hub) -> AsyncIterator[bytes]:
    """The same as the answer to ``subscriptions/listen``."""
    meta: dict[str, Json] = {"_meta": {_SUBSCRIPTION_KEY: message.id}}
    wanted = message.params.get("notifications")
    is_wanted = isinstance(wanted, Mapping) and wanted.get("toolsListChanged") is True
    agreed = {"notifications": {"toolsListChanged": True} if is_wanted else {}}
    async with aclosing(_changes(exchange, hub)) as changes:
        await anext(changes)
        yield message_frame(notification_body("notifications/subscriptions/acknowledged", meta | agreed))
        async for _ in changes:
            if is_wanted:
                yield message_frame(notification_body(_CHANGED, meta))
    yield message_frame(result_body(message.id, {"resultType": "complete", **meta}))


async def _changes(exchange: Exchange, hub: Hub) -> AsyncGenerator[None]:
    """Give a sign once changes are looked for, and one for each change of the tools that the client can call."""
    with hub.admit(exchange.actor):
        known = await _offered(exchange)
        yield
        async for chunk in hub.read(exchange.actor, _WANTED):
            if b"\ndata:" not in chunk:
                continue  # it keeps a connection open
            now = await _offered(exchange)
            if now != known:
                known = now
                yield


async def _offered(exchange: Exchange) -> tuple[tuple[str, int], ...]:
    offered = await list_offered(exchange.environment, exchange.actor, exchange.server.id)
    return tuple((name, tool.revision) for name, tool in offered.tools.items())
