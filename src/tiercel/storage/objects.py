"""Storage on any object store: local disk, memory, and later S3, GCS and Azure, all through one client."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from os import strerror
from pathlib import Path
from typing import BinaryIO, cast

import obstore
from obstore import exceptions
from obstore.store import ObjectStore

from tiercel.errors import NotFoundError, UnavailableError
from tiercel.model.moments import micros_at
from tiercel.storage.paths import check_path
from tiercel.storage.protocol import Content, StoredFile

_PIECE = 1 << 20
_DELETED_AT_ONCE = 1000
_NUMBER = re.compile(r"\(os error (\d+)\)|\[Errno (\d+)\]")


class ObjectStorage:
    """Fulfils ``tiercel.storage.protocol.Storage``.

    Args:
        store: Where the objects are.
        guard: Called with each path before it is used, to refuse what the store itself would let through.
        parts_at_once: How many parts of one file may be under way to the store; each takes 10 MiB of memory.
    """

    def __init__(
        self, store: ObjectStore, guard: Callable[[str], None] | None = None, *, parts_at_once: int = 1
    ) -> None:
        self._store = store
        self._guard = guard
        self._parts_at_once = parts_at_once

    def put(self, path: str, content: Content) -> int:
        """Store a file and return its size in bytes."""
        key = self._key(path)
        if isinstance(content, bytes):
            with _translated("store", path):
                obstore.put(self._store, key, content)
            return len(content)
        if isinstance(content, Path):
            with content.open("rb") as file:
                return self._put_pieces(path, key, _pieces(file))
        return self._put_pieces(path, key, _pieces(content) if isinstance(content, io.IOBase) else _bytes(content))

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading."""
        with _translated("read", path):
            reader = obstore.open_reader(self._store, self._key(path))
        return cast("BinaryIO", io.BufferedReader(_Raw(reader), _PIECE))

    def read(self, path: str) -> bytes:
        """The whole content."""
        with _translated("read", path):
            return bytes(obstore.get(self._store, self._key(path)).bytes())

    def stat(self, path: str) -> StoredFile:
        """Size and time of a file."""
        with _translated("read", path):
            return _file(obstore.head(self._store, self._key(path)))

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        try:
            self.stat(path)
        except NotFoundError:
            return False
        return True

    def walk(self, directory: str) -> Iterator[StoredFile]:
        """Every file below a directory, at any depth, in no order."""
        with _translated("list", directory):
            for page in obstore.list(self._store, self._key(directory)):
                yield from map(_file, page)

    def walk_all(self) -> Iterator[StoredFile]:
        """Every file, in no order."""
        with _translated("list", "/"):
            for page in obstore.list(self._store):
                yield from map(_file, page)

    def copy(self, source: str, target: str) -> None:
        """Make a file appear at another path as well."""
        with _translated("copy", source):
            obstore.copy(self._store, self._key(source), self._key(target))

    def delete(self, path: str) -> bool:
        """Remove a file; returns whether it was there."""
        if not self.exists(path):
            return False
        self._delete([path])
        return True

    def delete_prefix(self, directory: str) -> list[str]:
        """Remove every file below a directory; returns their paths, in order."""
        paths = sorted(file.path for file in self.walk(directory))
        remaining = iter(paths)
        while part := list(islice(remaining, _DELETED_AT_ONCE)):
            self._delete(part)
        return paths

    def _put_pieces(self, path: str, key: str, pieces: Iterator[bytes]) -> int:
        """Store pieces as they come; the file appears when all are there, and never when one fails.

        The pieces are taken here and not by the client, because they may come out of storage themselves, which the
        client cannot serve while it waits for them.
        """
        size_bytes = 0
        with _translated("store", path):
            writer = obstore.open_writer(self._store, key, max_concurrency=self._parts_at_once)
        for piece in pieces:
            size_bytes += len(piece)
            with _translated("store", path):
                writer.write(piece)
        with _translated("store", path):
            writer.close()  # not reached when a piece failed: a writer that is not closed leaves nothing
        return size_bytes

    def _delete(self, paths: list[str]) -> None:
        with _translated("delete", paths[0]):
            try:
                obstore.delete(self._store, [self._key(path) for path in paths])
            except (exceptions.NotFoundError, FileNotFoundError):
                # Somebody else was faster with one of them; the others must still go.
                for path in paths:
                    self._delete_one(path)

    def _delete_one(self, path: str) -> None:
        try:
            obstore.delete(self._store, self._key(path))
        except (exceptions.NotFoundError, FileNotFoundError):
            return

    def _key(self, path: str) -> str:
        check_path(path)
        if self._guard is not None:
            self._guard(path)
        # The local store keeps "#<number>" for its own files on the way, and "%" marks what is encoded here.
        return path[1:].replace("%", "%25").replace("#", "%23")


class _Raw(io.RawIOBase):
    """A reader of the store as a raw file, to be buffered by the standard library."""

    def __init__(self, reader: obstore.ReadableFile) -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the standard library gives a memoryview
        piece = self._reader.read(len(buffer))
        buffer[: len(piece)] = bytes(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._reader.seek(offset, whence)

    def tell(self) -> int:
        return self._reader.tell()


def _pieces(file: io.IOBase | BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _bytes(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield bytes(piece)


def _file(meta: obstore.ObjectMeta) -> StoredFile:
    path = "/" + meta["path"].replace("%23", "#").replace("%25", "%")
    modified_at = micros_at(meta["last_modified"])
    return StoredFile(path=path, size_bytes=meta["size"], modified_at=modified_at)


@contextmanager
def _translated(verb: str, path: str) -> Iterator[None]:
    try:
        yield
    except (exceptions.NotFoundError, FileNotFoundError) as error:
        raise NotFoundError("file", path) from error
    except (exceptions.BaseError, OSError) as error:
        # The client names places of this machine, and prints its own internals below the first line.
        reason = str(error).partition("\n")[0]
        message = f"cannot {verb} {path} in storage: {_cause(error)}"
        raise UnavailableError(message, f"The reason is: {reason}") from error


def _cause(error: Exception) -> str:
    """Say what kind of failure it is, without naming where the storage lies."""
    if isinstance(error, exceptions.PermissionDeniedError | exceptions.UnauthenticatedError | PermissionError):
        return "access to it is denied"
    number = _NUMBER.search(str(error))
    return strerror(int(number[1] or number[2])).lower() if number else "it does not do what is asked"
