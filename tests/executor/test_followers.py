"""Who begins to follow while a commit is under way misses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from executor.stage import open_stage
from tiercel.model.state import State
from tiercel.operations.actor import LOCAL
from tiercel.operations.executions import follow_execution
from tiercel.operations.replaying import resume
from tiercel.repository.connection import Connection

PAUSE = "id: wait\nnamespace: dev\ntasks: [{id: pause, type: io.kestra.plugin.core.flow.Pause}]\n"


async def test_the_end_reaches_those_who_came_during_its_commit(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        execution = await stage.start(PAUSE)
        environment, database = stage.environment, stage.environment.database
        write, has_begun = database.write, asyncio.Event()
        seen: list[State] = []
        following: list[asyncio.Future[None]] = []

        async def follow() -> None:
            async for found in await follow_execution(environment, LOCAL, execution.id):
                seen.append(found.execution.state)
                has_begun.set()

        async def write_late(work: Callable[[Connection], object]) -> object:
            patch.undo()
            following.append(asyncio.ensure_future(follow()))
            await has_begun.wait()  # it has read what was before this commit
            return await write(work)

        patch = pytest.MonkeyPatch()
        patch.setattr(database, "write", write_late)
        await resume(environment, LOCAL, execution.id, {})
        async with asyncio.timeout(60):
            await following[0]
    assert seen[0] is State.PAUSED
    assert seen[-1] is State.SUCCESS
