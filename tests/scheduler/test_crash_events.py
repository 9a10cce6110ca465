"""Triggers that hear and find numbers in a process that is killed again and again: none is lost, none is doubled.

``TIERCEL_CRASHES`` makes it as long as wanted; about a hundred firings come between two kills, so 150 make 10,000.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys

from tiercel.cli.wiring import open_installation
from tiercel.operations.settings import Settings
from tiercel.repository.executions import SELECTED, from_row

CRASHES = int(os.environ.get("TIERCEL_CRASHES", "3"))


async def test_no_event_is_lost_or_doubled_when_the_process_is_killed(tmp_path):
    chance = random.Random(7)  # noqa: S311 (when to kill, the same each time)
    for _ in range(CRASHES):
        await _run_and_kill(tmp_path, chance.uniform(0.5, 2.0))
    settings = Settings(home=str(tmp_path))
    async with open_installation(
        settings, {}, is_durable=False, is_discovering=False, is_scheduling=False
    ) as installation:
        rows = await installation.environment.database.read(lambda c: c.fetch(f"{SELECTED} ORDER BY id"))
    numbers = {"hears": [], "finds": []}
    for execution in map(from_row, rows):
        numbers[execution.trigger.id].append(execution.trigger.variables["n"])
    for name, found in numbers.items():
        assert sorted(found) == list(range(len(found))), name
        assert found, name
    sys.stderr.write(f"\n{len(rows)} firings over {CRASHES} kills\n")


async def _run_and_kill(home, seconds):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "scheduler.event_site",
        str(home),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert await process.stdout.readline() == b"open\n"
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        process.kill()
    assert await process.wait() == -9
