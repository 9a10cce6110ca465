"""The internal storage as a task sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tiercel.model.json import Json
from tiercel.plugins.host import Host

_CHUNK_BYTES = 256 * 1024


class Files:
    """Reads and writes files by URI, always in pieces, so that size costs no memory."""

    __slots__ = ("_host",)

    def __init__(self, host: Host) -> None:
        self._host = host

    def read(self, uri: str) -> bytes:
        """Read a whole file; for those known to be small."""
        return b"".join(self._host.read_file(uri))

    def open(self, uri: str) -> Iterator[bytes]:
        """Stream a file in pieces of any size."""
        return self._host.read_file(uri)

    def download(self, uri: str, path: Path) -> None:
        """Copy a stored file to a path; folders on the way are made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for chunk in self._host.read_file(uri):
                file.write(chunk)

    def write(self, name: str, content: bytes | Path | Iterable[bytes]) -> str:
        """Store a file under this task run and give its URI.

        Args:
            name: A relative path, or ``nsfile://<namespace>/<path>``; a file of that name is replaced.
            content: The bytes, a local file, or pieces of bytes.
        """
        if isinstance(content, bytes):
            return self._host.write_file(name, (content,))
        if isinstance(content, Path):
            return self._host.write_file(name, _pieces(content))
        return self._host.write_file(name, content)

    def size(self, uri: str) -> int:
        """Give the size in bytes."""
        return int(self._host.call("storage.size", {"uri": uri}))

    def exists(self, uri: str) -> bool:
        """Tell whether there is such a file."""
        return bool(self._host.call("storage.exists", {"uri": uri}))

    def delete(self, uri: str) -> bool:
        """Delete a file; answer whether there was one."""
        return bool(self._host.call("storage.delete", {"uri": uri}))

    def new_name(self, extension: str = "") -> str:
        """Make a name no other file of this run has."""
        name: Json = self._host.call("new_id", {})
        return f"{name}{extension}"


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
