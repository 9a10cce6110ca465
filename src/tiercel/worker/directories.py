"""The directory of a WorkingDirectory: filled before its tasks run, collected and removed after them."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from tiercel.errors import NotFoundError
from tiercel.model.command import CloseDirectory, OpenDirectory
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.plugins import RunContext
from tiercel.storage import paths
from tiercel.tasks.flow.directory_files import (
    inside,
    put_input_files,
    put_namespace_files,
    relative_files,
    take_output_files,
)
from tiercel.tasks.flow.working_directory import Cache, WorkingDirectory
from tiercel.tasks.namespace.selection import fitting_paths
from tiercel.worker.host import TaskHost
from tiercel.worker.inline import facts_of
from tiercel.worker.scratch import Scratch

_KEPT = frozenset({State.SUCCESS, State.WARNING})


def open_directory(host: TaskHost, scratch: Scratch, work: OpenDirectory, wanted: WorkingDirectory) -> None:
    """Make the directory and fill it: the cache first, then namespace files, then input files."""
    directory = scratch.shared(host.assignment.execution.id, work.task_run_id)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    if wanted.cache is not None and restore(host, directory, wanted.cache, work.task.id):
        scratch.note_restored(directory)
    ctx = RunContext(host, facts_of(host.assignment))
    if wanted.namespace_files is not None and wanted.namespace_files.enabled:
        put_namespace_files(ctx, directory, wanted.namespace_files)
    put_input_files(ctx, directory, wanted.input_files)


def close_directory(
    host: TaskHost, scratch: Scratch, work: CloseDirectory, wanted: WorkingDirectory
) -> dict[str, Json] | None:
    """Collect what is to be kept; gives the outputs. Doing it again gives the same."""
    directory = scratch.shared(host.assignment.execution.id, work.task_run_id)
    if not directory.is_dir():
        raise NotFoundError("working directory", str(directory))
    found = take_output_files(RunContext(host, facts_of(host.assignment)), directory, wanted.output_files or ())
    if wanted.cache is not None and work.state in _KEPT and not scratch.was_restored(directory):
        keep(host, directory, wanted.cache, work.task.id)
    return {"outputFiles": found} if wanted.output_files else None


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


def _cache_path(host: TaskHost, task_id: str) -> str:
    execution = host.assignment.execution
    return paths.cache_path(execution.namespace, execution.flow_id, task_id)
