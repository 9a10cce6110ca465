"""Tasks that make archives and take them apart."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, Task, TaskError
from tiercel.tasks.compress.archives import Algorithm, read_archive, write_archive
from tiercel.tasks.compress.bounds import Budget, safe_name
from tiercel.tasks.compress.codecs import Compression
from tiercel.tasks.compress.files import compressed, copy_to
from tiercel.tasks.storage.uris import UriOutputs


class ArchiveFiles(Outputs):
    """What an ArchiveDecompress gives back.

    Attributes:
        files: URIs of the files, by their path in the archive.
    """

    files: dict[str, str]


class ArchiveCompress(
    Task,
    type="io.kestra.plugin.compress.ArchiveCompress",
    example="""
type: io.kestra.plugin.compress.ArchiveCompress
from:
  orders.csv: "{{ outputs.orders.uri }}"
  2026/customers.csv: "{{ outputs.customers.uri }}"
algorithm: TAR
compression: GZIP
""",
):
    """Makes an archive of files.

    Attributes:
        from_: URIs of the files, by the path they are to have in the archive.
        algorithm: Its kind; ARJ and DUMP are not available.
        compression: How the archive itself is compressed, if it is.
    """

    from_: dict[str, str] | str = Field(alias="from")
    algorithm: Algorithm
    compression: Compression | None = None

    def run(self, ctx: RunContext) -> UriOutputs:
        """Copy the files here, and archive them."""
        directory = Path(ctx.temporary_dir)
        files: dict[str, Path] = {}
        for name, uri in self._sources().items():
            files[safe_name(name)] = path = directory / ctx.files.new_name()
            ctx.files.download(uri, path)
        archive = directory / ctx.files.new_name()
        try:
            with archive.open("wb") as target:
                write_archive(self.algorithm, target, files)
        except ValueError as error:
            raise TaskError(str(error)) from None
        result = compressed(archive, self.compression)
        uri = ctx.files.write(ctx.files.new_name(f".{self.algorithm.lower()}"), result)
        for path in (result, *files.values()):
            path.unlink()
        return UriOutputs(uri=uri)

    def _sources(self) -> dict[str, str]:
        given = self.from_
        if isinstance(given, str):
            try:
                given = json.loads(given)
            except ValueError:
                given = ""
        if not isinstance(given, dict) or not given:
            raise TaskError("`from` must be a map of paths in the archive and URIs of files")
        return {str(name): str(uri) for name, uri in given.items()}


class ArchiveDecompress(
    Task,
    type="io.kestra.plugin.compress.ArchiveDecompress",
    example="""
type: io.kestra.plugin.compress.ArchiveDecompress
from: "{{ outputs.download.uri }}"
algorithm: ZIP
""",
):
    """Stores the files of an archive; links are left out, and names that lead out of it are refused.

    Attributes:
        from_: URI of the archive.
        algorithm: Its kind; ARJ and DUMP are not available.
        compression: How the archive itself is compressed, if it is.
    """

    from_: str = Field(alias="from")
    algorithm: Algorithm
    compression: Compression | None = None

    def run(self, ctx: RunContext) -> ArchiveFiles:
        """Store file after file."""
        path = Path(ctx.temporary_dir) / ctx.files.new_name()
        ctx.files.download(self.from_, path)
        budget = Budget(ctx, path.stat().st_size)
        plain = copy_to(ctx, self.from_, path, self.compression)
        files: dict[str, str] = {}
        with plain.open("rb") as source:
            for name, content in read_archive(self.algorithm, source):
                budget.count_entry()
                inner = safe_name(name)
                files[inner] = ctx.files.write(inner, budget.pieces(content, inner))
        plain.unlink()
        return ArchiveFiles(files=files)
