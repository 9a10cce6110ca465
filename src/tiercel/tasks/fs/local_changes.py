"""Tasks that list, copy, move and remove files of this machine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, Task, TaskError
from tiercel.tasks.fs.folder import FolderTask
from tiercel.tasks.fs.local_files import (
    LocalFile,
    allowed,
    described,
    folder_of,
    found_in,
    limited,
)
from tiercel.tasks.fs.remote.properties import DeleteOutputs, Sort


class ListOutputs(Outputs):
    """What a List gives back.

    Attributes:
        files: The files.
        count: How many there are.
    """

    files: list[LocalFile]
    count: int


class List(
    FolderTask,
    type="io.kestra.plugin.fs.local.List",
    example="""
type: io.kestra.plugin.fs.local.List
from: /srv/inbox
sort: LAST_MODIFIED_DESC
""",
):
    """Lists the files of a folder of this machine.

    Attributes:
        sort: In which order.
    """

    sort: Sort = "NONE"

    def run(self, ctx: RunContext) -> ListOutputs:
        """List them."""
        paths = found_in(folder_of(ctx, self.from_), self.reg_exp, is_recursive=self.recursive)
        if self.sort.startswith("NAME"):
            paths.sort(key=lambda path: path.name, reverse=self.sort.endswith("DESC"))
        elif self.sort.startswith("LAST"):
            paths.sort(key=lambda path: path.stat().st_mtime, reverse=self.sort.endswith("DESC"))
        files = [described(path, path.as_uri()) for path in limited(ctx, paths, self.max_files)]
        return ListOutputs(files=files, count=len(files))


class Copy(
    Task,
    type="io.kestra.plugin.fs.local.Copy",
    example="""
type: io.kestra.plugin.fs.local.Copy
from: /srv/inbox/today.csv
to: /srv/backup/today.csv
""",
):
    """Copies a file or folder of this machine.

    Attributes:
        from_: The file or folder.
        to: Where to.
        overwrite: Whether it may take the place of what is there.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str
    overwrite: bool = False

    def run(self, ctx: RunContext) -> None:
        """Copy it; links within a folder are copied as links."""
        source, target = _pair(ctx, self.from_, self.to, overwrites=self.overwrite)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copy2(source, target)


class Move(
    Task,
    type="io.kestra.plugin.fs.local.Move",
    example="""
type: io.kestra.plugin.fs.local.Move
from: /srv/inbox/today.csv
to: /srv/done/today.csv
overwrite: true
""",
):
    """Moves a file or folder of this machine.

    Attributes:
        from_: The file or folder.
        to: Where to.
        overwrite: Whether it may take the place of a file that is there.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str
    overwrite: bool = False

    def run(self, ctx: RunContext) -> None:
        """Move it."""
        source, target = _pair(ctx, self.from_, self.to, overwrites=self.overwrite)
        if target.is_dir():
            raise TaskError(f"{self.to} is a folder: name the file in it")
        shutil.move(source, target)


class Delete(
    Task,
    type="io.kestra.plugin.fs.local.Delete",
    example="""
type: io.kestra.plugin.fs.local.Delete
from: /srv/inbox/today.csv
errorOnMissing: true
""",
):
    """Removes files of this machine.

    Attributes:
        from_: The file or folder.
        error_on_missing: Whether it must be there.
        reg_exp: Of a folder, only files whose whole path matches.
        recursive: Of a folder, with all that is in it.
    """

    from_: Annotated[str, Field(alias="from")]
    error_on_missing: bool = False
    reg_exp: str | None = None
    recursive: bool = False

    def run(self, ctx: RunContext) -> DeleteOutputs:
        """Remove it."""
        path = allowed(ctx, self.from_)
        if not path.exists():
            if self.error_on_missing:
                raise TaskError(f"There is no file {self.from_}")
            return DeleteOutputs(uri=path.as_uri(), deleted=False)
        removed = self._removed(path)
        return DeleteOutputs(uri=path.as_uri(), deleted=bool(removed), uris=[one.as_uri() for one in removed])

    def _removed(self, path: Path) -> list[Path]:
        if not path.is_dir():
            path.unlink()
            return [path]
        if self.reg_exp is not None:
            files = found_in(path, self.reg_exp, is_recursive=self.recursive)
            for file in files:
                file.unlink()
            return files
        if any(path.iterdir()) and not self.recursive:
            raise TaskError(f"{self.from_} is a folder that holds something: set `recursive: true`, or `regExp`")
        files = found_in(path, None, is_recursive=True)
        shutil.rmtree(path)
        return [*files, path]


def _pair(ctx: RunContext, source: str, target: str, *, overwrites: bool) -> tuple[Path, Path]:
    """Give where something is and where it is to be; folders on the way are made."""
    here, there = allowed(ctx, source), allowed(ctx, target)
    if not here.exists():
        raise TaskError(f"There is no file {source}")
    if there.exists() and not overwrites:
        raise TaskError(f"{target} is there already: set `overwrite: true` to replace it")
    there.parent.mkdir(parents=True, exist_ok=True)
    return here, there
