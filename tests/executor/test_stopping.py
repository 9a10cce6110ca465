"""What callers are told while the server starts and stops."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import tiercel.executor.shards
from executor.stage import clock, open_stage
from tiercel.errors import UnavailableError
from tiercel.executor.executor import Executor, Parts
from tiercel.executor.stream import Stream

PAUSE = """
id: pause
namespace: dev
tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]
"""


async def test_before_the_opening_the_call_may_be_repeated(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        environment = stage.environment
        parts = Parts(
            database=environment.database, clock=clock, new_id=environment.new_id, name="late", stream=Stream()
        )
        execution = await stage.prepare(await stage.save(PAUSE))
        with pytest.raises(UnavailableError, match="still starting; the same call may be repeated in a moment"):
            await Executor(parts).start(execution)


async def test_who_waits_for_an_end_is_told_that_it_goes_on(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        execution = await stage.start(PAUSE)
        waiting = asyncio.ensure_future(stage.executor.wait(execution.id))
        await asyncio.sleep(0)
        await stage.executor.close()
        with pytest.raises(UnavailableError, match="is stopping; what has begun goes on when it runs again"):
            await waiting


async def test_who_watches_is_told_when_the_leases_are_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tiercel.executor.shards, "_RENEWAL_SECONDS", 0.01)
    async with open_stage(tmp_path) as stage, asyncio.timeout(60):
        watching = asyncio.ensure_future(stage.executor.until_broken())
        await stage.run(PAUSE.replace("core.flow.Pause", "core.debug.Return"))
        assert not watching.done()
        take = "UPDATE shards SET owner = 'another', epoch = epoch + 1 WHERE shard = 3"
        await stage.environment.database.write(lambda connection: connection.execute(take))
        await watching
    (line,) = [record for record in caplog.records if record.levelname == "CRITICAL"]
    assert line.getMessage() == (
        "the executor cannot go on, its task 'leases' has ended: "
        "the lease of shard 3 is lost: another executor owns it now"
    )


async def test_a_closing_is_no_fault(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with open_stage(tmp_path):
        pass
    assert [record for record in caplog.records if record.levelname == "CRITICAL"] == []
