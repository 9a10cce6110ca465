"""Tasks that compress and decompress one file."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from pydantic import Field

from tiercel.plugins import RunContext, Task
from tiercel.tasks.compress.bounds import Budget
from tiercel.tasks.compress.codecs import Compression, open_reader, open_writer
from tiercel.tasks.storage.uris import UriOutputs

_EXTENSIONS = {
    "BROTLI": ".br",
    "BZIP2": ".bz2",
    "DEFLATE": ".zz",
    "GZIP": ".gz",
    "LZ4FRAME": ".lz4",
    "LZMA": ".lzma",
    "XZ": ".xz",
    "ZSTD": ".zst",
}


class FileCompress(
    Task,
    type="io.kestra.plugin.compress.FileCompress",
    example="""
type: io.kestra.plugin.compress.FileCompress
from: "{{ outputs.query.uri }}"
compression: GZIP
""",
):
    """Compresses a file.

    Attributes:
        from_: URI of the file.
        compression: How; DEFLATE64, LZ4BLOCK, SNAPPY, SNAPPYFRAME and Z are not available.
    """

    from_: str = Field(alias="from")
    compression: Compression

    def run(self, ctx: RunContext) -> UriOutputs:
        """Copy it through the compressor."""
        path = Path(ctx.temporary_dir) / ctx.files.new_name()
        with open_writer(path, self.compression) as file:
            for piece in ctx.files.open(self.from_):
                file.write(piece)
        extension = PurePosixPath(self.from_).suffix + _EXTENSIONS[self.compression]
        uri = ctx.files.write(ctx.files.new_name(extension), path)
        path.unlink()
        return UriOutputs(uri=uri)


class FileDecompress(
    Task,
    type="io.kestra.plugin.compress.FileDecompress",
    example="""
type: io.kestra.plugin.compress.FileDecompress
from: "{{ outputs.download.uri }}"
compression: GZIP
""",
):
    """Decompresses a file; one that would become more than 1 GiB and more than 200 times its size is refused.

    Attributes:
        from_: URI of the file.
        compression: How it is compressed; DEFLATE64, LZ4BLOCK, SNAPPY, SNAPPYFRAME and Z are not available.
    """

    from_: str = Field(alias="from")
    compression: Compression

    def run(self, ctx: RunContext) -> UriOutputs:
        """Store it as it is decompressed."""
        path = Path(ctx.temporary_dir) / ctx.files.new_name()
        ctx.files.download(self.from_, path)
        extension = PurePosixPath(PurePosixPath(self.from_).stem).suffix
        with open_reader(path, self.compression) as file:
            pieces = Budget(ctx, path.stat().st_size).pieces(file, "The file")
            uri = ctx.files.write(ctx.files.new_name(extension), pieces)
        path.unlink()
        return UriOutputs(uri=uri)


def copy_to(ctx: RunContext, uri: str, path: Path, compression: Compression | None) -> Path:
    """Copy a stored file to a path, decompressed if it is compressed; give the path."""
    ctx.files.download(uri, path)
    if compression is None:
        return path
    plain = path.with_name(f"{path.name}-plain")
    with open_reader(path, compression) as file, plain.open("wb") as target:
        for piece in Budget(ctx, path.stat().st_size).pieces(file, "The archive"):
            target.write(piece)
    path.unlink()
    return plain


def compressed(path: Path, compression: Compression | None) -> Path:
    """Compress a file of this machine if it is to be; give the path of the result."""
    if compression is None:
        return path
    target = path.with_name(f"{path.name}-compressed")
    with path.open("rb") as source, open_writer(target, compression) as file:
        shutil.copyfileobj(source, file)
    path.unlink()
    return target
