"""A part of a file that is read from front to back."""

from __future__ import annotations

from typing import IO

_PIECE_BYTES = 256 * 1024


class Section:
    """So many bytes of a file, from where it stands."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source = source
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes, none at the end.

        Raises:
            EOFError: The file ends before the section does.
        """
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._source.read(wanted) if wanted else b""
        if wanted and not piece:
            raise EOFError("the file ends too early")
        self._left -= len(piece)
        return piece

    def skip(self) -> None:
        """Pass over what is left."""
        while self.read(_PIECE_BYTES):
            pass
