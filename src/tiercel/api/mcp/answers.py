"""Answers to one request: JSON when it is there at once, else a stream with news of how far it is.

Whoever closes the stream is told nothing more; an execution that was started goes on, as any execution does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Response
from litestar.response import Stream

from tiercel.api.errors import RequestError
from tiercel.api.mcp.exchanges import Exchange, Tell
from tiercel.api.mcp.messages import MODERN_STATUS, STATUS, Message, RpcError, notification_body
from tiercel.api.mcp.methods import respond
from tiercel.api.requests import Incoming, answer
from tiercel.api.sse import event_stream
from tiercel.model.json import Json

QUICK_SECONDS = 1.0
"""So long an answer may take that is not streamed."""

Outcome = tuple[dict[str, Json], RpcError | None]


async def answer_request(
    request: Incoming, exchange: Exchange, message: Message, *, can_stream: bool
) -> Response[bytes] | Stream:
    """Answer a request; only a client that can read streams gets one.

    Raises:
        RequestError: The user follows in too many places already.
    """
    news: asyncio.Queue[dict[str, Json]] = asyncio.Queue()
    token = message.meta.get("progressToken")
    task = asyncio.ensure_future(respond(exchange, message, _teller(news, token)))
    try:
        await asyncio.wait({task}, timeout=QUICK_SECONDS if can_stream else None)
        if not task.done():
            return await event_stream(request, _stream(task, news))
    except (asyncio.CancelledError, RequestError):
        task.cancel()
        raise
    body, error = task.result()
    return answer(body, _status(exchange, error))


def message_frame(body: Json) -> bytes:
    """Give one message as a frame of a stream."""
    return b"event: message\ndata: " + msgspec.json.encode(body) + b"\n\n"


def _teller(news: asyncio.Queue[dict[str, Json]], token: Json) -> Tell:
    count = 0

    def tell(text: str) -> None:
        nonlocal count
        count += 1
        if isinstance(token, str | int):
            params = {"progressToken": token, "progress": count, "message": text}
            news.put_nowait(notification_body("notifications/progress", params))

    return tell


async def _stream(task: asyncio.Future[Outcome], news: asyncio.Queue[dict[str, Json]]) -> AsyncIterator[bytes]:
    waiting: asyncio.Future[dict[str, Json]] | None = None
    try:
        while not task.done() or not news.empty():
            waiting = asyncio.ensure_future(news.get())
            either: set[asyncio.Future[Any]] = {task, waiting}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                yield message_frame(waiting.result())
            else:
                waiting.cancel()
        yield message_frame(task.result()[0])
    finally:
        task.cancel()
        if waiting is not None:
            waiting.cancel()


def _status(exchange: Exchange, error: RpcError | None) -> int:
    statuses = MODERN_STATUS if exchange.is_modern else STATUS
    return statuses.get(error.code, 200) if error is not None else 200
