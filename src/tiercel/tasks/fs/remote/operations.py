"""What tasks do with files of other machines, whatever the protocol; contents are streamed."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import PurePosixPath

from tiercel.plugins import LogLevel, RunContext, TaskError
from tiercel.tasks.fs.remote.place import Entry, Place, address, clean, ensure_folder, files_of, gathered, matcher
from tiercel.tasks.fs.remote.properties import (
    DeleteOutputs,
    DeleteTask,
    DownloadOutputs,
    DownloadsOutputs,
    DownloadsTask,
    DownloadTask,
    FilesOutputs,
    ListTask,
    MoveTask,
    RemoteFile,
    Sort,
    TransferOutputs,
    UploadsOutputs,
    UploadsTask,
    UploadTask,
)
from tiercel.tasks.fs.remote.sources import named_sources


def upload(ctx: RunContext, task: UploadTask) -> TransferOutputs:
    """Write a stored file there."""
    name = PurePosixPath(task.from_).name
    target = name if task.to is None else f"{task.to}{name}" if task.to.endswith("/") else task.to
    with task.opened(ctx) as place:
        put(ctx, place, task.from_, target, overwrites=task.overwrite)
    return TransferOutputs(from_=task.from_, to=address(task.scheme, task.host, target))


def uploads(ctx: RunContext, task: UploadsTask) -> UploadsOutputs:
    """Write stored files into a folder there."""
    sources = named_sources(ctx, task.from_, task.reg_exp, task.max_files)
    targets = [(uri, f"{task.to.rstrip('/')}/{name}") for name, uri in sources]
    folder = clean(task.to)
    for _, target in targets:
        if not clean(target).startswith(f"{folder.rstrip('/')}/"):
            raise TaskError(f"{target} leads out of {task.to}")
    with task.opened(ctx) as place:
        for uri, target in targets:
            put(ctx, place, uri, target, overwrites=task.overwrite)
    return UploadsOutputs(files=[address(task.scheme, task.host, target) for _, target in targets])


def download(ctx: RunContext, task: DownloadTask) -> DownloadOutputs:
    """Store a file from there, and check its content when told to."""
    if task.validate_checksum and not task.checksum_expected:
        raise TaskError("`validateChecksum` needs `checksumExpected`")
    digest = hashlib.new(task.checksum_algorithm.replace("_", "").lower(), usedforsecurity=False)
    with task.opened(ctx) as place:
        uri = get(ctx, place, clean(task.from_), digest.update)
    checksum = digest.hexdigest()
    if task.validate_checksum and checksum != str(task.checksum_expected).strip().lower():
        ctx.files.delete(uri)
        raise TaskError(f"{task.from_} has the checksum {checksum}, and {task.checksum_expected} is expected")
    where = address(task.scheme, task.host, task.from_)
    return DownloadOutputs(from_=where, to=uri, checksum=checksum if task.validate_checksum else None)


def downloads(ctx: RunContext, task: DownloadsTask) -> DownloadsOutputs:
    """Store the files of a folder there, and then do with them what the task says."""
    folder = destination(task.action, task.move_directory)
    with task.opened(ctx) as place:
        found = files_of(place, task.from_, task.reg_exp, is_recursive=task.recursive)
        chosen = _limited(ctx, found, task.max_files)
        stored = [(entry, get(ctx, place, entry.path)) for entry in chosen]
        for entry in chosen:
            finish(place, entry, task.action, folder)
    root = clean(task.from_)
    names = {posixpath.relpath(entry.path, root) if entry.path != root else entry.name: uri for entry, uri in stored}
    return DownloadsOutputs(files=[described(entry, uri) for entry, uri in stored], output_files=names)


def list_files(ctx: RunContext, task: ListTask) -> FilesOutputs:
    """Tell which files there are in a folder there."""
    with task.opened(ctx) as place:
        found = files_of(place, task.from_, task.reg_exp, is_recursive=task.recursive)
    chosen = _limited(ctx, in_order(found, task.sort), task.max_files)
    return FilesOutputs(files=[described(entry, entry.path) for entry in chosen])


def move(ctx: RunContext, task: MoveTask) -> TransferOutputs:
    """Move a file or folder there."""
    source = clean(task.from_)
    target = f"{task.to}{posixpath.basename(source)}" if task.to.endswith("/") else task.to
    with task.opened(ctx) as place:
        if place.find(source) is None:
            raise TaskError(f"There is no file {task.from_}")
        relocate(place, source, clean(target), overwrites=task.overwrite)
    return TransferOutputs(from_=address(task.scheme, task.host, source), to=address(task.scheme, task.host, target))


def delete(ctx: RunContext, task: DeleteTask) -> DeleteOutputs:
    """Remove a file there, or files of a folder, or all of it."""
    with task.opened(ctx) as place:
        entry = place.find(clean(task.uri))
        if entry is None and task.error_on_missing:
            raise TaskError(f"There is no file {task.uri}")
        removed = _removed(ctx, place, entry, task) if entry is not None else []
    uris = [address(task.scheme, task.host, one.path) for one in removed]
    return DeleteOutputs(uri=address(task.scheme, task.host, task.uri), deleted=bool(removed), uris=uris)


def put(ctx: RunContext, place: Place, uri: str, target: str, *, overwrites: bool) -> None:
    """Write one stored file; folders on the way are made."""
    path = clean(target)
    there = place.find(path)
    if there is not None and there.is_folder:
        raise TaskError(f"{target} is a folder: write {target.rstrip('/')}/ to upload into it")
    if there is not None and not overwrites:
        raise TaskError(f"{target} is there already: set `overwrite: true` to replace it")
    ensure_folder(place, posixpath.dirname(path))
    place.write(path, gathered(_until_cancelled(ctx, ctx.files.open(uri))))


def get(ctx: RunContext, place: Place, path: str, note: Callable[[bytes], None] | None = None) -> str:
    """Store one file, and give its URI."""
    found = place.find(path)
    if found is None or found.is_folder:
        raise TaskError(f"There is no file {path}" if found is None else f"{path} is a folder: use Downloads")

    def chunks() -> Generator[bytes]:
        with closing(place.read(path)) as pieces:
            for chunk in _until_cancelled(ctx, pieces):
                if note is not None:
                    note(chunk)
                yield chunk

    with closing(chunks()) as content:
        return ctx.files.write(f"{ctx.files.new_name()}-{posixpath.basename(path)}", content)


def relocate(place: Place, source: str, target: str, *, overwrites: bool) -> None:
    """Move what is there; folders on the way are made."""
    if source == target:
        return
    there = place.find(target)
    if there is not None:
        if not overwrites or there.is_folder:
            raise TaskError(f"{target} is there already" + ("" if there.is_folder else ": set `overwrite: true`"))
        place.remove(there)
    ensure_folder(place, posixpath.dirname(target))
    place.rename(source, target)


def destination(action: str, folder: str | None) -> str:
    """Give where files are moved.

    Raises:
        TaskError: They are to be moved, and nothing says where.
    """
    if action == "MOVE" and not folder:
        raise TaskError("action MOVE needs moveDirectory")
    return clean(folder or "/")


def finish(place: Place, entry: Entry, action: str, folder: str) -> None:
    """Do with a file what an action says."""
    if action == "DELETE":
        place.remove(entry)
    elif action == "MOVE":
        relocate(place, entry.path, posixpath.join(folder, entry.name), overwrites=True)


def in_order(found: list[Entry], sort: Sort) -> list[Entry]:
    """Sort files."""
    match sort:
        case "NONE":
            return found
        case "NAME_ASC" | "NAME_DESC":
            return sorted(found, key=lambda entry: entry.name, reverse=sort == "NAME_DESC")
        case "LAST_MODIFIED_ASC" | "LAST_MODIFIED_DESC":
            return sorted(found, key=lambda entry: entry.modified_at or 0, reverse=sort == "LAST_MODIFIED_DESC")


def described(entry: Entry, path: str) -> RemoteFile:
    """Give a file as outputs show it."""
    return RemoteFile(
        path=path,
        name=entry.name,
        symbolic_link=entry.is_link,
        size=entry.size,
        user_id=entry.user_id,
        group_id=entry.group_id,
        permissions=entry.permissions,
        access_date=_moment(entry.accessed_at),
        updated_date=_moment(entry.modified_at),
    )


def _removed(ctx: RunContext, place: Place, entry: Entry, task: DeleteTask) -> list[Entry]:
    if not entry.is_folder or entry.is_link:
        is_meant = matcher(task.reg_exp)(entry.path)
        if is_meant:
            place.remove(entry)
        return [entry] if is_meant else []
    if entry.path == "/":
        raise TaskError("`uri` names the home folder itself")
    if task.reg_exp is not None:
        files = files_of(place, entry.path, task.reg_exp, is_recursive=task.recursive)
        for file in files:
            place.remove(file)
        return files
    content = place.entries(entry.path)
    if content and not task.recursive:
        raise TaskError(f"{task.uri} is a folder that holds something: set `recursive: true`, or `regExp`")
    removed = [one for inner in content for one in _removed(ctx, place, inner, task)]
    place.remove(entry)
    ctx.log.debug("Removed %s", entry.path)
    return [*removed, entry]


def _limited(ctx: RunContext, found: list[Entry], most: int) -> list[Entry]:
    if len(found) > most:
        ctx.log.write(LogLevel.WARN, "There are %s files, and `maxFiles` takes %s of them", len(found), most)
    return found[:most]


def _until_cancelled(ctx: RunContext, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        if ctx.is_cancelled:
            raise TaskError("The transfer was cancelled")
        yield chunk


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
