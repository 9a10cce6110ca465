"""Files that come with a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

_CHUNK_BYTES = 256 * 1024


class Upload:
    """A file that came with a request, still where the door put it; read it from a thread."""

    __slots__ = ("file", "name")

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name = name
        self.file = file

    def chunks(self) -> Iterator[bytes]:
        """Give the content from the start."""
        self.file.seek(0)
        while chunk := self.file.read(_CHUNK_BYTES):
            yield chunk
