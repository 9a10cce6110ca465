"""The fan-out of committed changes to those who follow executions in this process.

Records change in place, so what is published is a copy; nothing is copied while nobody listens.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy

from tiercel.model.execution import Attempt, Execution, TaskRun
from tiercel.model.log import LogEntry
from tiercel.operations.streams import Change, Changed, ChangeMissed, ExecutionChanged, LogsWritten
from tiercel.operations.tally import Tally

_BACKLOG = 10_000


class Feed:
    """One subscription: the changes not yet read, oldest first.

    Attributes:
        lost: How many were dropped.
    """

    def __init__(self) -> None:
        self.lost = 0
        self._changes: deque[Change] = deque(maxlen=_BACKLOG)  # the newest are the ones that must not be lost
        self._is_filled = asyncio.Event()
        self._is_closed = False

    async def next(self, timeout_seconds: float | None = None) -> Change | None:
        """Wait for the next change; None when the time is over or the publisher closes."""
        if not self._changes and not self._is_closed:
            try:
                async with asyncio.timeout(timeout_seconds):
                    await self._is_filled.wait()
            except TimeoutError:
                return None
        if not self._changes:
            return None
        change = self._changes.popleft()
        if not self._changes and not self._is_closed:
            self._is_filled.clear()
        return change

    def put(self, change: Change) -> None:
        """Append a change; the oldest goes when the subscriber is too far behind."""
        if len(self._changes) == _BACKLOG:
            self.lost += 1
        self._changes.append(change)
        self._is_filled.set()

    def close(self) -> None:
        """End the subscription once what is here has been read."""
        self._is_closed = True
        self._is_filled.set()


class Stream:
    """Who follows what. For one event loop.

    Attributes:
        tally: What was done, counted whether anybody follows or not.
    """

    def __init__(self) -> None:
        self.tally = Tally()
        self._feeds: dict[str | None, list[Feed]] = {}

    @contextmanager
    def subscribe(self, execution_id: str | None = None) -> Iterator[Feed]:
        """Follow one execution, or all; the subscription ends with the context."""
        feed = Feed()
        self._feeds.setdefault(execution_id, []).append(feed)
        try:
            yield feed
        finally:
            left = self._feeds.get(execution_id, [])
            if feed in left:
                left.remove(feed)
            if not left:
                self._feeds.pop(execution_id, None)

    def has_followers(self, execution_id: str) -> bool:
        """Tell whether anybody would see a change of that execution."""
        return bool(self._feeds) and (execution_id in self._feeds or None in self._feeds)

    def publish_execution(
        self, execution: Execution, task_runs: Iterable[TaskRun], removed: Iterable[str] = ()
    ) -> None:
        """Publish an execution and what became of its task runs; call it with records as they were committed."""
        if self.has_followers(execution.id):
            self._put(execution.id, ExecutionChanged(execution, tuple(task_runs), tuple(removed)))

    def publish_missed(self, execution_id: str) -> None:
        """Tell those who came while an execution was being committed that they have to read it again."""
        if self.has_followers(execution_id):
            self._put(execution_id, ChangeMissed(execution_id))

    def publish_logs(self, execution_id: str, entries: Iterable[LogEntry]) -> None:
        """Publish committed lines of one execution."""
        if self.has_followers(execution_id):
            self._put(execution_id, LogsWritten(execution_id, tuple(entries)))

    def publish(self, change: Changed | LogsWritten) -> None:
        """Tell those who follow everything what belongs to no execution; call it after the commit."""
        for feed in self._feeds.get(None, ()):
            feed.put(change)

    def close(self) -> None:
        """End every subscription."""
        for feeds in list(self._feeds.values()):
            for feed in feeds:
                feed.close()
        self._feeds.clear()

    def _put(self, execution_id: str, change: Change) -> None:
        for key in (execution_id, None):
            for feed in self._feeds.get(key, ()):
                feed.put(change)


def snapshot(execution: Execution) -> Execution:
    """Copy an execution so that later changes do not show; values inside are replaced, never changed, by the engine."""
    twin = copy(execution)
    twin.history = list(execution.history)
    twin.labels = list(execution.labels)
    return twin


def snapshot_task_run(task_run: TaskRun) -> TaskRun:
    """Copy a task run so that later changes do not show."""
    twin = copy(task_run)
    twin.history = list(task_run.history)
    twin.attempts = [
        Attempt(history=list(attempt.history), worker_id=attempt.worker_id, log_file=attempt.log_file)
        for attempt in task_run.attempts
    ]
    return twin
