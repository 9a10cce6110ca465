"""The looks that workers take on behalf of this scheduler: each in a task of its own, stored when it is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from tiercel.errors import TiercelError
from tiercel.operations.environment import Environment
from tiercel.operations.pollster import Pollster
from tiercel.operations.trigger_lines import save_lines
from tiercel.repository.triggers import StoredTrigger, TriggerKey, find_trigger
from tiercel.scheduler.looks import Outcome
from tiercel.scheduler.polls import poll, renewed

_log = logging.getLogger("tiercel.scheduler")


class Polling:
    """The looks under way, one at the most for each trigger.

    ``store`` stores outcomes and gives those that were void.
    """

    def __init__(
        self,
        environment: Environment,
        pollster: Pollster | None,
        store: Callable[[Sequence[Outcome]], Awaitable[list[Outcome]]],
    ) -> None:
        self._environment = environment
        self._pollster = pollster
        self._store = store
        self._tasks: dict[TriggerKey, asyncio.Task[None]] = {}

    @property
    def count(self) -> int:
        """How many there are now."""
        return len(self._tasks)

    def begin(self, trigger: StoredTrigger) -> None:
        """Have a worker look; no effect while one does."""
        if self._pollster is None or trigger.key in self._tasks:
            return
        task = asyncio.create_task(self._look(self._pollster, trigger), name=f"look of {'.'.join(trigger.key)}")
        self._tasks[trigger.key] = task
        task.add_done_callback(lambda _: self._tasks.pop(trigger.key, None))

    async def close(self) -> None:
        """Stop all, and wait until they have."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _look(self, pollster: Pollster, trigger: StoredTrigger) -> None:
        """Have a worker look, then store what it found; should that fail, the deadline of the look brings the next."""
        database = self._environment.database
        try:
            outcome, logs = await poll(self._environment, pollster, trigger)
            while await self._store([outcome]):
                current = await database.read(lambda connection: find_trigger(connection, trigger.key))
                if current is None:
                    break
                outcome = renewed(outcome, current)
            await save_lines(self._environment, logs)
        except TiercelError as error:
            _log.warning("what trigger %s found could not be stored: %s", ".".join(trigger.key), error)
        except Exception:  # noqa: BLE001 (one trigger must not stop the others)
            _log.exception("looking for trigger %s failed", ".".join(trigger.key))
        self._tasks.pop(trigger.key, None)
        self._environment.bell.ring()
