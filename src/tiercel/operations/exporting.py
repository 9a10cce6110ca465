"""Log lines on their way to where exporters send them.

Every exporter follows the stream of what was committed, as a client does, so it sees each line once, masked, after it
is stored. Its subscription is bounded, and forgets the oldest when it is full; so an exporter that hangs or fails costs
lines, which are counted, and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from tiercel.model.log import LogEntry
from tiercel.operations.streams import LogsWritten, Streams, Subscription
from tiercel.plugins.seams import LogExporter, LogLine

_MOST_LINES = 500
_GATHER_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_LAST_SECONDS = 5.0
_log = logging.getLogger("tiercel")


class Export:
    """One exporter at work.

    Attributes:
        problem: Why the last batch could not be sent; empty when it was.
    """

    def __init__(self, exporter: LogExporter) -> None:
        self.exporter = exporter
        self.problem = ""
        self._subscription: Subscription | None = None

    @property
    def name(self) -> str:
        """The type of the exporter."""
        return self.exporter.declaration.type

    @property
    def lost(self) -> int:
        """How many changes went by unseen, since it was too far behind."""
        return 0 if self._subscription is None else self._subscription.lost

    async def work(self, subscription: Subscription) -> None:
        """Send lines until the subscription ends."""
        self._subscription = subscription
        is_open = True
        while is_open:
            lines, is_open = await _gather(subscription)
            if lines:
                await self._send(lines)

    async def _send(self, lines: Sequence[LogLine]) -> None:
        pause = 0.5
        while True:
            try:
                await asyncio.to_thread(self.exporter.export, lines)
            except Exception as error:  # noqa: BLE001 (a plugin may fail in any way, and must not take the rest with it)
                if not self.problem:
                    _log.warning("log exporter %s: %s; the lines are kept and sent again", self.name, error)
                self.problem = f"{type(error).__name__}: {error}"
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            else:
                self.problem = ""
                return


class Exports:
    """All exporters of an installation. For one event loop."""

    def __init__(self, exporters: Sequence[LogExporter] = ()) -> None:
        self.exports = [Export(exporter) for exporter in exporters]
        self._tasks: list[asyncio.Task[None]] = []
        self._following = contextlib.ExitStack()

    @property
    def problems(self) -> list[str]:
        """What is wrong with exporters now."""
        failing = [f"log exporter {one.name} fails: {one.problem}" for one in self.exports if one.problem]
        behind = [
            f"log exporter {one.name} was too slow: {one.lost} changes were left out"
            for one in self.exports
            if one.lost
        ]
        return failing + behind

    def open(self, streams: Streams) -> None:
        """Begin to follow what is written."""
        for export in self.exports:
            subscription = self._following.enter_context(streams.subscribe())
            self._tasks.append(asyncio.create_task(export.work(subscription)))

    async def close(self) -> None:
        """Send what is left, for a few seconds at most; call it when the streams are closed."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_LAST_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        self._following.close()
        for export in self.exports:
            with contextlib.suppress(Exception):  # it is the plugin's, and nobody is left to be told
                export.exporter.close()


async def _gather(subscription: Subscription) -> tuple[list[LogLine], bool]:
    """Give the next lines, soon after the first of them; and whether more may come."""
    lines: list[LogLine] = []
    loop = asyncio.get_running_loop()
    until: float | None = None
    while len(lines) < _MOST_LINES:
        change = await subscription.next(None if until is None else max(0.0, until - loop.time()))
        if change is None:
            return lines, until is not None and loop.time() >= until
        if isinstance(change, LogsWritten):
            lines += map(_line, change.entries)
            until = until or loop.time() + _GATHER_SECONDS
    return lines, True


def _line(entry: LogEntry) -> LogLine:
    moment = datetime.fromtimestamp(entry.at // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return LogLine(
        timestamp=f"{moment}.{entry.at % 1_000_000:06d}Z",
        level=entry.level.value,
        message=entry.message,
        namespace=entry.namespace,
        flow_id=entry.flow_id,
        execution_id=entry.execution_id,
        task_id=entry.task_id,
        task_run_id=entry.task_run_id,
        trigger_id=entry.trigger_id,
        attempt_number=entry.attempt_number,
    )
