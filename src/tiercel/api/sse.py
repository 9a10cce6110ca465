"""Event streams in the form of the published API: the kind of a frame is its ``id``, there is no ``event`` line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
from litestar.response import Stream

from tiercel.model.json import Json

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_HEARTBEAT_SECONDS = 20.0


def frame(kind: str, value: Json) -> bytes:
    """Give one frame."""
    return b"id: " + kind.encode() + b"\ndata: " + msgspec.json.encode(value) + b"\n\n"


def event_stream(frames: AsyncIterator[bytes]) -> Stream:
    """Answer with frames; a comment goes out now and then, so that a client that is gone is noticed."""
    return Stream(_with_heartbeat(frames), media_type="text/event-stream", headers=HEADERS)


async def _with_heartbeat(frames: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    pending = asyncio.ensure_future(anext(frames, None))
    try:
        while True:
            done, _ = await asyncio.wait({pending}, timeout=_HEARTBEAT_SECONDS)
            if not done:
                yield b": \n\n"
                continue
            found = pending.result()
            if found is None:
                return
            yield found
            pending = asyncio.ensure_future(anext(frames, None))
    finally:
        pending.cancel()
