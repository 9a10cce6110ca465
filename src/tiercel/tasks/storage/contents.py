"""Tasks that make files out of text or other files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from pydantic import Field

from tiercel.plugins import Json, Outputs, RunContext, Task, TaskError
from tiercel.tasks.storage.splitting import SplitRules, split_file
from tiercel.tasks.storage.uris import UriOutputs

_BLOCK_BYTES = 64 * 1024


class Write(
    Task,
    type="io.kestra.plugin.core.storage.Write",
    example="""
type: io.kestra.plugin.core.storage.Write
content: "{{ outputs.report.value }}"
extension: .txt
""",
):
    """Writes a text to a file.

    Attributes:
        content: The text.
        extension: What its name ends with; ``.tmp`` when nothing is said.
    """

    content: str
    extension: str | None = None

    def run(self, ctx: RunContext) -> UriOutputs:
        """Store it."""
        extension = self.extension or "tmp"
        name = ctx.files.new_name(extension if extension.startswith(".") else f".{extension}")
        return UriOutputs(uri=ctx.files.write(name, self.content.encode()))


class Concat(
    Task,
    type="io.kestra.plugin.core.storage.Concat",
    aliases=("io.kestra.core.tasks.storages.Concat",),
    example="""
type: io.kestra.plugin.core.storage.Concat
files:
  - "{{ outputs.first.uri }}"
  - "{{ outputs.second.uri }}"
separator: "\\n"
""",
):
    """Joins files into one.

    Attributes:
        files: Their URIs: a list, or text that renders to a JSON list.
        separator: Written after each of them.
        extension: What the name of the new file ends with.
    """

    files: str | list[str]
    separator: str | None = None
    extension: str = ".tmp"

    def run(self, ctx: RunContext) -> UriOutputs:
        """Store them one after another."""
        uris = _uri_list(self.files)
        return UriOutputs(uri=ctx.files.write(ctx.files.new_name(self.extension), self._pieces(ctx, uris)))

    def _pieces(self, ctx: RunContext, uris: Iterable[str]) -> Iterator[bytes]:
        for uri in uris:
            yield from ctx.files.open(uri)
            if self.separator:
                yield self.separator.encode()


class SplitUris(Outputs):
    """What a Split gives back.

    Attributes:
        uris: The pieces, in order.
    """

    uris: list[str]


class Split(
    Task,
    type="io.kestra.plugin.core.storage.Split",
    aliases=("io.kestra.core.tasks.storages.Split",),
    example="""
type: io.kestra.plugin.core.storage.Split
from: "{{ outputs.extract.uri }}"
rows: 1000
""",
):
    """Cuts a file into several, line by line.

    Attributes:
        from_: URI of the file.
        bytes: So much each at most, such as ``10MB``.
        partitions: Into so many, the lines dealt in turn.
        rows: So many lines each.
        regex_pattern: By what its first group finds in each line; lines in which it finds nothing are left out.
        separator: Written after each line.
    """

    from_: str = Field(alias="from")
    bytes: str | None = None
    partitions: int | None = None
    rows: int | None = None
    regex_pattern: str | None = None
    separator: str = "\n"

    def run(self, ctx: RunContext) -> SplitUris:
        """Store the pieces."""
        rules = SplitRules(self.rows, self.bytes, self.partitions, self.regex_pattern, self.separator)
        return SplitUris(uris=split_file(ctx, self.from_, rules))


class Reverse(
    Task,
    type="io.kestra.plugin.core.storage.Reverse",
    aliases=("io.kestra.core.tasks.storages.Reverse",),
    example="""
type: io.kestra.plugin.core.storage.Reverse
from: "{{ outputs.extract.uri }}"
""",
):
    """Turns the order of the lines of a file round.

    Attributes:
        from_: URI of the file.
        separator: Written after each line.
        charset: How the file is encoded.
    """

    from_: str = Field(alias="from")
    separator: str = "\n"
    charset: str = "UTF-8"

    def run(self, ctx: RunContext) -> UriOutputs:
        """Copy the file to disk, then read it from its end."""
        try:
            separator = self.separator.replace("\\n", "\n").encode(self.charset)
        except LookupError:
            raise TaskError(f"'{self.charset}' is not a charset such as UTF-8") from None
        path = ctx.working_dir / ".reverse"
        ctx.files.download(self.from_, path)
        try:
            lines = (line + separator for line in _lines_from_end(path))
            uri = ctx.files.write(ctx.files.new_name(PurePosixPath(self.from_).suffix), lines)
        finally:
            path.unlink()
        return UriOutputs(uri=uri)


def _lines_from_end(path: Path) -> Iterator[bytes]:
    """Give the lines of a file, last one first; memory is that of the longest line."""
    with path.open("rb") as file:
        position = file.seek(0, 2)
        rest = b""
        is_end = True
        while position:
            start = max(0, position - _BLOCK_BYTES)
            file.seek(start)
            block = file.read(position - start) + rest
            if is_end:
                block, is_end = block.removesuffix(b"\n"), False
            rest, *lines = block.split(b"\n")
            yield from reversed(lines)
            position = start
        if not is_end:
            yield rest


def _uri_list(files: str | list[str]) -> list[str]:
    if isinstance(files, list):
        return files
    try:
        value: Json = json.loads(files)
    except ValueError:
        value = None
    if not isinstance(value, list):
        raise TaskError(f"`files` is neither a list nor a JSON list: {files}")
    return [str(item) for item in value]
