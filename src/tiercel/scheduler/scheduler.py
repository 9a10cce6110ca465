"""The scheduler: looks at triggers when they are due and starts their executions, each date exactly once.

States and failure cases. One scheduler at a time is at work: it holds a lease with an epoch, renews it long before it
lapses, and every commit checks the epoch; others try to take it over now and then. A step reads what is due, looks at
it, and stores in one transaction the executions, a row for each date with a unique key, and the triggers with their
next dates. Then the executor is told which executions are there. So

- a crash before the commit leaves everything due, and it is looked at again;
- a crash after it leaves executions that were stored and not begun, which an executor takes up when it opens;
- a scheduler that was stalled and replaced cannot store anything;
- one that was stalled for longer than a lease, and not replaced, treats dates meanwhile as missed, as after a restart;
- a save of the flow, or anything else that changes a trigger between reading and storing, makes the look void.

Between steps it sleeps until the next date, or until the bell rings. It never scans: a step costs what is due.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence

from tiercel.errors import UnavailableError
from tiercel.operations.environment import Environment
from tiercel.operations.flows import preload_flows
from tiercel.operations.listening import Listener
from tiercel.operations.pollster import Pollster
from tiercel.operations.redeclaring import declare_all
from tiercel.operations.streams import trigger_changed
from tiercel.repository.connection import Connection
from tiercel.repository.gatherings import find_next_due
from tiercel.repository.leases import LeaseTakenError
from tiercel.repository.removed_triggers import KEPT_MICROS, purge_removed
from tiercel.repository.triggers import (
    POLLING,
    REALTIME,
    StoredTrigger,
    TriggerKey,
    find_next_look,
    list_due,
)
from tiercel.scheduler.commits import save_outcomes
from tiercel.scheduler.ends import Ends
from tiercel.scheduler.gathering import begin_due
from tiercel.scheduler.listening import Listening
from tiercel.scheduler.looks import Outcome, look
from tiercel.scheduler.polling import Polling
from tiercel.scheduler.polls import begun
from tiercel.scheduler.ports import Executions
from tiercel.scheduler.tenure import Tenure

SWEEP_MICROS = 60_000_000
DUE_AT_ONCE = 500
READ_AT_ONCE = 100
SLICE_SECONDS = 0.05
"""So long looks are taken before they are stored, that those who came first need not wait for all others."""

BREATH_SECONDS = 0.002
"""So long looks may keep the event loop from everything else."""

_LONGEST_SLEEP = 10.0
_PATIENCE_SECONDS = 1.0
_log = logging.getLogger("tiercel.scheduler")


class Scheduler:
    """Looks at schedules; made by the composition root, one in a process."""

    def __init__(
        self,
        environment: Environment,
        executions: Executions,
        pollster: Pollster | None = None,
        listener: Listener | None = None,
    ) -> None:
        self._environment = environment
        self._executions = executions
        self._tenure = Tenure(environment)
        self._listening = Listening(environment, listener)
        self._polling = Polling(environment, pollster, self._store)
        self._clock: Callable[[], int] = environment.clock
        self._ends = Ends(environment.database, executions, environment.clock, self._note_released)
        self._swept_at = 0
        self._has_declared = False
        self._task: asyncio.Task[None] | None = None

    @property
    def looks_under_way(self) -> int:
        """How many workers look for polling triggers now."""
        return self._polling.count

    @property
    def listeners(self) -> int:
        """How many realtime triggers listen now."""
        return self._listening.count

    async def open(self, *, is_only: bool = True) -> None:
        """Begin, at once with what was missed while nothing ran.

        Args:
            is_only: Nobody else can be alive on this database, so the lease of one who died need not run out first.

        Raises:
            UnavailableError: The database cannot be used.
        """
        await self.claim(is_only=is_only)
        self._environment.bell.pulse.begin(self._clock())
        self._begin()

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._run(), name="scheduler")
        self._task.add_done_callback(self._begin_again)

    def _begin_again(self, ended: asyncio.Task[None]) -> None:
        """Go on after an end that nobody asked for."""
        if ended.cancelled() or ended is not self._task:
            return
        _log.error("the scheduler ended, and begins again: %r", ended.exception())
        self._environment.bell.pulse.restarts += 1
        self._begin()

    async def close(self) -> None:
        """Stop; what is due from now on is made up for by the next one."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._polling.close()
        await self._listening.close()
        await self._ends.close()
        await self._tenure.release()

    async def claim(self, *, is_only: bool = False) -> bool:
        """Take the lease when it is free; dates before now count as missed then. Tells whether it is held."""
        now = self._clock()
        lease = await self._tenure.claim(now, is_only=is_only)
        if lease is None:
            return False
        self._swept_at = 0
        await self._declare()
        return True

    async def step(self) -> float:
        """Do everything that is due; gives the seconds until there may be more to do.

        Raises:
            UnavailableError: The database cannot be used.
        """
        if self._tenure.lease is None and not await self.claim():
            self._environment.bell.pulse.step(self._clock(), looks=0, listeners=0)
            return _LONGEST_SLEEP
        await self._declare()
        try:
            await self._keep()
            while await self._look_at_due() or await self._begin_gathered():
                await self._keep()
        except LeaseTakenError as error:
            _log.warning("%s", error)
            self._tenure.lose()
            await self._listening.close()
            return _LONGEST_SLEEP
        self._environment.bell.pulse.step(self._clock(), looks=self._polling.count, listeners=self._listening.count)
        at = await self._environment.database.read(_find_next)
        seconds = _LONGEST_SLEEP if at is None else (at - self._clock()) / 1_000_000
        return min(max(seconds, 0.0), _LONGEST_SLEEP)

    async def _run(self) -> None:
        pulse = self._environment.bell.pulse
        while True:
            try:
                seconds = await self.step()
            except UnavailableError as error:
                _log.warning("schedules cannot be looked at, trying again: %s", error)
                pulse.fail(str(error))
                seconds = _PATIENCE_SECONDS
            except Exception as error:  # noqa: BLE001 (one fault must not stop all schedules)
                _log.exception("a fault of the scheduler, trying again")
                pulse.fail(repr(error))
                seconds = _PATIENCE_SECONDS
            await self._environment.bell.wait(seconds)

    async def _declare(self) -> None:
        """See to the flows of versions that stored no triggers; again and again until that is done."""
        if not self._has_declared:
            await declare_all(self._environment)
            self._has_declared = True

    async def _keep(self) -> None:
        """Renew the lease, and look for ends nobody told of, when it is time to."""
        now = self._clock()
        self._tenure.note_time(now)
        for execution_id in self._environment.bell.take_followed():
            self._ends.follow(execution_id)
        await self._listening.stop_void()
        await self._tenure.renew(now)
        if now - self._swept_at >= SWEEP_MICROS:
            await self._ends.sweep()
            await self._environment.database.write(lambda connection: purge_removed(connection, now - KEPT_MICROS))
            self._swept_at = now

    async def _look_at_due(self) -> bool:
        """Look at what is due; tells whether there was anything."""
        now = self._clock()
        due = await self._environment.database.read(lambda connection: list_due(connection, now, limit=DUE_AT_ONCE))
        for start in range(0, len(due), READ_AT_ONCE):
            page = due[start : start + READ_AT_ONCE]
            await preload_flows(self._environment, (one.key[:2] for one in page if one.begin_at is None))
            waiting = iter(page)
            while outcomes := await self._look_at_some(waiting):
                await self._store(outcomes)
        return bool(due)

    async def _look_at_some(self, due: Iterator[StoredTrigger]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        began_at = breathed_at = time.monotonic()
        for trigger in due:
            outcomes.append(await self._look(trigger))
            now = time.monotonic()
            if now - began_at >= SLICE_SECONDS:
                break
            if now - breathed_at >= BREATH_SECONDS:
                await asyncio.sleep(0)  # others on the loop, such as requests, need not wait for all looks
                breathed_at = time.monotonic()
        return outcomes

    async def _look(self, trigger: StoredTrigger) -> Outcome:
        if trigger.kind == POLLING:
            return Outcome(begun(trigger, self._clock()), is_poll=True)
        if trigger.kind == REALTIME:
            return self._listening.look(trigger)
        return await look(self._environment, trigger, self._tenure.since)

    async def _store(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Store outcomes and do what follows; gives those that were void."""
        lease = self._tenure.lease
        if lease is None:
            return []
        saved = await self._environment.database.write(lambda connection: save_outcomes(connection, lease, outcomes))
        self._tell(saved.looked)
        for start in saved.started:
            self._environment.bell.pulse.count(start.execution)
            if start.firing.is_open:
                self._ends.expect(start.execution.id)
        await self._executions.take_in(start.execution for start in saved.started)
        for trigger in saved.polls:
            if trigger.kind == REALTIME:
                self._listening.begin(trigger)
            else:
                self._polling.begin(trigger)
        return saved.void

    def _note_released(self, keys: Sequence[TriggerKey]) -> None:
        self._tell(keys)
        self._environment.bell.ring()

    def _tell(self, keys: Sequence[TriggerKey]) -> None:
        """Tell those who follow triggers how these are now."""
        for key in keys:
            self._environment.streams.publish(trigger_changed(key))

    async def _begin_gathered(self) -> bool:
        """Begin what comes of gathered events that are due; tells whether there were any."""
        lease = self._tenure.lease
        if lease is None:
            return False
        count, begun = await begin_due(self._environment, lease)
        for one in begun:
            if one.is_open:
                self._ends.expect(one.execution.id)
        await self._executions.take_in(one.execution for one in begun)
        return count > 0


def _find_next(connection: Connection) -> int | None:
    """When a trigger is to be looked at next, or events are due that one has gathered."""
    dates = (find_next_look(connection), find_next_due(connection))
    return min((at for at in dates if at is not None), default=None)
