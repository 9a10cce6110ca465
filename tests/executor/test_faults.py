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


@pytest.fixture
async def stage(tmp_path):
    async with open_stage(tmp_path) as opened:
        for plugin in tasks.ALL:
            opened.registry.add(plugin)
        yield opened


class Failing:
    """A database whose next writes of batches fail."""

    def __init__(self, inner, error):
        self.inner = inner
        self.error = error
        self.failures = 0

    async def read(self, work):
        return await self.inner.read(work)

    async def write(self, work):
        if self.failures and "Executor._commit" in work.__qualname__:
            self.failures -= 1
            raise self.error
        return await self.inner.write(work)


@pytest.fixture
def failing(stage, monkeypatch):
    database = Failing(stage.environment.database, UnavailableError("the disk is full"))
    parts = stage.executor._parts
    monkeypatch.setattr(stage.executor, "_parts", type(parts)(**{**fields(parts), "database": database}))
    return database


def fields(record):
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


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


async def test_a_start_that_cannot_be_stored_is_refused_and_the_next_one_works(stage, failing):
    flow = await stage.save(TWO)
    failing.failures = 1
    with pytest.raises(UnavailableError, match="the disk is full"):
        await stage.executor.start(await stage.prepare(flow))
    ended = await stage.executor.run(await stage.prepare(flow))
    assert ended.state is State.SUCCESS


async def test_results_of_workers_survive_commits_that_fail(stage, failing, monkeypatch):
    tasks.GATE.clear()
    execution = await stage.start("id: deaf\nnamespace: dev\ntasks: [{id: work, type: test.Deaf}]\n")
    failing.failures = 3
    tasks.GATE.set()
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
