"""Answers that are files: shown where that is safe, else to keep."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import IO
from urllib.parse import quote

from litestar.response import Stream

from tiercel.operations.previews import media_type_of

_CHUNK_BYTES = 256 * 1024
_UNSAFE = re.compile(r"[^ !#-\[\]-~]")


async def inline(name: str, size: int, file: IO[bytes]) -> Stream:
    """Answer with an image or a PDF that a page shows; anything else, which could be a page itself, is to keep."""
    beginning = await asyncio.to_thread(file.read, _CHUNK_BYTES)
    media_type = media_type_of(beginning)
    if media_type is None:
        return attachment(name, size, file, beginning)
    headers = {"Content-Disposition": "inline", "Content-Length": str(size)}
    # The viewer of a browser for documents does not start in a sandbox; an image needs nothing at all.
    is_image = media_type.startswith("image/")
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox" if is_image else "frame-ancestors 'self'"
    return Stream(_chunks(file, beginning), media_type=media_type, headers=headers)


def attachment(name: str, size: int, file: IO[bytes], beginning: bytes = b"") -> Stream:
    """Answer with a file to keep, closed once it was sent."""
    headers = {"Content-Disposition": _disposition(name), "Content-Length": str(size)}
    return Stream(_chunks(file, beginning), media_type="application/octet-stream", headers=headers)


def _disposition(name: str) -> str:
    """Name a file for all readers, and as it is for those that know RFC 6266."""
    plain = _UNSAFE.sub("_", name)
    return f'attachment; filename="{plain}"' + ("" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}")


async def _chunks(file: IO[bytes], beginning: bytes) -> AsyncIterator[bytes]:
    try:
        if beginning:
            yield beginning
        while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
            yield chunk
    finally:
        await asyncio.to_thread(file.close)
