"""An installation whose clock a test sets, with a scheduler that does one step at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import structs

from tiercel.executor.executor import Executor, Parts
from tiercel.executor.ports import staff_of
from tiercel.executor.stream import Stream
from tiercel.model.execution import Execution, ExecutionTrigger
from tiercel.operations import flows, triggers
from tiercel.operations.actor import LOCAL
from tiercel.operations.environment import Environment
from tiercel.operations.ids import id_source
from tiercel.operations.settings import Settings
from tiercel.operations.trigger_health import explain
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.registry import Registry
from tiercel.repository.executions import SELECTED, from_row
from tiercel.repository.firings import list_open
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.repository.triggers import StoredTrigger, find_next_look
from tiercel.scheduler.scheduler import Scheduler
from tiercel.storage.local import open_local_storage
from tiercel.testing.clock import FakeClock
from tiercel.worker.worker import Worker

NAMESPACE = "dev"
START = datetime(2026, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def text_of(at: int | None) -> str:
    return "" if at is None else (EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S")


def trigger_of(execution: Execution) -> ExecutionTrigger:
    """What started it."""
    assert execution.trigger is not None
    return execution.trigger


def flow_with(*lines: str, flow_id: str = "flow", cron: str = "0 * * * *", extra: str = "") -> str:
    """A flow with one schedule named tick."""
    own = "".join(f"    {line}\n" for line in lines)
    timing = f"    cron: '{cron}'\n" if cron else ""
    kind = "Schedule" if cron else "ScheduleOnDates"
    return (
        f"id: {flow_id}\nnamespace: {NAMESPACE}\n{extra}"
        "tasks:\n  - {id: hello, type: io.kestra.plugin.core.log.Log, message: hello}\n"
        f"triggers:\n  - id: tick\n    type: io.kestra.plugin.core.trigger.{kind}\n{timing}{own}"
    )


@dataclass
class Clockwork:
    """What a test works with."""

    environment: Environment
    executor: Executor
    scheduler: Scheduler
    clock: FakeClock

    async def save(self, source: str) -> None:
        """Store a flow, and look at its triggers."""
        await flows.save_flow(self.environment, LOCAL, source)
        await self.scheduler.step()

    async def trigger(self, flow_id: str = "flow", trigger_id: str = "tick") -> StoredTrigger:
        """A trigger as it is stored."""
        return await triggers.get_trigger(self.environment, LOCAL, (NAMESPACE, flow_id, trigger_id))

    async def why(self, flow_id: str = "flow") -> str:
        """Why it does not fire now."""
        return explain(await self.trigger(flow_id), self.clock())

    async def why_of(self, trigger_id: str) -> str:
        """Why another trigger of the flow does not fire now."""
        return explain(await self.trigger(trigger_id=trigger_id), self.clock())

    async def pass_time(self, **by: float) -> None:
        """Let time pass at once, as when nothing runs meanwhile, then do all that follows."""
        self.clock.advance(timedelta(**by))
        await self.run()

    async def live(self, **by: float) -> None:
        """Let time pass while the scheduler goes on: it is awake a second before each date, and at the date."""
        until = self.clock() + timedelta(**by) // timedelta(microseconds=1)
        while True:
            look_at = await self.environment.database.read(find_next_look)
            if look_at is None or look_at > until:
                self.clock.advance(timedelta(microseconds=until - self.clock()))
                await self.run()
                return
            for at in (look_at - 1_000_000, look_at):
                self.clock.advance(timedelta(microseconds=max(0, at - self.clock())))
                await self.run()

    async def run(self) -> None:
        """Step until nothing is due and no trigger waits for an execution."""
        async with asyncio.timeout(60):
            while True:
                await self.scheduler.step()
                untold, look_at = await self.environment.database.read(
                    lambda connection: (any(list_open(connection)), find_next_look(connection))
                )
                if untold:
                    await self.environment.bell.wait(5)
                elif look_at is None or look_at > self.clock():
                    return

    async def executions(self, flow_id: str = "flow") -> list[Execution]:
        """Its executions in the order they were made, each over."""
        rows = await self.environment.database.read(
            lambda connection: connection.fetch(f"{SELECTED} WHERE flow_id = ? ORDER BY id", (flow_id,))
        )
        found = [from_row(row) for row in rows]
        return [await self.executor.wait(one.id) for one in found]

    async def dates(self, flow_id: str = "flow") -> list[str]:
        """The dates it fired for, in the order of the executions."""
        return [text_of(one.scheduled_at) for one in await self.executions(flow_id)]


@asynccontextmanager
async def open_clockwork(
    home: Path, clock: FakeClock | None = None, plugins_added: Sequence[type[Plugin]] = (), **settings: object
) -> AsyncIterator[Clockwork]:
    """Open everything on a folder with a clock that stands still; close it in order."""
    clock = clock or FakeClock(START)
    database = SqliteDatabase.open(home, is_durable=False)
    new_id, stream = id_source(clock), Stream()
    registry = Registry(("tiercel.tasks",), is_discovering=False)
    for plugin in plugins_added:
        registry.add(plugin)
    executor = Executor(Parts(database=database, clock=clock, new_id=new_id, name=new_id(), stream=stream))
    environment = Environment(
        database=database,
        storage=open_local_storage(home / "storage"),
        types=registry,
        transport=executor,
        streams=stream,
        clock=clock,
        new_id=new_id,
        settings=structs.replace(Settings(home=str(home)), **settings),
    )
    worker = Worker(environment, registry, home / "work")
    environment = replace(environment, outside=worker.outside, pollster=worker.polls)
    try:
        await worker.open(executor)
        await executor.open(staff_of(environment, worker, worker.load_outputs))
        scheduler = Scheduler(environment, executor, worker.polls, worker.listeners)
        await scheduler.claim(is_only=True)
        yield Clockwork(environment, executor, scheduler, clock)
        await scheduler.close()
        await executor.close()
    finally:
        worker.close()
        await database.close()
