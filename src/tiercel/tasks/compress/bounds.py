"""What keeps a small file from becoming a huge one, and names in archives from leading anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Protocol

from tiercel.plugins import RunContext, TaskError
from tiercel.tasks.compress.codecs import FAILURES

_PIECE_BYTES = 256 * 1024
_ALWAYS_BYTES = 1024**3
_MOST_TIMES = 200
_MOST_ENTRIES = 100_000


class Readable(Protocol):
    """Something that is read in pieces."""

    def read(self, size: int = ..., /) -> bytes:
        """Give the next bytes, none at the end."""


class Budget:
    """How much may come out of one compressed file: a gibibyte, or 200 times its size if that is more."""

    def __init__(self, ctx: RunContext, compressed_bytes: int) -> None:
        self._ctx = ctx
        self._left = max(_ALWAYS_BYTES, compressed_bytes * _MOST_TIMES)
        self._entries = 0

    def pieces(self, file: Readable, name: str) -> Iterator[bytes]:
        """Give a file in pieces, as long as the budget lasts.

        Raises:
            TaskError: It does not, or the file is damaged, or the run is cancelled.
        """
        while True:
            if self._ctx.is_cancelled:
                raise TaskError("Decompressing was cancelled")
            try:
                piece = bytes(file.read(_PIECE_BYTES))
            except FAILURES as error:
                raise TaskError(f"{name} cannot be decompressed: {error}") from None
            if not piece:
                return
            self._left -= len(piece)
            if self._left < 0:
                raise TaskError(f"{name} holds more than {_MOST_TIMES} times its size, and more than 1 GiB: refused")
            yield piece

    def count_entry(self) -> None:
        """Count one file of an archive.

        Raises:
            TaskError: It has too many.
        """
        self._entries += 1
        if self._entries > _MOST_ENTRIES:
            raise TaskError(f"The archive holds more than {_MOST_ENTRIES} files: refused")


def safe_name(name: str) -> str:
    """Give the name of a file in an archive as a relative path.

    Raises:
        TaskError: It leads out of where the archive is unpacked.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    parts = [part for part in path.parts if part not in {".", "/"}]
    is_drive = bool(parts) and len(parts[0]) > 1 and parts[0][1] == ":"
    if not parts or ".." in parts or path.is_absolute() or is_drive or "\0" in name:
        raise TaskError(f"The archive holds a file whose name leads out of it: {name!r}")
    return "/".join(parts)
