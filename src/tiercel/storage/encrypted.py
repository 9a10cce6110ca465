"""Files encrypted at rest, whatever store is below.

A file begins with a header: a mark, the name of the key, and a salt from which, with the key of the installation, the
key of this one file is made. Then come chunks of 64 KiB, each sealed with AES-GCM for itself, so that a stream stays
flat in memory and a range needs only the chunks it touches. The nonce of a chunk is its number and whether it is the
last one: chunks that were swapped, left out, repeated or cut off at the end do not open. Sizes follow from the stored
ones, so lists and ``stat`` read no content.

What this does not hide: paths, sizes and times. What it does not prove: that a whole file is the one that was stored
at its path, rather than another one of the same storage or an older state of it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec.structs import replace

from tiercel.errors import UnavailableError
from tiercel.storage.protocol import Content, Storage, StoredFile

MARK = b"TRCLENC1"
CHUNK = 64 * 1024
_TAG = 16
_SEALED = CHUNK + _TAG
_SALT = 16
_KEY_NAME = 8
HEADER = len(MARK) + _KEY_NAME + _SALT
_BUFFER = 1 << 20


class EncryptedStorage:
    """Fulfils ``tiercel.storage.protocol.Storage``.

    Args:
        below: Where the sealed files are.
        key: 32 bytes.
    """

    def __init__(self, below: Storage, key: bytes) -> None:
        self._below = below
        self._key = key
        self._key_name = key_name(key)

    @property
    def below(self) -> Storage:
        """The storage of the sealed files."""
        return self._below

    def put(self, path: str, content: Content) -> int:
        """Store a file and return its size in bytes, before it was sealed."""
        counted = _Counted(_pieces(content))
        self._below.put(path, self._seal(counted))
        return counted.size_bytes

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading."""
        size = plain_size(self._below.stat(path).size_bytes)
        raw = self._below.open(path)
        return cast("BinaryIO", io.BufferedReader(_Opened(raw, self._cipher_of(raw, path), size, path), _BUFFER))

    def read(self, path: str) -> bytes:
        """The whole content."""
        sealed = self._below.read(path)
        with io.BytesIO(sealed) as raw:
            opened = _Opened(raw, self._cipher_of(raw, path), plain_size(len(sealed)), path)
            return opened.readall()

    def stat(self, path: str) -> StoredFile:
        """Size and time of a file."""
        return _plain(self._below.stat(path))

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return self._below.exists(path)

    def walk(self, directory: str) -> Iterator[StoredFile]:
        """Every file below a directory, at any depth, in no order."""
        return map(_plain, self._below.walk(directory))

    def copy(self, source: str, target: str) -> None:
        """Make a file appear at another path as well."""
        self._below.copy(source, target)

    def delete(self, path: str) -> bool:
        """Remove a file; returns whether it was there."""
        return self._below.delete(path)

    def delete_prefix(self, directory: str) -> list[str]:
        """Remove every file below a directory; returns their paths, in order."""
        return self._below.delete_prefix(directory)

    def _seal(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        salt = os.urandom(_SALT)
        cipher = self._cipher(salt)
        yield MARK + self._key_name + salt
        kept, number = bytearray(), 0
        for piece in pieces:
            kept += piece
            # A full chunk is sealed only when something follows it: the last one is sealed as the last.
            while len(kept) > CHUNK:
                yield cipher.encrypt(_nonce(number, is_last=False), bytes(kept[:CHUNK]), None)
                del kept[:CHUNK]
                number += 1
        yield cipher.encrypt(_nonce(number, is_last=True), bytes(kept), None)

    def _cipher_of(self, raw: BinaryIO, path: str) -> AESGCM:
        """Read the header.

        Raises:
            UnavailableError: The file was sealed with another key, or not at all.
        """
        header = raw.read(HEADER)
        if header[: len(MARK)] != MARK or len(header) < HEADER:
            raise UnavailableError(
                f"cannot read {path} in storage: it is not encrypted, and storage.encryption_key says that files are; "
                "it was stored before encryption was switched on, or put there by another program"
            )
        if header[len(MARK) : len(MARK) + _KEY_NAME] != self._key_name:
            raise UnavailableError(
                f"cannot read {path} in storage: it was encrypted with another key than storage.encryption_key"
            )
        return self._cipher(header[-_SALT:])

    def _cipher(self, salt: bytes) -> AESGCM:
        return AESGCM(_derive(self._key, salt, b"tiercel storage file", 32))


class _Opened(io.RawIOBase):
    """The plain content of a sealed file; chunks are opened one at a time, where they are asked for."""

    def __init__(self, raw: BinaryIO, cipher: AESGCM, size: int, path: str) -> None:
        self._raw = raw
        self._cipher = cipher
        self._size = size
        self._path = path
        self._place = 0
        self._number = -1
        self._chunk = b""
        if size == 0:
            self._load(0)  # an empty file has a chunk too: without it somebody cut the file off

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the standard library gives a memoryview
        if self._place >= self._size:
            return 0
        number, start = divmod(self._place, CHUNK)
        if number != self._number:
            self._load(number)
        piece = self._chunk[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _load(self, number: int) -> None:
        """Open one chunk.

        Raises:
            UnavailableError: It is not what was stored.
        """
        self._raw.seek(HEADER + number * _SEALED)
        sealed = self._raw.read(_SEALED)
        is_last = (number + 1) * CHUNK >= self._size
        try:
            self._chunk = self._cipher.decrypt(_nonce(number, is_last=is_last), sealed, None)
        except InvalidTag:
            raise UnavailableError(
                f"cannot read {self._path} in storage: it is damaged, or was changed since it was stored"
            ) from None
        self._number = number


class _Counted:
    """Pieces, and how many bytes they were."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.size_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size_bytes += len(piece)
            yield piece


def key_name(key: bytes) -> bytes:
    """Name a key without telling anything of it."""
    return _derive(key, b"", b"tiercel storage key name", _KEY_NAME)


def plain_size(stored_bytes: int) -> int:
    """The size of the content of a sealed file of that size; 0 for what cannot be one."""
    sealed = stored_bytes - HEADER
    return max(0, sealed - _TAG * -(-sealed // _SEALED))


def _plain(file: StoredFile) -> StoredFile:
    return replace(file, size_bytes=plain_size(file.size_bytes))


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Path):
        with content.open("rb") as file:
            yield from _read(file)
    elif isinstance(content, io.IOBase):
        yield from _read(cast("BinaryIO", content))
    else:
        for piece in content:
            yield bytes(piece)


def _read(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_BUFFER):
        yield piece


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _derive(key: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt or None, purpose).derive(key)
