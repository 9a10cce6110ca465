"""Triggers that listen: begun where the scheduler is, kept under a lease in their row, begun anew when they fail.

The row of one that listens says until when; while it lives that is put off now and then. Should the process die, the
next scheduler finds the row due and begins it there. What is disabled, removed or declared otherwise is stopped in the
next step, which the change itself brings about.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from tiercel.errors import InvalidError, NotFoundError, TiercelError
from tiercel.model.log import LogEntry
from tiercel.operations.environment import Environment
from tiercel.operations.flows import load_flow
from tiercel.operations.listening import Listener
from tiercel.operations.polling import polling_assignment
from tiercel.operations.streams import trigger_changed
from tiercel.operations.trigger_lines import save_lines
from tiercel.repository.connection import Connection
from tiercel.repository.triggers import StoredTrigger, TriggerKey, find_trigger, update_trigger
from tiercel.scheduler.looks import Outcome
from tiercel.scheduler.polls import line_of

LEASE_MICROS = 60_000_000
FIRST_PAUSE_MICROS = 1_000_000
LONGEST_PAUSE_MICROS = 300_000_000

_log = logging.getLogger("tiercel.scheduler")


class Listening:
    """The triggers that listen in this process."""

    def __init__(self, environment: Environment, listener: Listener | None) -> None:
        self._environment = environment
        self._listener = listener
        self._tasks: dict[TriggerKey, asyncio.Task[None]] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._failures: dict[TriggerKey, int] = {}

    @property
    def count(self) -> int:
        """How many listen now."""
        return len(self._tasks)

    def look(self, trigger: StoredTrigger) -> Outcome:
        """Say what becomes of one that is due: its lease is put off, or it is to begin."""
        now = self._environment.clock()
        changed = replace(trigger, look_at=now + LEASE_MICROS, evaluated_at=now, updated_at=now)
        if trigger.key in self._tasks and trigger.begin_at is None:
            self._failures.pop(trigger.key, None)  # it has lived for a whole lease
            return Outcome(replace(changed, error=None, failed_at=None))
        begun = replace(changed, begin_at=None, held_until=None, reason=f"It listens since {_text(now)}.")
        return Outcome(begun, is_poll=True)

    def begin(self, trigger: StoredTrigger) -> None:
        """Begin, once what listens for the same trigger has stopped."""
        former = self.stop(trigger.key)
        if self._listener is not None:
            name = f"listening of {'.'.join(trigger.key)}"
            listening = self._listen(self._listener, trigger, former)
            self._tasks[trigger.key] = asyncio.create_task(listening, name=name)

    async def stop_void(self) -> None:
        """Stop what was disabled or removed since.

        Raises:
            UnavailableError: The database cannot be used.
        """
        if not self._tasks:
            return
        keys = list(self._tasks)
        rows = await self._environment.database.read(
            lambda connection: {key: find_trigger(connection, key) for key in keys}
        )
        for key, row in rows.items():
            if row is None or not row.can_fire:
                self._failures.pop(key, None)
                self.stop(key)

    def stop(self, key: TriggerKey) -> asyncio.Task[None] | None:
        """Tell one to stop; gives what ends when it has, None when it did not listen."""
        task = self._tasks.pop(key, None)
        if task is not None:
            task.cancel()
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)
        return task

    async def close(self) -> None:
        """Stop all, and wait until they have."""
        for key in list(self._tasks):
            self.stop(key)
        await asyncio.gather(*self._stopping, return_exceptions=True)

    async def _listen(self, listener: Listener, trigger: StoredTrigger, former: asyncio.Task[None] | None) -> None:
        """Listen until it fails, then have it begun anew after a pause."""
        key = trigger.key
        if former is not None:
            await asyncio.wait([former])
        try:
            error = await self._until_failed(listener, trigger)
        except Exception as fault:  # noqa: BLE001 (one trigger must not stop the others)
            _log.exception("listening for trigger %s failed", ".".join(key))
            error = f"Internal error: {fault!r}"
        self._tasks.pop(key, None)
        now = self._environment.clock()
        try:
            await self._environment.database.write(lambda connection: self._fail(connection, trigger, error, now))
            self._environment.streams.publish(trigger_changed(key))
        except TiercelError as fault:
            _log.warning("that trigger %s failed could not be stored: %s", ".".join(key), fault)
        self._environment.bell.ring()

    async def _until_failed(self, listener: Listener, trigger: StoredTrigger) -> str:
        environment, key = self._environment, trigger.key

        def keep(lines: Sequence[LogEntry]) -> None:
            task = asyncio.ensure_future(save_lines(environment, [line_of(line, key) for line in lines]))
            task.add_done_callback(_warn)

        try:
            flow = await load_flow(environment, key[:2])
        except NotFoundError:
            return "Its flow does not exist."
        except InvalidError as error:
            return f"Its flow can no longer be read: {error}"
        definition = next((one for one in flow.triggers if one.id == key[2]), trigger.definition)
        event = await listener.listen(polling_assignment(environment, flow, definition), keep)
        return event.error or "It ended of itself."

    def _fail(self, connection: Connection, begun: StoredTrigger, error: str, now: int) -> None:
        row = find_trigger(connection, begun.key)
        if row is None or not row.can_fire or row.begin_at is not None:
            return
        if row.fired_at is not None and row.fired_at >= (begun.evaluated_at or 0):
            self._failures.pop(row.key, None)
        count = self._failures.get(row.key, 0)
        self._failures[row.key] = count + 1
        again_at = now + min(FIRST_PAUSE_MICROS << min(count, 20), LONGEST_PAUSE_MICROS)
        reason = f"It begins to listen again {_text(again_at)}: {error}"
        changed = replace(row, look_at=again_at, reason=reason, error=error, failed_at=now, updated_at=now)
        update_trigger(connection, changed)


def _warn(saving: asyncio.Future[None]) -> None:
    if not saving.cancelled() and saving.exception() is not None:
        _log.warning("lines of a trigger could not be stored: %s", saving.exception())


def _text(at: int) -> str:
    return datetime.fromtimestamp(at // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
