"""Directories as streams of tar, in flat memory: how files get into a container and out of it."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tiercel.plugins import TaskError

_READABLE, _RUNNABLE, _OPEN = 0o666, 0o111, 0o777


def pack(directory: Path, place: str) -> Iterator[bytes]:
    """Give the archive of a directory as it is to stand at ``place``; everybody may write there."""
    buffer = _Buffer()
    with tarfile.open(mode="w|", fileobj=buffer, bufsize=tarfile.RECORDSIZE) as archive:
        for folder in _folders(place):
            archive.addfile(_folder(folder))
        for path in sorted(directory.rglob("*")):
            name = f"{place.strip('/')}/{path.relative_to(directory).as_posix()}"
            if path.is_dir():
                archive.addfile(_folder(name))
            elif path.is_file():
                yield from _file(archive, buffer, path, name)
    yield buffer.take()


def unpack(pieces: Iterable[bytes], directory: Path) -> None:
    """Write the files of an archive into a directory; its first folder is the directory itself.

    Raises:
        TaskError: A name in it leads out of the directory.
    """
    root = directory.resolve()
    with tarfile.open(mode="r|", fileobj=_Reader(pieces)) as archive:
        for member in archive:
            name = member.name.partition("/")[2]
            target = (root / name).resolve()
            if not target.is_relative_to(root):
                raise TaskError(f"The container holds a file whose name leads out of its directory: {member.name}")
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
            elif member.isfile() and (content := archive.extractfile(member)) is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                with content, target.open("wb") as file:
                    shutil.copyfileobj(content, file, 256 * 1024)
                target.chmod(member.mode & _OPEN | 0o600)


def _file(archive: tarfile.TarFile, buffer: _Buffer, path: Path, name: str) -> Iterator[bytes]:
    status = path.stat()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = status.st_size, int(status.st_mtime)
    entry.mode = _READABLE | (_RUNNABLE if status.st_mode & _RUNNABLE else 0)
    archive.addfile(entry)  # the head; the content follows in pieces, so that none of it is kept
    with path.open("rb") as file:
        left = entry.size
        while left and (piece := file.read(min(left, 256 * 1024))):
            archive.fileobj.write(piece)
            left -= len(piece)
            yield buffer.take()
    if left:
        raise TaskError(f"{path.name} became shorter while it was copied")
    archive.fileobj.write(b"\0" * (-entry.size % tarfile.BLOCKSIZE))
    archive.offset += entry.size + (-entry.size % tarfile.BLOCKSIZE)


def _folders(place: str) -> Iterator[str]:
    parts = place.strip("/").split("/")
    for count in range(2, len(parts) + 1):  # the first one is there, and keeps its rights
        yield "/".join(parts[:count])


def _folder(name: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, _OPEN
    return entry


class _Buffer(io.RawIOBase):
    """Keeps what an archive writes until it is taken."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        content = bytes(piece)  # type: ignore[call-overload]  # whatever the archive writes is bytes
        self._written += content
        return len(content)

    def take(self) -> bytes:
        """Give what was written since the last time."""
        taken = bytes(self._written)
        self._written.clear()
        return taken


class _Reader(io.RawIOBase):
    """Reads pieces of any size as one stream."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = bytearray(self._rest)
        while size < 0 or len(found) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            found += piece
        end = len(found) if size < 0 else size
        self._rest = bytes(found[end:])
        return bytes(found[:end])
