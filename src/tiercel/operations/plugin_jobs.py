"""Installations of packages since the server started. For one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from tiercel.errors import ConflictError

_KEPT = 50


class JobStatus(StrEnum):
    """How far an installation is."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class Job(Struct, kw_only=True):
    """One installation; ``error`` is the end of what the installer said when it failed."""

    id: str
    packages: tuple[str, ...]
    started_at: int
    status: JobStatus = JobStatus.RUNNING
    finished_at: int | None = None
    error: str = ""


class PluginJobs:
    """The last installations, one at a time.

    Attributes:
        jobs: By id, oldest first.
        task: What carries out the last one; kept, or it could be collected before its end.
    """

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.task: asyncio.Task[None] | None = None

    def begin(self, name: str, packages: Sequence[str], now: int) -> Job:
        """Add one.

        Raises:
            ConflictError: Another is under way.
        """
        if self.task is not None and not self.task.done():
            raise ConflictError("Packages are being installed already; wait for the end of that")
        job = self.jobs[name] = Job(id=name, packages=tuple(packages), started_at=now)
        for old in list(self.jobs)[:-_KEPT]:
            del self.jobs[old]
        return job

    async def close(self) -> None:
        """Stop what is under way."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
