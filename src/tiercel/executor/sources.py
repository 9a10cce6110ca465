"""Where letters come from besides callers and workers: the inbox, due timers, and what a former process left."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from tiercel.errors import UnavailableError
from tiercel.executor.intake import Intake
from tiercel.executor.letters import Letter
from tiercel.executor.memory import Memory
from tiercel.executor.shards import Shards
from tiercel.model.event import ExecutionAdmitted, TimerFired
from tiercel.repository.database import Database
from tiercel.repository.inbox import Unreadable, list_inbox, remove_from_inbox
from tiercel.repository.limits import list_limited_flows
from tiercel.repository.recovery import read_unfinished

_INBOX_PAGE = 1_000
_LONGEST_SLEEP_SECONDS = 3600.0
_PATIENCE_SECONDS = 5.0
_log = logging.getLogger("tiercel.executor")


class Sources:
    """Reads the database and the clock on behalf of the loop."""

    def __init__(
        self, memory: Memory, intake: Intake, database: Database, shards: Shards, clock: Callable[[], int]
    ) -> None:
        self._memory = memory
        self._intake = intake
        self._database = database
        self._shards = shards
        self._clock = clock
        self._alarm: asyncio.TimerHandle | None = None
        self._last_inbox_id = 0

    async def take_up(self) -> None:
        """Go on from the last commit: timers, unread inbox, and executions with commands nobody answered.

        Raises:
            UnavailableError: The database cannot be read.
        """
        left = await self._database.read(read_unfinished)
        for execution_id, task_run_id, key, at in left.timers:
            self._memory.timers.set(execution_id, (task_run_id, key), at)
        for flow in await self._database.read(list_limited_flows):
            await self._intake.learn_limits(flow)
        self._last_inbox_id = 0
        await self.read_inbox()
        for execution_id in left.attention:
            self._intake.deliver(Letter(execution_id, is_arrival=True, is_internal=True))
        self.let_in(self._memory.admission.let_in_all())  # a slot may have been free when the process ended
        self.set_alarm()

    def let_in(self, execution_ids: Iterable[str]) -> None:
        """Tell executions that they may start: limits have given them their slots."""
        for execution_id in execution_ids:
            self._intake.deliver(Letter(execution_id, ExecutionAdmitted(at=self._clock()), is_internal=True))

    async def take_up_again(self) -> None:
        """Take up what is stored, as soon as the database can be read."""
        while True:
            try:
                await self.take_up()
            except Exception as error:  # noqa: BLE001 (without what is stored nothing can go on)
                _log.warning("the database cannot be read, trying again: %s", error)
                await asyncio.sleep(_PATIENCE_SECONDS)
            else:
                return

    async def read_posts(self) -> None:
        """Deliver what a commit put into the inbox; it stays there while the database cannot be read."""
        while True:
            try:
                await self.read_inbox()
            except UnavailableError as error:
                _log.warning("the inbox cannot be read, trying again: %s", error)
                await asyncio.sleep(_PATIENCE_SECONDS)
            except Exception:  # noqa: BLE001 (nobody else would say so, and events would wait until the next start)
                _log.exception("the inbox cannot be read, trying again")
                await asyncio.sleep(_PATIENCE_SECONDS)
            else:
                return

    async def read_inbox(self) -> None:
        """Deliver what was written to the inbox since it was last read; what cannot be read is removed.

        Raises:
            UnavailableError: The database cannot be read.
        """
        shards = sorted(self._shards.epochs)
        is_full = True
        while is_full:
            after_id = self._last_inbox_id
            page = await self._database.read(partial(list_inbox, shards=shards, after_id=after_id, limit=_INBOX_PAGE))
            await self._set_aside(page.unreadable)
            if self._last_inbox_id != after_id:
                continue  # another reading came first, and delivered some of these
            for entry in page.entries:
                self._intake.deliver(Letter(entry.execution_id, entry.event, inbox_id=entry.id))
            self._last_inbox_id = page.last_id
            is_full = page.is_full

    async def _set_aside(self, rows: Sequence[Unreadable]) -> None:
        """Remove what nobody can read, so that it stands in the way of nothing else, and say what was lost."""
        if not rows:
            return
        await self._database.write(partial(remove_from_inbox, ids=[row.id for row in rows]))
        for row in rows:
            _log.error(
                "event %s of the inbox, for execution %s, cannot be read and was removed: %s",
                row.id,
                row.execution_id,
                row.reason,
            )

    def set_alarm(self) -> None:
        """Wake up when the next timer is due."""
        self.stop()
        dates = (self._memory.timers.next_at(), self._memory.admission.next_at())
        at = min((one for one in dates if one is not None), default=None)
        if at is not None:
            delay = max(0.0, (at - self._clock()) / 1_000_000)
            self._alarm = asyncio.get_running_loop().call_later(min(delay, _LONGEST_SLEEP_SECONDS), self._ring)

    def stop(self) -> None:
        """Let no timer ring any more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _ring(self) -> None:
        """Tell executions of the timers that are due."""
        now = self._clock()
        for execution_id, (task_run_id, key), _ in self._memory.timers.pop_due(now):
            event = TimerFired(at=now, key=key, task_run_id=task_run_id)
            self._intake.deliver(Letter(execution_id, event, timer=(task_run_id, key)))
        self.let_in(self._memory.admission.let_in_due())
        self.set_alarm()
