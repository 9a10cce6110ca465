"""What must never stop anything else: broken decisions, commits that fail, flows that are gone, unknown types."""

from __future__ import annotations

import pytest

import tiercel.executor.turn
from executor.stage import open_stage
from executor.test_first import TWO
from tiercel.errors import UnavailableError
from tiercel.model.event import TaskRunEnded
from tiercel.model.state import State
from worker import tasks

WORK = """
id: work
namespace: dev
tasks:
  - {id: work, type: test.Double, number: 4}
"""

LONG = f"""
id: long
namespace: dev
tasks:
  - {{id: say, type: io.kestra.plugin.core.log.Log, message: "{"long " * 4000}"}}
"""


@pytest.fixture
async def stage(tmp_path):
    async with open_stage(tmp_path) as opened:
        for plugin in tasks.ALL:
            opened.registry.add(plugin)
        yield opened


class Disk:
    """The real database with a limit on its size, as a full disk sets it."""

    def __init__(self, database):
        self.database = database

    async def fill(self):
        """Leave no room for another page."""
        pages = await self.database.read(lambda connection: connection.fetch("PRAGMA page_count")[0][0])
        await self.database.write(lambda connection: connection.fetch(f"PRAGMA max_page_count = {pages}"))

    async def empty(self):
        """Make room again."""
        await self.database.write(lambda connection: connection.fetch("PRAGMA max_page_count = 1000000"))


@pytest.fixture
def disk(stage):
    return Disk(stage.environment.database)


async def test_a_broken_decision_fails_its_execution_only(stage, monkeypatch):
    decide_all = tiercel.executor.turn.decide_all

    def broken(run, events, facts):
        if run.execution.flow_id == "work" and any(isinstance(event, TaskRunEnded) for event in events):
            raise KeyError("a fault")
        return decide_all(run, events, facts)

    monkeypatch.setattr(tiercel.executor.turn, "decide_all", broken)
    execution = await stage.start(WORK)
    other = await stage.run(TWO)
    ended = await stage.executor.wait(execution.id)
    assert other.state is State.SUCCESS
    assert ended.state is State.FAILED
    assert "a fault" in (await stage.stored(execution.id)).error
    assert [run.state for run in await stage.task_runs(execution.id)] == [State.FAILED]


async def test_a_full_disk_refuses_starts_and_nothing_hangs(stage, disk):
    flow = await stage.save(LONG)
    await disk.fill()
    refused = 0
    for _ in range(5):
        execution = await stage.prepare(flow)
        try:
            await stage.executor.start(execution)
        except UnavailableError as error:
            refused += 1
            assert "full" in str(error)  # noqa: PT017 (how many are refused depends on the room left in pages)
    await disk.empty()
    ended = await stage.executor.run(await stage.prepare(flow))
    assert refused
    assert ended.state is State.SUCCESS


async def test_results_of_workers_survive_a_full_disk(stage, disk):
    tasks.GATE.clear()
    execution = await stage.start("id: deaf\nnamespace: dev\ntasks: [{id: work, type: test.Large}]\n")
    await disk.fill()
    tasks.GATE.set()
    with stage.executor.stream.subscribe(execution.id) as feed:
        assert await feed.next(0.5) is None
    await disk.empty()
    ended = await stage.executor.wait(execution.id)
    runs = await stage.task_runs(execution.id)
    assert ended.state is State.SUCCESS
    assert len(runs) == 1
    assert len(runs[0].attempts) == 1


async def test_an_execution_whose_type_is_gone_fails_with_a_clear_message(tmp_path):
    async with open_stage(tmp_path) as stage:
        stage.registry.add(tasks.Deaf)
        tasks.GATE.clear()
        execution = await stage.start("id: gone\nnamespace: dev\ntasks: [{id: work, type: test.Deaf}]\n")
    tasks.GATE.set()
    async with open_stage(tmp_path) as stage:
        ended = await stage.executor.wait(execution.id)
        lines = [line.message for line in await stage.logs(execution.id)]
    assert ended.state is State.FAILED
    assert any("test.Deaf" in line for line in lines)
