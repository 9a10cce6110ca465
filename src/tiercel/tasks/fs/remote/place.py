"""What a client of a protocol must offer, and the paths it is given.

Paths are absolute and clean when they reach a client. With ``rootDir``, the default, they begin in the home folder of
who logs in, and cannot lead out of it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Generator, Iterable
from typing import Protocol
from urllib.parse import quote

from msgspec import Struct

from tiercel.plugins import TaskError, fitting

_DEEPEST = 64
_PIECE_BYTES = 256 * 1024


class Entry(Struct, frozen=True, kw_only=True):
    """A file or folder as it is listed; times in seconds since 1970.

    Attributes:
        path: As flows write it.
    """

    path: str
    is_folder: bool
    is_file: bool = True
    is_link: bool = False
    size: int | None = None
    modified_at: float | None = None
    accessed_at: float | None = None
    user_id: int | None = None
    group_id: int | None = None
    permissions: int | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.path)


class Place(Protocol):
    """A machine that files are read from and written to."""

    def find(self, path: str) -> Entry | None:
        """Give a file or folder; None when there is none."""

    def entries(self, folder: str) -> list[Entry]:
        """Give what is in a folder."""

    def read(self, path: str) -> Generator[bytes]:
        """Give a file in pieces."""

    def write(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write a file in the place of what is there."""

    def rename(self, path: str, target: str) -> None:
        """Move a file or folder."""

    def remove(self, entry: Entry) -> None:
        """Remove a file, or an empty folder."""

    def make_folder(self, path: str) -> None:
        """Make a folder in one that is there."""

    def close(self) -> None:
        """End the connection."""


def clean(path: str) -> str:
    """Give a path as clients take it; what leads out at the top is left out, a slash at the end too."""
    return posixpath.normpath(posixpath.join("/", path.strip())).replace("//", "/")


def address(scheme: str, host: str, path: str) -> str:
    """Give the address of a file as outputs show it: without user, password and port."""
    return f"{scheme}://{host}{quote(clean(path))}"


def matcher(pattern: str | None) -> Callable[[str], bool]:
    """Give what tells whether a whole path fits.

    Raises:
        TaskError: The pattern is no regular expression.
    """
    return fitting(pattern, "regExp") if pattern is not None else lambda _: True


def files_of(place: Place, folder: str, pattern: str | None, *, is_recursive: bool) -> list[Entry]:
    """Give the files of a folder; links to folders are not followed.

    Raises:
        TaskError: There is no such folder.
    """
    fits = matcher(pattern)
    root = place.find(clean(folder))
    if root is None:
        raise TaskError(f"There is no folder {folder}")
    if not root.is_folder:
        return [root] if fits(root.path) else []
    found: list[Entry] = []
    waiting = [(root.path, 0)]
    while waiting:
        path, depth = waiting.pop()
        for entry in place.entries(path):
            if entry.is_folder:
                if is_recursive and not entry.is_link and depth < _DEEPEST:
                    waiting.append((entry.path, depth + 1))
            elif entry.is_file and fits(entry.path):
                found.append(entry)
    return sorted(found, key=lambda entry: entry.path)


def gathered(chunks: Iterable[bytes]) -> Generator[bytes]:
    """Join small pieces, since each that is sent costs a round trip."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        if len(waiting) >= _PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def ensure_folder(place: Place, path: str) -> None:
    """Make a folder and those above it."""
    missing: list[str] = []
    while path != "/" and place.find(path) is None:
        missing.append(path)
        path = posixpath.dirname(path)
    for one in reversed(missing):
        place.make_folder(one)
