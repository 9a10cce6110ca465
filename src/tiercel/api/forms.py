"""Forms as they are sent: files go to the disk piece by piece, everything else has to fit into memory.

A form may be as large as uploads may, so what it holds beside files is counted: a text of two gibibytes is none.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeAlias

from litestar.datastructures import UploadFile

from tiercel.api.errors import RequestError

if TYPE_CHECKING:
    from multipart import MultipartSegment  # type: ignore[import-untyped]  # the library has no types

Form: TypeAlias = dict[str, list[str | UploadFile]]

MOST_PARTS = 1000
MOST_FILES = 200
"""So many files of a form at most: each is held open, by one of the handles that connections need too."""

_IN_MEMORY_BYTES = 64 * 1024
"""So much of a file is held in memory; a thousand files just below a larger bound would fill it."""

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)


async def read_form(content_type: str, pieces: AsyncIterator[bytes], text_limit_bytes: int, at_end: ExitStack) -> Form:
    """Read the parts of a form by name.

    Args:
        content_type: With the boundary.
        pieces: Of the body.
        text_limit_bytes: Of all parts together that are no files.
        at_end: Closes the files.

    Raises:
        RequestError: It is no form, has too many parts, or a text in it is too long or cannot be read.
    """
    from multipart import MultipartError, PushMultipartParser  # noqa: PLC0415 (few requests are forms)

    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        message = "The content type of a form names a boundary; this one does not"
        raise RequestError(422, "invalid-request-body", message)
    reader = _Reader(text_limit_bytes, at_end)
    try:
        with PushMultipartParser(boundary[1] or boundary[2], max_segment_count=MOST_PARTS) as parser:
            async for piece in pieces:
                for found in parser.parse(piece) if piece and not parser.closed else ():
                    await reader.take(found)
    except MultipartError as error:
        raise RequestError(422, "invalid-request-body", f"The form cannot be read: {error}") from None
    return reader.form


class _Reader:
    """Puts together what the parser finds: the head of a part, its pieces, and None at its end."""

    def __init__(self, text_limit_bytes: int, at_end: ExitStack) -> None:
        self.form: Form = {}
        self._limit = self._left = text_limit_bytes
        self._at_end = at_end
        self._segment: MultipartSegment | None = None
        self._file: UploadFile | None = None
        self._text = bytearray()
        self._files = 0

    async def take(self, found: MultipartSegment | bytearray | None) -> None:
        if found is None:
            await self._finish()
        elif isinstance(found, bytearray | bytes):
            await self._add(found)
        else:
            self._segment, self._text = found, bytearray()
            self._file = self._opened(found) if found.filename else None

    def _opened(self, segment: MultipartSegment) -> UploadFile:
        self._files += 1
        if self._files > MOST_FILES:
            message = f"The form has more than the {MOST_FILES} files allowed: send several, or a ZIP"
            raise RequestError(413, "payload-too-large", message)
        kind = segment.content_type or "application/octet-stream"  # what Kestra says then too
        file = UploadFile(content_type=kind, filename=segment.filename, max_spool_size=_IN_MEMORY_BYTES)
        self._at_end.callback(file.file.close)
        return file

    async def _add(self, piece: bytearray | bytes) -> None:
        if self._file is not None:
            await self._file.write(bytes(piece))
            return
        self._left -= len(piece)
        if self._left < 0:
            message = f"The parts of the form that are no files have more than the {self._limit} bytes allowed"
            raise RequestError(413, "payload-too-large", message)
        self._text += piece

    async def _finish(self) -> None:
        segment = self._segment
        if segment is None:
            return
        value: str | UploadFile
        if self._file is not None:
            await self._file.seek(0)
            value = self._file
        else:
            value = self._decoded(segment)
        self.form.setdefault(segment.name, []).append(value)
        self._segment = self._file = None

    def _decoded(self, segment: MultipartSegment) -> str:
        try:
            return self._text.decode(segment.charset or "utf-8")
        except (LookupError, ValueError):
            message = f"The part {segment.name[:100]} of the form is no text in UTF-8, nor in the charset it names"
            raise RequestError(422, "invalid-request-body", message) from None
