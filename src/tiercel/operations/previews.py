"""What a file shows of itself before it is downloaded: its first lines, its rows, or that it is an image or a document.

What a file is, its first bytes say; the name only tells text formats apart. Nothing here trusts the content: it is read
up to a limit, and whatever cannot be read as what it claims to be is shown as bytes without a preview.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import BinaryIO

import msgspec
from msgspec import Struct

from tiercel.errors import InvalidArgumentError, Violation
from tiercel.model.json import Json

MOST_BYTES = 2 * 1024 * 1024
_TABLE_BYTES = 256 * 1024 * 1024
_SEEN_BYTES = 8 * 1024
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


class PreviewKind(StrEnum):
    """How a preview is to be read."""

    TEXT = "TEXT"
    TABLE = "LIST"
    IMAGE = "IMAGE"
    PDF = "PDF"
    BINARY = "BINARY"


class Preview(Struct, frozen=True, kw_only=True):
    """The beginning of a file; ``is_cut`` when there is more.

    Attributes:
        lines: Of a text.
        rows: Of a table that is no text.
        content: All bytes of an image or a document, unless it is too large.
    """

    name: str
    kind: PreviewKind = PreviewKind.TEXT
    lines: list[str] = []
    rows: list[Json] = []
    content: bytes = b""
    is_cut: bool = False


def media_type_of(beginning: bytes) -> str | None:
    """The type of an image or document that a browser can show by itself, by its first bytes."""
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in _SIGNATURES if beginning.startswith(signature)), None)


def preview_of(name: str, size_bytes: int, file: BinaryIO, max_lines: int, encoding: str) -> Preview:
    """Read what is shown of a file.

    Raises:
        InvalidError: The encoding is unknown.
    """
    beginning = file.read(MOST_BYTES + 1)
    media_type = media_type_of(beginning)
    if media_type is not None:
        kind = PreviewKind.PDF if media_type == "application/pdf" else PreviewKind.IMAGE
        is_cut = len(beginning) > MOST_BYTES
        return Preview(name=name, kind=kind, content=b"" if is_cut else beginning, is_cut=is_cut)
    if beginning[:4] == b"PAR1":
        return _table(name, size_bytes, beginning, file, max_lines)
    if b"\x00" in beginning[:_SEEN_BYTES] and not encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        return Preview(name=name, kind=PreviewKind.BINARY, is_cut=True)
    return _text(name, beginning, max_lines, encoding)


def _text(name: str, beginning: bytes, max_lines: int, encoding: str) -> Preview:
    try:
        text = beginning[:MOST_BYTES].decode(encoding, errors="replace")
    except (LookupError, ValueError):
        raise InvalidArgumentError([Violation(f"'{encoding}' is no encoding", path="encoding")]) from None
    lines = text.splitlines()
    return Preview(name=name, lines=lines[:max_lines], is_cut=len(beginning) > MOST_BYTES or len(lines) > max_lines)


def _table(name: str, size_bytes: int, beginning: bytes, file: BinaryIO, max_rows: int) -> Preview:
    """Read the first rows of a Parquet file; without the library for it, or when it is broken, it is just bytes."""
    unseen = Preview(name=name, kind=PreviewKind.BINARY, is_cut=True)
    if size_bytes > _TABLE_BYTES:
        return unseen
    try:
        import pyarrow as pa  # noqa: PLC0415 (optional, and heavy)
        from pyarrow import parquet  # noqa: PLC0415 (optional, and heavy)
    except ImportError:
        return unseen
    try:
        # Parquet keeps its directory at the end, and storages need not be able to go back.
        found = parquet.ParquetFile(pa.BufferReader(beginning + file.read()))
        batch = next(found.iter_batches(batch_size=max_rows), None)
        rows: list[Json] = [_plain(row) for row in batch.to_pylist()] if batch is not None else []
    except (pa.ArrowException, OSError, ValueError):
        return unseen
    return Preview(name=name, kind=PreviewKind.TABLE, rows=rows, is_cut=found.metadata.num_rows > len(rows))


def _plain(row: Mapping[str, object]) -> Json:
    plain: Json = msgspec.to_builtins(dict(row), enc_hook=str, str_keys=True)
    return plain
