"""The directory of a WorkingDirectory: filled before its tasks run, collected and removed after them."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from tiercel.errors import NotFoundError
from tiercel.model.command import CloseDirectory, OpenDirectory
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations import namespace_files
from tiercel.operations.actor import SYSTEM
from tiercel.plugins import TaskError
from tiercel.storage import paths
from tiercel.tasks.flow.working_directory import Cache, NamespaceFiles, WorkingDirectory
from tiercel.tasks.namespace.selection import fitting_paths
from tiercel.worker.host import TaskHost
from tiercel.worker.scratch import Scratch

_ADDRESSES = ("kestra://", "nsfile://", "file://")
_OWN_NAMESPACE = "{{flow.namespace}}"  # the default, which is not a text of the user's
_KEPT = frozenset({State.SUCCESS, State.WARNING})


def open_directory(host: TaskHost, scratch: Scratch, work: OpenDirectory, wanted: WorkingDirectory) -> None:
    """Make the directory and fill it: the cache first, then namespace files, then input files."""
    directory = scratch.shared(host.assignment.execution.id, work.task_run_id)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    if wanted.cache is not None and restore(host, directory, wanted.cache, work.task.id):
        scratch.note_restored(directory)
    if wanted.namespace_files is not None and wanted.namespace_files.enabled:
        put_namespace_files(host, directory, wanted.namespace_files)
    put_input_files(host, directory, wanted.input_files)


def close_directory(
    host: TaskHost, scratch: Scratch, work: CloseDirectory, wanted: WorkingDirectory
) -> dict[str, Json] | None:
    """Collect what is to be kept; gives the outputs. Doing it again gives the same."""
    directory = scratch.shared(host.assignment.execution.id, work.task_run_id)
    if not directory.is_dir():
        raise NotFoundError("working directory", str(directory))
    found = take_output_files(host, directory, wanted.output_files or ())
    if wanted.cache is not None and work.state in _KEPT and not scratch.was_restored(directory):
        keep(host, directory, wanted.cache, work.task.id)
    return {"outputFiles": found} if wanted.output_files else None


def put_input_files(host: TaskHost, directory: Path, wanted: Mapping[str, str] | str | None) -> None:
    """Write input files: each is the text itself, or the address of a file to copy."""
    for name, content in _entries(wanted).items():
        target = inside(directory, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith(_ADDRESSES):
            with target.open("wb") as file:
                for piece in host.reader.pieces(content):
                    file.write(piece)
        else:
            target.write_text(content, encoding="utf-8", newline="")


def put_namespace_files(host: TaskHost, directory: Path, wanted: NamespaceFiles) -> None:
    """Copy the namespace files that are wanted, those of later namespaces over those of earlier ones."""
    written: set[Path] = set()
    for name in wanted.namespaces:
        namespace = host.assignment.execution.namespace if name == _OWN_NAMESPACE else name
        listing = namespace_files.list_files(host.environment, SYSTEM, namespace)
        found = [file.path for file in host.bridge.await_(listing) if not file.is_directory]
        chosen = fitting_paths(wanted.include, found) if wanted.include else found
        left_out = set(fitting_paths(wanted.exclude, found)) if wanted.exclude else set()
        root = inside(directory, namespace) if wanted.folder_per_namespace else directory
        for path in chosen:
            if path not in left_out:
                _put_namespace_file(host, f"nsfile://{namespace}/{path}", inside(root, path), wanted, written)


def take_output_files(host: TaskHost, directory: Path, patterns: Iterable[str]) -> dict[str, str]:
    """Store the files that fit; gives their URIs by path."""
    return {
        path: host.store_file(path, directory / path) for path in fitting_paths(patterns, relative_files(directory))
    }


def restore(host: TaskHost, directory: Path, cache: Cache, task_id: str) -> bool:
    """Unpack the files an earlier execution left, unless they are too old; tells whether there were some."""
    storage, where = host.environment.storage, _cache_path(host, task_id)
    try:
        kept = storage.stat(where)
    except NotFoundError:
        return False
    age_micros = host.environment.clock() - kept.modified_at
    if cache.ttl is not None and age_micros > cache.ttl.total_seconds() * 1_000_000:
        storage.delete(where)
        return False
    with storage.open(where) as file, zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            target = inside(directory, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
    return True


def keep(host: TaskHost, directory: Path, cache: Cache, task_id: str) -> None:
    """Pack the files that fit for the executions after this one."""
    chosen = fitting_paths(cache.patterns, relative_files(directory))
    if not chosen:
        return
    packed = directory.with_suffix(".zip")
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in chosen:
                archive.write(directory / path, path)
        host.environment.storage.put(_cache_path(host, task_id), packed)
    finally:
        packed.unlink(missing_ok=True)


def inside(directory: Path, name: str) -> Path:
    """Give a path below a directory.

    Raises:
        TaskError: The name leads out of it.
    """
    target = (directory / name.lstrip("/")).resolve()
    if not target.is_relative_to(directory.resolve()) or target == directory.resolve():
        raise TaskError(f"The file name {name!r} leads out of the working directory")
    return target


def relative_files(directory: Path) -> list[str]:
    """List every file below a directory, in order of path; links that lead out of it are left out."""
    root = directory.resolve()
    found = (path for path in directory.rglob("*") if path.is_file() and path.resolve().is_relative_to(root))
    return sorted(path.relative_to(directory).as_posix() for path in found)


def _put_namespace_file(host: TaskHost, address: str, target: Path, wanted: NamespaceFiles, written: set[Path]) -> None:
    if target.exists() and target not in written:
        if wanted.if_exists == "FAIL":
            raise TaskError(f"{target.name} is in the working directory already")
        if wanted.if_exists == "WARN":
            host.log("WARN", f"{target.name} is in the working directory already and was left as it is")
        if wanted.if_exists != "OVERWRITE":
            return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        for piece in host.reader.pieces(address):
            file.write(piece)
    written.add(target)


def _entries(wanted: Mapping[str, str] | str | None) -> dict[str, str]:
    given: Json = wanted
    if isinstance(wanted, str):
        try:
            given = json.loads(wanted)
        except ValueError as error:
            raise TaskError(f"inputFiles is no JSON map: {error}") from None
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise TaskError("inputFiles must be a map of file names to contents")
    return {str(name): content if isinstance(content, str) else json.dumps(content) for name, content in given.items()}


def _cache_path(host: TaskHost, task_id: str) -> str:
    execution = host.assignment.execution
    return paths.cache_path(execution.namespace, execution.flow_id, task_id)
