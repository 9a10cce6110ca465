"""Directories of tasks while they run: one of their own, or that of the WorkingDirectory they stand in.

A shared directory has a fixed place, so that it is still there when the process was killed and its tasks are run again.
It is removed a little after it was closed, since the closing itself may have to be done again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from tiercel.errors import NotFoundError
from tiercel.model.command import RunTask
from tiercel.operations.assignments import Assignment


class Scratch:
    """All directories below one root, given by whole paths."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def directory_of(self, assignment: Assignment) -> str:
        """Give the directory of an attempt; its own is made now.

        Raises:
            NotFoundError: It stands in a WorkingDirectory whose directory is gone.
        """
        shared_id = _shared_id(assignment)
        owner = assignment.execution.id
        path = self.shared(owner, shared_id) if shared_id is not None else self._own(assignment)
        if shared_id is None:
            path.mkdir(parents=True, exist_ok=True)
        elif not path.is_dir():
            raise NotFoundError("working directory", str(path))
        return str(path)

    def shared(self, execution_id: str, task_run_id: str) -> Path:
        """Give the place of the directory of a WorkingDirectory."""
        return self._root / "shared" / execution_id / task_run_id

    def note_restored(self, directory: Path) -> None:
        """Remember that a shared directory was filled from the cache."""
        _mark(directory).touch()

    def was_restored(self, directory: Path) -> bool:
        """Tell whether a shared directory was filled from the cache."""
        return _mark(directory).exists()

    def owners(self) -> list[str]:
        """List the executions that have shared directories."""
        root = self._root / "shared"
        return sorted(path.name for path in root.iterdir()) if root.is_dir() else []

    def remove(self, directory: Path) -> None:
        """Remove a shared directory; that of its execution goes with the last one."""
        shutil.rmtree(directory, ignore_errors=True)
        _mark(directory).unlink(missing_ok=True)
        with suppress(OSError):
            directory.parent.rmdir()

    def leave(self, assignment: Assignment) -> None:
        """Remove the directories of an attempt; a shared one stays."""
        for path in (self._own(assignment), self._temporary(assignment)):
            try:
                path.rmdir()
            except FileNotFoundError:
                continue
            except OSError:  # it is not empty
                shutil.rmtree(path, ignore_errors=True)

    def temporary(self, assignment: Assignment) -> Path:
        """Give a second directory of an attempt, made now."""
        path = self._temporary(assignment)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def has_kept(self, name: str) -> bool:
        """Tell whether there is such a directory."""
        return (self._root / "kept" / name).is_dir()

    def kept(self, name: str) -> Path:
        """Give a directory that stays for good, made now."""
        path = self._root / "kept" / name
        if not path.is_dir():  # it nearly always is
            path.mkdir(parents=True, exist_ok=True)
        return path

    def clear(self, execution_ids: Iterable[str]) -> None:
        """Remove what attempts of a former process left, and the shared directories of these executions."""
        shutil.rmtree(self._root / "own", ignore_errors=True)
        for execution_id in execution_ids:
            shutil.rmtree(self._root / "shared" / execution_id, ignore_errors=True)

    def open_text(self) -> IO[str]:
        """Open a text file without a name, gone when it is closed."""
        self._root.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile("w+", encoding="utf-8", dir=self._root)

    def _temporary(self, assignment: Assignment) -> Path:
        own = self._own(assignment)
        return own.with_name(f"{own.name}-temporary")

    def _own(self, assignment: Assignment) -> Path:
        work = assignment.work
        name = f"{getattr(work, 'task_run_id', None) or assignment.execution.id}-{getattr(work, 'token', 0)}"
        return self._root / "own" / name


def _mark(directory: Path) -> Path:
    return directory.with_suffix(".restored")


def _shared_id(assignment: Assignment) -> str | None:
    work = assignment.work
    return work.directory_id if isinstance(work, RunTask) else None
