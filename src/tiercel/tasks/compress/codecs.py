"""The ways to compress a file: each opens a path for reading or writing what it holds uncompressed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Literal, cast

from tiercel.plugins import TaskError

_PIECE_BYTES = 256 * 1024

Compression = Literal[
    "BROTLI",
    "BZIP2",
    "DEFLATE",
    "DEFLATE64",
    "GZIP",
    "LZ4BLOCK",
    "LZ4FRAME",
    "LZMA",
    "SNAPPY",
    "SNAPPYFRAME",
    "XZ",
    "Z",
    "ZSTD",
]
FAILURES = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)


def open_reader(path: Path, kind: Compression) -> IO[bytes]:
    """Open a compressed file; reading it raises one of `FAILURES` when it is damaged.

    Raises:
        TaskError: That compression is not available.
    """
    return _find(_READERS, kind)(path)


def open_writer(path: Path, kind: Compression) -> IO[bytes]:
    """Open a file that compresses what is written to it.

    Raises:
        TaskError: That compression is not available.
    """
    return _find(_WRITERS, kind)(path)


class _Inflating(io.RawIOBase):
    """Reads a zlib stream."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._inflate = zlib.decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # whatever it is, it takes bytes
        while not self._inflate.eof:
            given = self._inflate.unconsumed_tail or self._file.read(_PIECE_BYTES)
            if not given and not self._inflate.unconsumed_tail:
                raise EOFError("the file ends too early")
            piece = self._inflate.decompress(given, len(view))
            if piece:
                view[: len(piece)] = piece
                return len(piece)
        return 0

    def close(self) -> None:
        self._file.close()
        super().close()


class _Deflating(io.RawIOBase):
    """Writes a zlib stream."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("wb")
        self._deflate = zlib.compressobj()

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        content = bytes(piece)  # type: ignore[call-overload]  # whatever is written is bytes
        self._file.write(self._deflate.compress(content))
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._file.write(self._deflate.flush())
            self._file.close()
        super().close()


def _arrow_reader(name: str) -> Callable[[Path], IO[bytes]]:
    return lambda path: cast("IO[bytes]", _arrow().CompressedInputStream(str(path), name))


def _arrow_writer(name: str) -> Callable[[Path], IO[bytes]]:
    return lambda path: cast("IO[bytes]", _arrow().CompressedOutputStream(str(path), name))


def _arrow() -> Any:  # noqa: ANN401 (a module without types)
    """Load the library that knows the younger ways to compress.

    Raises:
        TaskError: It is not installed.
    """
    try:
        return import_module("pyarrow")
    except ImportError:
        raise TaskError(
            "BROTLI, LZ4FRAME and ZSTD need a package that is not installed: pip install 'tiercel[parquet]'"
        ) from None


def _find(known: dict[str, Callable[[Path], Any]], kind: Compression) -> Callable[[Path], IO[bytes]]:
    if kind not in known:
        raise TaskError(f"compression {kind} is not available; {', '.join(sorted(known))} are")
    return known[kind]


_READERS: dict[str, Callable[[Path], Any]] = {
    "BZIP2": partial(bz2.open, mode="rb"),
    "DEFLATE": lambda path: cast("IO[bytes]", io.BufferedReader(_Inflating(path), _PIECE_BYTES)),
    "GZIP": partial(gzip.open, mode="rb"),
    "LZMA": partial(lzma.open, mode="rb", format=lzma.FORMAT_ALONE),
    "XZ": partial(lzma.open, mode="rb", format=lzma.FORMAT_XZ),
    "BROTLI": _arrow_reader("brotli"),
    "LZ4FRAME": _arrow_reader("lz4"),
    "ZSTD": _arrow_reader("zstd"),
}
_WRITERS: dict[str, Callable[[Path], Any]] = {
    "BZIP2": partial(bz2.open, mode="wb"),
    "DEFLATE": lambda path: cast("IO[bytes]", _Deflating(path)),
    "GZIP": partial(gzip.open, mode="wb"),
    "LZMA": partial(lzma.open, mode="wb", format=lzma.FORMAT_ALONE),
    "XZ": partial(lzma.open, mode="wb", format=lzma.FORMAT_XZ),
    "BROTLI": _arrow_writer("brotli"),
    "LZ4FRAME": _arrow_writer("lz4"),
    "ZSTD": _arrow_writer("zstd"),
}
