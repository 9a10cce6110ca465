"""Directories of tasks while they run: one of their own, or that of the WorkingDirectory they stand in.

A shared directory has a fixed place under its task run's id, so that it is still there when the process was killed and
its tasks are run again.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import IO

from tiercel.errors import NotFoundError
from tiercel.model.command import RunTask
from tiercel.operations.assignments import Assignment


class Scratch:
    """All directories below one root."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def directory_of(self, assignment: Assignment) -> str:
        """Give the directory of an attempt; its own is made now.

        Raises:
            NotFoundError: It stands in a WorkingDirectory whose directory is gone.
        """
        shared_id = _shared_id(assignment)
        path = self.shared(shared_id) if shared_id is not None else self._own(assignment)
        if shared_id is None:
            path.mkdir(parents=True, exist_ok=True)
        elif not path.is_dir():
            raise NotFoundError("working directory", str(path))
        return str(path)

    def shared(self, task_run_id: str) -> Path:
        """Give the place of the directory of a WorkingDirectory."""
        return self._root / "shared" / task_run_id

    def note_restored(self, task_run_id: str) -> None:
        """Remember that a shared directory was filled from the cache."""
        self._mark(task_run_id).touch()

    def was_restored(self, task_run_id: str) -> bool:
        """Tell whether a shared directory was filled from the cache."""
        return self._mark(task_run_id).exists()

    def remove_shared(self, task_run_id: str) -> None:
        """Remove the directory of a WorkingDirectory."""
        shutil.rmtree(self.shared(task_run_id), ignore_errors=True)
        self._mark(task_run_id).unlink(missing_ok=True)

    def _mark(self, task_run_id: str) -> Path:
        return self.shared(task_run_id).with_suffix(".restored")

    def leave(self, assignment: Assignment) -> None:
        """Remove the directory of an attempt; a shared one stays."""
        if _shared_id(assignment) is None:
            shutil.rmtree(self._own(assignment), ignore_errors=True)

    def clear_own(self) -> None:
        """Remove what attempts of a former process left; shared directories stay for the tasks still to come."""
        shutil.rmtree(self._root / "own", ignore_errors=True)

    def open_text(self) -> IO[str]:
        """Open a text file without a name, gone when it is closed."""
        self._root.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile("w+", encoding="utf-8", dir=self._root)

    def _own(self, assignment: Assignment) -> Path:
        work = assignment.work
        name = f"{work.task_run_id or assignment.execution.id}-{getattr(work, 'token', 0)}"
        return self._root / "own" / name


def _shared_id(assignment: Assignment) -> str | None:
    work = assignment.work
    return work.directory_id if isinstance(work, RunTask) else None
