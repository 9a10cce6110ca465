"""A process whose triggers hear and find numbers until it is killed: ``python -m scheduler.event_site HOME``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

from tiercel.cli.wiring import open_installation
from tiercel.operations.actor import LOCAL
from tiercel.operations.flows import save_flow
from tiercel.operations.settings import Settings
from tiercel.plugins import Json, PollingTrigger, RealtimeTrigger, RunContext, TriggerEvent

SOURCE = """
id: flow
namespace: crash
tasks:
  - {id: hello, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.n }}"}
triggers:
  - {id: hears, type: test.Hears}
  - {id: finds, type: test.Finds, interval: PT1S, allowConcurrent: true}
"""


class Hears(RealtimeTrigger, type="test.Hears", example="type: test.Hears"):
    """Hears the numbers one after another; the last one before it was interrupted, and some others, come again."""

    def listen(self, ctx: RunContext) -> Iterator[TriggerEvent]:
        kept = ctx.kept_before()
        number = kept if isinstance(kept, int) else 0
        while not ctx.is_cancelled:
            for again in range(max(0, number - 2), number + 1):
                yield TriggerEvent(variables={"n": again}, key=str(again), state=number + 1)
            number += 1


class Finds(PollingTrigger, type="test.Finds", example="type: test.Finds"):
    """Finds one number after another."""

    def evaluate(self, ctx: RunContext) -> dict[str, Json]:
        kept = ctx.kept_before()
        number = kept if isinstance(kept, int) else 0
        ctx.keep(number + 1)
        return {"n": number}


async def work(home: str) -> None:
    """Serve the triggers until the process ends."""
    async with open_installation(
        Settings(home=home), {}, is_durable=False, is_discovering=False, is_scheduling=False
    ) as installation:
        for plugin in (Hears, Finds):
            installation.registry.add(plugin)
        await save_flow(installation.environment, LOCAL, SOURCE)
    async with open_installation(Settings(home=home), {}, is_durable=False, is_discovering=False) as installation:
        for plugin in (Hears, Finds):
            installation.registry.add(plugin)
        installation.environment.bell.ring()
        sys.stdout.write("open\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
