"""What callers are told while the server starts and stops."""

from __future__ import annotations

import asyncio

import pytest

from executor.stage import clock, open_stage
from tiercel.errors import UnavailableError
from tiercel.executor.executor import Executor, Parts
from tiercel.executor.stream import Stream

PAUSE = """
id: pause
namespace: dev
tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]
"""


async def test_before_the_opening_the_call_may_be_repeated(tmp_path):
    async with open_stage(tmp_path) as stage:
        environment = stage.environment
        parts = Parts(
            database=environment.database, clock=clock, new_id=environment.new_id, name="late", stream=Stream()
        )
        execution = await stage.prepare(await stage.save(PAUSE))
        with pytest.raises(UnavailableError, match="still starting; the same call may be repeated in a moment"):
            await Executor(parts).start(execution)


async def test_who_waits_for_an_end_is_told_that_it_goes_on(tmp_path):
    async with open_stage(tmp_path) as stage:
        execution = await stage.start(PAUSE)
        waiting = asyncio.ensure_future(stage.executor.wait(execution.id))
        await asyncio.sleep(0)
        await stage.executor.close()
        with pytest.raises(UnavailableError, match="is stopping; what has begun goes on when it runs again"):
            await waiting
