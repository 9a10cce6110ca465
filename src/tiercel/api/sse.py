"""Event streams in the form of the published API: the kind of a frame is its ``id``, there is no ``event`` line.

A stream may last for days. So whoever reads it is asked for again now and then, and at once when somebody's rights
change: it ends when they have signed out, or may not do the same any more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

import msgspec
from litestar.response import Stream

from tiercel.api.errors import RequestError
from tiercel.api.live.followers import Followers, TooManyStreamsError
from tiercel.api.requests import Incoming, actor_of, environment_of
from tiercel.model.json import Json
from tiercel.operations.access import Access

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_HEARTBEAT_SECONDS = 20.0


def frame(kind: str, value: Json) -> bytes:
    """Give one frame."""
    return b"id: " + kind.encode() + b"\ndata: " + msgspec.json.encode(value) + b"\n\n"


async def event_stream(request: Incoming, frames: AsyncIterator[bytes]) -> Stream:
    """Answer with frames; a comment goes out now and then, so that a client that is gone is noticed.

    Raises:
        RequestError: The user follows in too many places already.
    """
    return Stream(await begun(_counted(request, frames)), media_type="text/event-stream", headers=HEADERS)


async def begun(pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Let a stream run to its first piece, an empty one, so that it is counted from now until it is let go of.

    Raises:
        RequestError: The user follows in too many places already.
    """
    try:
        await anext(pieces)
    except TooManyStreamsError as error:
        raise RequestError(429, "too-many-requests", str(error)) from None
    return pieces


def followers_of(request: Incoming) -> Followers:
    """Give what counts the streams of this application."""
    followers: Followers = request.app.state["followers"]
    return followers


async def _counted(request: Incoming, frames: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    with followers_of(request).counted(actor_of(request)):
        yield b""
        is_still_known: Callable[[], Awaitable[bool]] = request.scope["state"]["is_still_known"]
        async for piece in _with_heartbeat(frames, environment_of(request).access, is_still_known):
            yield piece


async def _with_heartbeat(
    frames: AsyncIterator[bytes], access: Access, is_still_known: Callable[[], Awaitable[bool]]
) -> AsyncIterator[bytes]:
    pending = asyncio.ensure_future(anext(frames, None))
    changed = asyncio.ensure_future(access.wait_for_change())
    asked_at = time.monotonic()
    try:
        while True:
            await asyncio.wait({pending, changed}, timeout=_HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if changed.done() or time.monotonic() - asked_at >= _HEARTBEAT_SECONDS:
                if changed.done():
                    changed = asyncio.ensure_future(access.wait_for_change())
                if not await is_still_known():
                    return
                asked_at = time.monotonic()
            if not pending.done():
                yield b": \n\n"
                continue
            found = pending.result()
            if found is None:
                return
            yield found
            pending = asyncio.ensure_future(anext(frames, None))
    finally:
        pending.cancel()
        changed.cancel()
