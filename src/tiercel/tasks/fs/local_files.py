"""Files of this machine as tasks and triggers see them, all below ``local_files.allowed_paths``."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tiercel.plugins import LogLevel, Outputs, RunContext, TaskError
from tiercel.tasks.fs.changes import Found
from tiercel.tasks.fs.remote.place import matcher


class LocalFile(Outputs):
    """A file that was found.

    Attributes:
        name: Its name.
        parent: The folder it is in.
        local_path: Where it is on the machine.
        uri: A copy in the internal storage, as it was when it was found.
        size: In bytes.
        is_directory: Never.
        created_date: When it was made, as far as the machine tells.
        accessed_date: When it was read last.
        modified_date: When it was changed last.
    """

    name: str
    parent: str
    local_path: str
    uri: str | None = None
    size: int
    is_directory: bool = False
    created_date: datetime | None = None
    accessed_date: datetime | None = None
    modified_date: datetime


def folder_of(ctx: RunContext, path: str) -> Path:
    """Give the real path of a folder that may be used.

    Raises:
        TaskError: It may not be, or is none.
    """
    folder = Path(str(ctx.call("local.resolve", path=path)))
    if not folder.is_dir():
        raise TaskError(f"{path} is no folder")
    return folder


def list_local(root: Path, pattern: str | None, *, is_recursive: bool) -> Iterator[Found]:
    """Give the files of a folder; links are passed over, since they may lead anywhere."""
    fits = matcher(pattern)
    waiting = [root]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if is_recursive:
                        waiting.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False) and fits(entry.path):
                    facts = entry.stat(follow_symlinks=False)
                    yield Found(entry.path, f"{facts.st_mtime_ns}/{facts.st_size}", facts.st_mtime)


def read_local(ctx: RunContext, file: Found) -> LocalFile | None:
    """Store a copy of a file; None when it is gone meanwhile. A dry look stores none."""
    path = Path(file.path)
    try:
        if not stat.S_ISREG(path.stat(follow_symlinks=False).st_mode):
            return None
        return described(path, None if ctx.facts.is_dry else ctx.files.write(path.name, path))
    except FileNotFoundError:
        return None


def described(path: Path, uri: str | None) -> LocalFile:
    """Give a file as outputs show it."""
    facts = path.stat(follow_symlinks=False)
    return LocalFile(
        name=path.name,
        parent=str(path.parent),
        local_path=str(path),
        uri=uri,
        size=facts.st_size,
        created_date=datetime.fromtimestamp(facts.st_ctime, UTC),
        accessed_date=datetime.fromtimestamp(facts.st_atime, UTC),
        modified_date=datetime.fromtimestamp(facts.st_mtime, UTC),
    )


def finish_local(path: Path, target: Path | None) -> bool:
    """Move a file, or delete it when no folder is given; tells whether it is gone."""
    try:
        if target is None:
            path.unlink()
        else:
            shutil.move(path, target / path.name)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise TaskError(f"{path} cannot be moved or deleted: {error.strerror}") from error
    return True


def allowed(ctx: RunContext, path: str) -> Path:
    """Give the real path of something that may be used, there or not."""
    return Path(str(ctx.call("local.resolve", path=path)))


def found_in(root: Path, pattern: str | None, *, is_recursive: bool) -> list[Path]:
    """Give the files of a folder in order."""
    return sorted(Path(file.path) for file in list_local(root, pattern, is_recursive=is_recursive))


def limited(ctx: RunContext, found: list[Path], most: int) -> list[Path]:
    """Give at most that many, and tell when there are more."""
    if len(found) > most:
        ctx.log.write(LogLevel.WARN, "There are %s files, and `maxFiles` takes %s of them", len(found), most)
    return found[:most]
