"""What a trigger is told when one of its executions is over: its lock is gone, and ``stopAfter`` may switch it off.

The executor tells of ends while it runs in this process. What it cannot tell, since the process stopped in between or
the execution was removed, is found by comparing the open firings with the executions.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from tiercel.errors import TiercelError
from tiercel.model.execution import Execution
from tiercel.model.state import State
from tiercel.repository.connection import Connection
from tiercel.repository.database import Database
from tiercel.repository.firings import Ended, close_firing, list_open
from tiercel.repository.triggers import StoredTrigger, TriggerKey, find_trigger, update_trigger
from tiercel.scheduler.ports import Executions

_log = logging.getLogger("tiercel.scheduler")


class Ends:
    """Waits for the ends of executions that triggers must be told of, and tells many at once."""

    def __init__(
        self,
        database: Database,
        executions: Executions,
        clock: Callable[[], int],
        on_change: Callable[[Sequence[TriggerKey]], None],
    ) -> None:
        self._database = database
        self._executions = executions
        self._clock = clock
        self._on_change = on_change
        self._waiting: dict[str, asyncio.Future[Execution]] = {}
        self._untold: list[Ended] = []
        self._telling: asyncio.Task[None] | None = None

    def expect(self, execution_id: str) -> None:
        """Tell the trigger of an execution, which has not begun yet, when it is over."""
        self._await(execution_id, self._executions.expect_end(execution_id))

    def follow(self, execution_id: str) -> None:
        """Tell the trigger of an execution, which may have begun or be over, when it is over."""
        if execution_id not in self._waiting:
            self._await(execution_id, asyncio.ensure_future(self._executions.wait(execution_id)))

    async def sweep(self) -> None:
        """Tell triggers of all ends they have not been told of, and wait for the others.

        Raises:
            UnavailableError: The database cannot be used.
        """
        ended, open_ids = await self._database.read(list_open)
        if ended:
            await self._tell(ended)
        for one in ended:
            if one.execution_id in self._waiting:
                self._waiting[one.execution_id].cancel()  # it was removed, or its end was not heard of
        for execution_id in open_ids:
            self.follow(execution_id)

    async def close(self) -> None:
        """Stop waiting; what ends from now on is found by the next scheduler."""
        waiting: list[asyncio.Future[Any]] = list(self._waiting.values())
        if self._telling is not None:
            waiting.append(self._telling)
        for future in waiting:
            future.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    def _await(self, execution_id: str, future: asyncio.Future[Execution]) -> None:
        self._waiting[execution_id] = future
        future.add_done_callback(partial(self._note, execution_id))

    def _note(self, execution_id: str, future: asyncio.Future[Execution]) -> None:
        """Have an end told; one that cannot be is found by the next sweep."""
        self._waiting.pop(execution_id, None)
        if future.cancelled() or future.exception() is not None:
            return
        self._untold.append(Ended(execution_id, future.result().state))
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell_all(), name="ends")

    async def _tell_all(self) -> None:
        try:
            while self._untold:
                ended, self._untold = self._untold, []
                await self._tell(ended)
        except TiercelError as error:
            _log.warning("triggers are told later that executions ended: %s", error)
        finally:
            self._telling = None

    async def _tell(self, ended: Sequence[Ended]) -> None:
        now = self._clock()

        def tell(connection: Connection) -> list[TriggerKey]:
            told = (release(connection, one, now) for one in ended)
            return [key for key in told if key is not None]

        self._on_change(await self._database.write(tell))


def release(connection: Connection, ended: Ended, now: int) -> TriggerKey | None:
    """Tell the trigger of an execution that it is over; the second time does nothing. Gives it when that changed it."""
    key = close_firing(connection, ended.execution_id)
    trigger = find_trigger(connection, key) if key is not None else None
    if trigger is None:
        return None
    changed = _stopped(trigger, ended.state, now)
    if trigger.execution_id == ended.execution_id:
        changed = replace(changed, execution_id=None, locked_at=None, held_until=now, updated_at=now)
    if changed is trigger:
        return None
    update_trigger(connection, changed.woken(now))
    return key


def _stopped(trigger: StoredTrigger, state: State | None, now: int) -> StoredTrigger:
    if state is None or state.value not in trigger.definition.stop_after or trigger.is_disabled:
        return trigger
    reason = f"It was switched off because an execution of it ended {state} (stopAfter)."
    return replace(trigger, is_disabled=True, reason=reason, updated_at=now)
