"""Bytes between Google Cloud Storage and the internal storage, piece by piece, with checksums on the way."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from tiercel.plugins import RunContext, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.gcp.blobs import Place, address_of, copy_blob

_PIECE_BYTES = 8 * 1024 * 1024


class Sums(NamedTuple):
    """Checksums of a content, in base64, as the service writes them."""

    md5: str
    crc32c: str


class Summing:
    """Adds up a content that goes by."""

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._crc32c = library("google_crc32c", "gcp").Checksum()
        self.size_bytes = 0

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._md5.update(piece)
        self._crc32c.update(piece)
        self.size_bytes += len(piece)

    def sums(self) -> Sums:
        """Give the checksums of what went by."""
        return Sums(b64encode(self._md5.digest()).decode(), b64encode(self._crc32c.digest()).decode())


def send(ctx: RunContext, blob: Any, uri: str, content_type: str | None) -> Summing:  # noqa: ANN401 (of an optional package)
    """Write a stored file to an object; one that breaks off leaves what was there before."""
    summing = Summing()
    writer = blob.open("wb", chunk_size=_PIECE_BYTES, content_type=content_type, ignore_flush=True)
    with writer:  # when it is left with an error, the upload is given up
        for piece in ctx.files.open(uri):
            _stop_if_cancelled(ctx)
            summing.add(piece)
            writer.write(piece)
    return summing


def fetch(ctx: RunContext, blob: Any, *, is_checked: bool = False) -> str:  # noqa: ANN401 (as above)
    """Store an object as it is kept there, without unpacking it; give the URI of the file.

    Raises:
        TaskError: Its content differs from the checksum that the service has of it.
    """
    summing = Summing()
    uri = ctx.files.write(ctx.files.new_name(PurePosixPath(blob.name).suffix), _pieces(ctx, blob, summing))
    if is_checked and blob.crc32c and summing.sums().crc32c != blob.crc32c:
        ctx.files.delete(uri)
        raise TaskError(f"What came of {address_of(blob.bucket.name, blob.name)} differs from its checksum")
    ctx.counter("file.size", summing.size_bytes)
    return uri


def finish(client: Any, blob: Any, action: str, target: Place | None) -> None:  # noqa: ANN401 (as above)
    """Delete an object that was taken, or move it into a folder."""
    if action == "MOVE" and target is not None:
        folder = target.name.rstrip("/")
        name = f"{folder}/{PurePosixPath(blob.name).name}".lstrip("/")
        if (target.bucket, name) == (blob.bucket.name, blob.name):
            raise TaskError(f"{address_of(*target)} is where {address_of(blob.bucket.name, blob.name)} is already")
        copy_blob(client, blob, Place(target.bucket, name))
    if action in {"MOVE", "DELETE"}:
        blob.bucket.delete_blob(blob.name)


def _pieces(ctx: RunContext, blob: Any, summing: Summing) -> Iterator[bytes]:  # noqa: ANN401 (as above)
    with blob.open("rb", chunk_size=_PIECE_BYTES, raw_download=True) as reader:
        while piece := reader.read(_PIECE_BYTES):
            _stop_if_cancelled(ctx)
            summing.add(piece)
            yield piece


def _stop_if_cancelled(ctx: RunContext) -> None:
    if ctx.is_cancelled:
        raise TaskError("The transfer was cancelled")
