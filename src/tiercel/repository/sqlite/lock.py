"""The lock on a data directory: one process owns it, whatever else goes wrong.

The kernel lets go of the lock when the process ends, so a crash leaves nothing to clean up.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from tiercel.errors import ConflictError

_NAME = "tiercel.lock"


class DirectoryLock:
    """A lock that is held until ``release``."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others have the directory; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def lock_directory(directory: Path) -> DirectoryLock:
    """Take the directory for this process.

    Raises:
        ConflictError: Another process has it; the message names its id.
    """
    path = directory / _NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.read(descriptor, 32).decode(errors="replace").strip()
        os.close(descriptor)
        raise ConflictError(
            f"the data directory {directory} is in use by process {owner or '(unknown)'}: "
            "stop it, or give this one another directory (TIERCEL_HOME)"
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return DirectoryLock(descriptor)
