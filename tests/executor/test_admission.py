"""Limits on how many executions of a flow run at once."""

from __future__ import annotations

import pytest

from executor.stage import open_stage
from tiercel.model.event import KillRequested, RunForced
from tiercel.model.state import State
from worker import tasks


@pytest.fixture
async def stage(tmp_path):
    tasks.GATE.clear()
    async with open_stage(tmp_path) as opened:
        for plugin in tasks.ALL:
            opened.registry.add(plugin)
        yield opened
    tasks.GATE.set()


def limited(behavior: str, limit: int = 1) -> str:
    return (
        f"id: limited\nnamespace: dev\nconcurrency: {{limit: {limit}, behavior: {behavior}}}\n"
        "tasks: [{id: work, type: test.Deaf}]\n"
    )


async def start(stage, flow, count):
    executions = [await stage.prepare(flow) for _ in range(count)]
    for execution in executions:
        await stage.executor.start(execution)
    return [execution.id for execution in executions]


async def states(stage, ids):
    return [(await stage.stored(one)).state for one in ids]


async def test_what_is_above_the_limit_waits_and_starts_in_order(stage):
    flow = await stage.save(limited("QUEUE", 2))
    ids = await start(stage, flow, 5)
    assert await states(stage, ids) == [State.RUNNING, State.RUNNING, State.QUEUED, State.QUEUED, State.QUEUED]
    tasks.GATE.set()
    ended = [await stage.executor.wait(one) for one in ids]
    assert [one.state for one in ended] == [State.SUCCESS] * 5
    begun = [next(at for state, at in one.history if state is State.RUNNING) for one in ended]
    assert begun == sorted(begun)


@pytest.mark.parametrize(("behavior", "state"), [("CANCEL", State.CANCELLED), ("FAIL", State.FAILED)])
async def test_what_is_above_the_limit_ends_at_once(stage, behavior, state):
    ids = await start(stage, await stage.save(limited(behavior)), 2)
    refused = await stage.executor.wait(ids[1])
    assert refused.state is state
    assert await stage.task_runs(ids[1]) == []
    tasks.GATE.set()
    assert (await stage.executor.wait(ids[0])).state is State.SUCCESS


async def test_a_killed_one_gives_its_slot_back_and_a_queued_one_can_be_killed(stage, monkeypatch):
    monkeypatch.setattr("tiercel.worker.worker._GRACE_SECONDS", 0.05)
    ids = await start(stage, await stage.save(limited("QUEUE")), 3)
    for one in (ids[1], ids[0]):
        await stage.executor.submit(one, KillRequested(at=stage.environment.clock()))
        assert (await stage.executor.wait(one)).state is State.KILLED
    tasks.GATE.set()
    assert (await stage.executor.wait(ids[2])).state is State.SUCCESS


async def test_a_queued_one_can_be_forced(stage):
    ids = await start(stage, await stage.save(limited("QUEUE")), 2)
    await stage.executor.submit(ids[1], RunForced(at=stage.environment.clock()))
    assert await states(stage, ids) == [State.RUNNING, State.RUNNING]


async def test_queues_survive_a_restart(tmp_path):
    tasks.GATE.clear()
    async with open_stage(tmp_path) as stage:
        stage.registry.add(tasks.Deaf)
        ids = await start(stage, await stage.save(limited("QUEUE")), 3)
    tasks.GATE.set()
    async with open_stage(tmp_path, plugins=[tasks.Deaf]) as stage:
        ended = [await stage.executor.wait(one) for one in ids]
    assert [one.state for one in ended] == [State.SUCCESS] * 3
