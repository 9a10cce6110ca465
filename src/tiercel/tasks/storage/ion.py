"""Rows in Ion: read from text or binary, written as text for 1.3 and as binary for 2.0."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import import_module
from io import BytesIO, RawIOBase
from itertools import islice
from types import ModuleType

from tiercel.plugins import Dialect, Json, TaskError

_ROWS_AT_ONCE = 500


def read_rows(chunks: Iterable[bytes]) -> Iterator[Json]:
    """Give the rows of a stream as the Ion library holds them, ready to be written again without loss.

    Raises:
        TaskError: It is not Ion.
    """
    ion_error: type[Exception] = import_module("amazon.ion.exceptions").IonException
    try:
        yield from _library().load(_Stream(chunks), single_value=False, parse_eagerly=False)
    except (ion_error, ValueError) as error:
        raise TaskError(f"The file does not hold Ion rows: {error}") from None


def plain(value: Json) -> Json:  # noqa: PLR0911 (one answer a type)
    """Give a value of the Ion library as plain data: dates as ISO text, decimals as floats, bytes as base64."""
    kind = getattr(getattr(value, "ion_type", None), "name", "")
    match kind:
        case "NULL":
            return None
        case "BOOL":
            return bool(value)
        case "INT":
            return int(value)
        case "FLOAT" | "DECIMAL":
            return float(value)
        case "TIMESTAMP":
            return _date_text(value)
        case "BLOB" | "CLOB":
            return base64.b64encode(value).decode("ascii")
        case "LIST" | "SEXP":
            return [plain(item) for item in value]
        case "STRUCT":
            return {str(key): plain(item) for key, item in value.items()}
        case _:
            return getattr(value, "text", None) or str(value)


def write_rows(dialect: Dialect, rows: Iterable[Json]) -> Iterator[bytes]:
    """Write values, one a row."""
    return _write_binary(rows) if dialect is Dialect.V2_0 else _write_text(rows)


def _write_text(rows: Iterable[Json]) -> Iterator[bytes]:
    write = _library().dumps
    for row in rows:
        yield f"{write(row, binary=False, omit_version_marker=True)}\n".encode()


def _write_binary(rows: Iterable[Json]) -> Iterator[bytes]:
    write = _library().dump
    source = iter(rows)
    while batch := list(islice(source, _ROWS_AT_ONCE)):
        buffer = BytesIO()
        write(batch, buffer, binary=True, sequence_as_stream=True)
        yield buffer.getvalue()


def _library() -> ModuleType:
    """Load the Ion library when first used: few flows need it, and it is slow to load."""
    return import_module("amazon.ion.simpleion")


def _date_text(moment: Json) -> str:
    if int(moment.precision) <= 2:  # noqa: PLR2004 (2 = to the day)
        return f"{moment:%Y-%m-%d}"
    return datetime.isoformat(moment).replace("+00:00", "Z")


class _Stream(RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self._chunks = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = chunk
        cut = len(self._rest) if size < 0 else size
        piece, self._rest = self._rest[:cut], self._rest[cut:]
        return piece
