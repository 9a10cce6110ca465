"""Tasks that bring files of this machine into the internal storage, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, Task, TaskError
from tiercel.tasks.fs.changes import Action
from tiercel.tasks.fs.folder import FolderTask
from tiercel.tasks.fs.local_files import (
    LocalFile,
    allowed,
    described,
    finish_local,
    folder_of,
    found_in,
    limited,
)
from tiercel.tasks.fs.remote.properties import Checksum, UploadsOutputs
from tiercel.tasks.fs.remote.sources import named_sources

_CHUNK_BYTES = 256 * 1024


class StoredOutputs(Outputs):
    """What an Upload or a Download gives back.

    Attributes:
        uri: Where the file is now.
        size: In bytes.
        checksum: That of its content, when it was checked.
    """

    uri: str
    size: int
    checksum: str | None = None


class DownloadsOutputs(Outputs):
    """What a Downloads gives back.

    Attributes:
        files: The files.
        output_files: URIs of the copies by the names of the files.
    """

    files: list[LocalFile]
    output_files: dict[str, str]


class Upload(
    Task,
    type="io.kestra.plugin.fs.local.Upload",
    example="""
type: io.kestra.plugin.fs.local.Upload
from: "{{ outputs.export.uri }}"
to: /srv/outbox/today.csv
""",
):
    """Writes a stored file to a folder of this machine.

    Attributes:
        from_: The stored file.
        to: Where to; a folder when it ends with a slash.
        overwrite: Whether it may take the place of a file that is there.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str | None = None
    overwrite: bool = True

    def run(self, ctx: RunContext) -> StoredOutputs:
        """Write it."""
        if self.to is None:
            raise TaskError("`to` is needed here: a path below local_files.allowed_paths")
        name = PurePosixPath(self.from_).name
        path = allowed(ctx, f"{self.to}{name}" if self.to.endswith("/") else self.to)
        _write(ctx, self.from_, path, overwrites=self.overwrite)
        return StoredOutputs(uri=path.as_uri(), size=path.stat().st_size)


class Uploads(
    Task,
    type="io.kestra.plugin.fs.local.Uploads",
    example="""
type: io.kestra.plugin.fs.local.Uploads
from:
  today.csv: "{{ outputs.export.uri }}"
to: /srv/outbox
""",
):
    """Writes stored files to a folder of this machine.

    Attributes:
        from_: The stored files: a list, a map of names to them, or a file that holds their URIs.
        to: The folder.
        max_files: How many at most.
        reg_exp: What the whole URI of a file must match.
        overwrite: Whether they may take the place of files that are there.
    """

    from_: Annotated[str | list[str] | dict[str, str], Field(alias="from")]
    to: str
    max_files: Annotated[int, Field(ge=0)] = 25
    reg_exp: str | None = None
    overwrite: bool = True

    def run(self, ctx: RunContext) -> UploadsOutputs:
        """Write them."""
        folder = allowed(ctx, self.to)
        targets: list[tuple[str, Path]] = []
        for name, uri in named_sources(ctx, self.from_, self.reg_exp, self.max_files):
            path = allowed(ctx, str(folder / name))
            if not path.is_relative_to(folder) or path == folder:
                raise TaskError(f"'{name}' leads out of {self.to}")
            targets.append((uri, path))
        for uri, path in targets:
            _write(ctx, uri, path, overwrites=self.overwrite)
        return UploadsOutputs(files=[path.as_uri() for _, path in targets])


class Download(
    Task,
    type="io.kestra.plugin.fs.local.Download",
    example="""
type: io.kestra.plugin.fs.local.Download
from: /srv/inbox/today.csv
""",
):
    """Stores a file of this machine.

    Attributes:
        from_: The file.
        validate_checksum: Whether its content must have the checksum that is expected.
        checksum_expected: That checksum, as hexadecimal digits.
        checksum_algorithm: How it is computed.
    """

    from_: Annotated[str, Field(alias="from")]
    validate_checksum: bool = False
    checksum_expected: str | None = None
    checksum_algorithm: Checksum = "SHA_256"

    def run(self, ctx: RunContext) -> StoredOutputs:
        """Store it, and check its content when told to."""
        path = allowed(ctx, self.from_)
        if not path.is_file():
            raise TaskError(f"There is no file {self.from_}")
        if self.validate_checksum and not self.checksum_expected:
            raise TaskError("`validateChecksum` needs `checksumExpected`")
        digest = hashlib.new(self.checksum_algorithm.replace("_", "").lower(), usedforsecurity=False)

        def chunks() -> Iterator[bytes]:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    yield chunk

        uri = ctx.files.write(path.name, chunks())
        checksum = digest.hexdigest()
        if self.validate_checksum and checksum != str(self.checksum_expected).strip().lower():
            ctx.files.delete(uri)
            raise TaskError(f"{self.from_} has the checksum {checksum}, and {self.checksum_expected} is expected")
        return StoredOutputs(uri=uri, size=path.stat().st_size, checksum=checksum if self.validate_checksum else None)


class Downloads(
    FolderTask,
    type="io.kestra.plugin.fs.local.Downloads",
    example="""
type: io.kestra.plugin.fs.local.Downloads
from: /srv/inbox
regExp: ".*\\\\.csv"
action: MOVE
moveDirectory: /srv/done
""",
):
    """Stores the files of a folder of this machine.

    Attributes:
        action: What is done with each file then.
        move_directory: Where files are moved.
    """

    action: Action = "NONE"
    move_directory: str | None = None

    def run(self, ctx: RunContext) -> DownloadsOutputs:
        """Store them, and then do with them what is said."""
        root, target = folder_of(ctx, self.from_), None
        if self.action == "MOVE":
            if self.move_directory is None:
                raise TaskError("action MOVE needs moveDirectory")
            target = allowed(ctx, self.move_directory)
            target.mkdir(parents=True, exist_ok=True)
        paths = limited(ctx, found_in(root, self.reg_exp, is_recursive=self.recursive), self.max_files)
        files: list[LocalFile] = []
        stored: dict[str, str] = {}
        for path in paths:
            uri = ctx.files.write(f"{ctx.files.new_name()}-{path.name}", path)
            files.append(described(path, uri))
            stored[str(path.relative_to(root))] = uri
        if self.action != "NONE":
            for path in paths:
                finish_local(path, target)
        return DownloadsOutputs(files=files, output_files=stored)


def _write(ctx: RunContext, uri: str, path: Path, *, overwrites: bool) -> None:
    if path.is_dir():
        raise TaskError(f"{path} is a folder: name the file in it")
    if path.exists() and not overwrites:
        raise TaskError(f"{path} is there already: set `overwrite: true` to replace it")
    ctx.files.download(uri, path)
