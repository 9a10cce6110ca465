"""The protocol of internal storage. Methods block; they are called from worker threads, never on the event loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from msgspec import Struct

Content: TypeAlias = bytes | Path | BinaryIO | Iterable[bytes]
"""What can be stored: bytes, a local file, an open binary file, or pieces that come one after the other."""


class StoredFile(Struct, frozen=True, kw_only=True):
    """What is known of a file; ``modified_at`` in microseconds UTC."""

    path: str
    size_bytes: int
    modified_at: int


class Storage(Protocol):
    """Files by path. A path begins with a slash and never names a directory; see ``tiercel.storage.paths``.

    A file appears whole or not at all, and replaces one of the same path. Each method raises InvalidError for a path
    that is not allowed, and UnavailableError when the store cannot be reached or has no room.
    """

    def put(self, path: str, content: Content) -> int:
        """Store a file, in pieces, so that a large one does not fill memory; returns its size in bytes.

        An exception raised by ``content`` is passed on and nothing is stored.
        """

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading; it is read in pieces and can be sought in.

        Raises:
            NotFoundError: There is no such file.
        """

    def read(self, path: str) -> bytes:
        """The whole content.

        Raises:
            NotFoundError: There is no such file.
        """

    def stat(self, path: str) -> StoredFile:
        """Size and time of a file.

        Raises:
            NotFoundError: There is no such file.
        """

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""

    def walk(self, directory: str) -> Iterator[StoredFile]:
        """Every file below a directory, at any depth, in no order."""

    def copy(self, source: str, target: str) -> None:
        """Make a file appear at another path as well.

        Raises:
            NotFoundError: There is no such file.
        """

    def delete(self, path: str) -> bool:
        """Remove a file; returns whether it was there."""

    def delete_prefix(self, directory: str) -> list[str]:
        """Remove every file below a directory; returns their paths, in order."""
