"""A process whose schedules fire every second until it is killed: ``python -m scheduler.crash_site HOME FLOWS``."""

from __future__ import annotations

import asyncio
import sys

from tiercel.cli.wiring import open_installation
from tiercel.operations.actor import LOCAL
from tiercel.operations.flows import save_flow
from tiercel.operations.settings import Settings

SOURCE = """
id: flow{number}
namespace: crash
tasks:
  - {{id: hello, type: io.kestra.plugin.core.log.Log, message: "{{{{ trigger.date }}}}"}}
triggers:
  - {{id: alone, type: io.kestra.plugin.core.trigger.Schedule, cron: "* * * * * *", withSeconds: true}}
  - id: beside
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "* * * * * *"
    withSeconds: true
    allowConcurrent: true
"""


async def work(home: str, count: int) -> None:
    """Serve schedules until the process ends."""
    settings = Settings(home=home)
    async with open_installation(settings, {}, is_durable=False, is_discovering=False) as installation:
        for number in range(count):
            await save_flow(installation.environment, LOCAL, SOURCE.format(number=number))
        sys.stdout.write("open\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
