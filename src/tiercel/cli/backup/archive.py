"""The file of a backup: a ZIP with the database, maybe files and keys, and a manifest with a checksum of each entry.

The manifest is written last, so a file that was cut off has none. Files of storage are taken as they lie there: what is
encrypted stays so, and needs the same key after it was restored.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from tiercel.errors import InvalidError

FORMAT = 1
DATABASE = "database.db"
STORAGE = "storage"
KEYS = "keys/"
_MANIFEST = "manifest.json"
_PIECE = 1 << 20


class Entry(Struct, frozen=True):
    """One file in the archive."""

    name: str
    size_bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup is.

    Attributes:
        version: Of the program that made it.
        schema: The revision its database is at.
        has_files: Whether the files of storage are in it.
        storage_key: The name of the key the files are encrypted with; empty = they are not.
    """

    format: int
    version: str
    schema: str
    created_at: str
    has_files: bool
    storage_key: str = ""
    entries: list[Entry]


class Writer:
    """Writes an archive; use it as a context, and ``finish`` it at the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._entries: list[Entry] = []

    def add(self, name: str, content: IO[bytes]) -> None:
        """Add a file, in pieces."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as target:
            for piece in pieces(content):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self._entries.append(Entry(name, size, digest.hexdigest()))

    def finish(self, *, version: str, schema: str, created_at: str, has_files: bool, storage_key: str) -> int:
        """Write the manifest and close; gives how many files there are."""
        manifest = Manifest(
            format=FORMAT,
            version=version,
            schema=schema,
            created_at=created_at,
            has_files=has_files,
            storage_key=storage_key,
            entries=self._entries,
        )
        self._zip.writestr(_MANIFEST, msgspec.json.encode(manifest))
        self._zip.close()
        return len(self._entries)


class Archive:
    """A backup opened for reading."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
            self.manifest = msgspec.json.decode(self._zip.read(_MANIFEST), type=Manifest)
        except OSError as error:
            raise InvalidError(f"{path} cannot be read: {error.strerror}") from None
        except (zipfile.BadZipFile, KeyError, msgspec.DecodeError):
            raise InvalidError(f"{path} is no backup of Tiercel, or it was cut off") from None
        if self.manifest.format != FORMAT:
            raise InvalidError(f"{path} was made by a newer version, {self.manifest.version}: use that one or later")
        self._by_name = {entry.name: entry for entry in self.manifest.entries}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def files(self) -> list[Entry]:
        """Give the files of storage."""
        return [entry for entry in self.manifest.entries if entry.name.startswith(f"{STORAGE}/")]

    def keys(self) -> list[Entry]:
        """Give the key files."""
        return [entry for entry in self.manifest.entries if entry.name.startswith(KEYS)]

    def read(self, name: str) -> Iterator[bytes]:
        """Give the content of an entry in pieces.

        Raises:
            InvalidError: It is not what was put in; told when the last piece was given.
        """
        entry = self._by_name[name]
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as source:
                for piece in pieces(source):
                    digest.update(piece)
                    size += len(piece)
                    yield piece
        except (zipfile.BadZipFile, EOFError, KeyError, OSError) as error:
            raise InvalidError(f"{self._path} is damaged at {name}: {error}") from None
        if (size, digest.hexdigest()) != (entry.size_bytes, entry.sha256):
            raise InvalidError(f"{self._path} is damaged at {name}: its checksum is another one")

    def extract(self, name: str, target: Path, mode: int = 0o600) -> None:
        """Write an entry to a new file, on disk when this returns."""
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            for piece in self.read(name):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Read a file in pieces."""
    while piece := file.read(_PIECE):
        yield piece
