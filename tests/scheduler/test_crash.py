"""Schedules fire every second in a process that is killed again and again: no date is lost, none is run twice.

``TEST_TIERCEL_CRASHES`` and ``TEST_TIERCEL_CRASH_FLOWS`` make it as long as wanted.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections import Counter
from pathlib import Path

from scheduler.clockwork import trigger_of
from tiercel.cli.wiring import open_installation
from tiercel.model.execution import Execution
from tiercel.model.state import State
from tiercel.operations.settings import Settings
from tiercel.repository.executions import SELECTED
from tiercel.repository.firings import list_open

CRASHES = int(os.environ.get("TEST_TIERCEL_CRASHES", "3"))
FLOWS = int(os.environ.get("TEST_TIERCEL_CRASH_FLOWS", "5"))
SEED = int(os.environ.get("TEST_TIERCEL_CRASH_SEED", "5"))
SECOND = 1_000_000


async def test_no_date_is_lost_or_doubled_when_the_process_is_killed(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 (when to kill, the same each time)
    for _ in range(CRASHES):
        await _run_and_kill(tmp_path, chance.uniform(0.2, 1.6))
    executions, now = await _recover(tmp_path)
    dates: dict[tuple[str, str], list[int]] = {}
    for execution in executions:
        dates.setdefault((execution.flow_id, trigger_of(execution).id), []).append(
            (execution.scheduled_at or 0) // SECOND
        )
    assert len(dates) == 2 * FLOWS
    for key, seconds in dates.items():
        doubled = [second for second, count in Counter(seconds).items() if count > 1]
        assert not doubled, f"{key} ran {doubled} twice"
        lost = set(range(min(seconds), max(seconds) + 1)) - set(seconds)
        assert not lost, f"{key} lost {sorted(lost)}"
        assert max(seconds) >= now // SECOND - 2
    assert {execution.state for execution in executions} == {State.SUCCESS}
    sys.stderr.write(f"\n{len(executions)} firings over {CRASHES} kills\n")


async def _run_and_kill(home: Path, seconds: float) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "scheduler.crash_site",
        str(home),
        str(FLOWS),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"open\n"
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        process.kill()
    assert await process.wait() == -9


async def _recover(home: Path) -> tuple[list[Execution], int]:
    """Open what is left, let it catch up, and give all executions once nothing is under way."""
    settings = Settings(home=str(home))
    async with open_installation(settings, {}, is_durable=False, is_discovering=False) as installation:
        environment = installation.environment
        started_at = environment.clock()
        behind = (
            "SELECT count(*) FROM triggers WHERE next_at < ? OR (look_at IS NULL AND execution_id IS NULL)",
            (started_at,),
        )
        with environment.streams.subscribe() as changes:
            while (await environment.database.read(lambda c: c.fetch(*behind)))[0][0]:
                await changes.next(1)
    async with open_installation(
        settings, {}, is_durable=False, is_discovering=False, is_scheduling=False
    ) as installation:
        environment = installation.environment
        rows = await environment.database.read(lambda c: c.fetch(f"{SELECTED} ORDER BY id"))
        executions = [await installation.executor.wait(row[0]) for row in rows]
        ended, waiting = await environment.database.read(list_open)
        assert len(ended) <= len(executions)
        assert not waiting
    return executions, started_at
