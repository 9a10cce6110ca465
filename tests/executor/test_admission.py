"""Limits on how many executions of a flow run at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from executor.stage import Stage, open_stage
from tiercel.engine import Facts, Plan, Run
from tiercel.engine.replaying import fresh_copy
from tiercel.errors import InvalidError
from tiercel.model.claims import claim_of
from tiercel.model.event import KillRequested, RestartRequested, ResumeRequested, RunForced
from tiercel.model.flow import Flow
from tiercel.model.state import State
from tiercel.operations.actor import LOCAL
from tiercel.operations.executions import delete_executions
from tiercel.operations.limits import explain_wait
from tiercel.operations.replaying import ReplayRequest, replay
from worker import tasks


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
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


async def start(stage: Stage, flow: Flow, count: int) -> list[str]:
    executions = [await stage.prepare(flow) for _ in range(count)]
    for execution in executions:
        await stage.executor.start(execution)
    return [execution.id for execution in executions]


async def states(stage: Stage, ids: list[str]) -> list[State]:
    return [(await stage.stored(one)).state for one in ids]


async def until_states(stage: Stage, ids: list[str], wanted: list[State]) -> None:
    """Wait for what a commit passes on to an execution that has to be read first."""
    async with asyncio.timeout(60):
        while True:
            if await states(stage, ids) == wanted:
                return
            await asyncio.sleep(0)


async def test_what_is_above_the_limit_waits_and_starts_in_order(stage: Stage) -> None:
    flow = await stage.save(limited("QUEUE", 2))
    ids = await start(stage, flow, 5)
    assert await states(stage, ids) == [State.RUNNING, State.RUNNING, State.QUEUED, State.QUEUED, State.QUEUED]
    tasks.GATE.set()
    ended = [await stage.executor.wait(one) for one in ids]
    assert [one.state for one in ended] == [State.SUCCESS] * 5
    begun = [next(at for state, at in one.history if state is State.RUNNING) for one in ended]
    assert begun == sorted(begun)


@pytest.mark.parametrize(("behavior", "state"), [("CANCEL", State.CANCELLED), ("FAIL", State.FAILED)])
async def test_what_is_above_the_limit_ends_at_once(stage: Stage, behavior: str, state: State) -> None:
    ids = await start(stage, await stage.save(limited(behavior)), 2)
    refused = await stage.executor.wait(ids[1])
    assert refused.state is state
    assert await stage.task_runs(ids[1]) == []
    tasks.GATE.set()
    assert (await stage.executor.wait(ids[0])).state is State.SUCCESS


async def test_a_killed_one_gives_its_slot_back_and_a_queued_one_can_be_killed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiercel.worker.attempts._GRACE_SECONDS", 0.05)
    ids = await start(stage, await stage.save(limited("QUEUE")), 3)
    for one in (ids[1], ids[0]):
        await stage.executor.submit(one, KillRequested(at=stage.environment.clock()))
        assert (await stage.executor.wait(one)).state is State.KILLED
    tasks.GATE.set()
    assert (await stage.executor.wait(ids[2])).state is State.SUCCESS


async def test_a_queued_one_can_be_forced(stage: Stage) -> None:
    ids = await start(stage, await stage.save(limited("QUEUE")), 2)
    await stage.executor.submit(ids[1], RunForced(at=stage.environment.clock()))
    assert await states(stage, ids) == [State.RUNNING, State.RUNNING]


async def test_queues_survive_a_restart(tmp_path: Path) -> None:
    tasks.GATE.clear()
    async with open_stage(tmp_path) as stage:
        stage.registry.add(tasks.Deaf)
        ids = await start(stage, await stage.save(limited("QUEUE")), 3)
    tasks.GATE.set()
    async with open_stage(tmp_path, plugins=[tasks.Deaf]) as stage:
        ended = [await stage.executor.wait(one) for one in ids]
    assert [one.state for one in ended] == [State.SUCCESS] * 3


FAILING = """
id: limited
namespace: dev
concurrency: {limit: 1, behavior: %s}
tasks:
  - {id: work, type: test.Deaf}
  - {id: bad, type: io.kestra.plugin.core.execution.Fail}
"""


async def fail_one(stage: Stage, flow: Flow) -> str:
    """Let one fail while the gate is open, then close it."""
    tasks.GATE.set()
    (failed,) = await start(stage, flow, 1)
    assert (await stage.executor.wait(failed)).state is State.FAILED
    tasks.GATE.clear()
    return failed


@pytest.mark.parametrize(
    ("behavior", "state", "micros"), [("QUEUE", State.QUEUED, 0), ("CANCEL", State.CANCELLED, 5_000)]
)
async def test_a_restart_needs_a_slot_as_a_start_does(
    stage: Stage, behavior: str, state: State, micros: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With no time for a turn there are turns, and commits, after the one that ends it: the end is told all the same.
    for place in ("turn.MICROS_A_TURN", "loop._SLICE_MICROS"):
        monkeypatch.setattr(f"tiercel.executor.{place}", micros)
    restartable = await stage.save(FAILING.replace("test.Deaf", "io.kestra.plugin.core.debug.Return") % behavior)
    failed = await fail_one(stage, restartable)
    (running,) = await start(stage, await stage.save(limited(behavior)), 1)
    await stage.executor.submit(failed, RestartRequested(at=stage.environment.clock()))
    assert await states(stage, [running, failed]) == [State.RUNNING, state]
    tasks.GATE.set()
    async with asyncio.timeout(60):
        await stage.executor.wait(running)
        ended = await stage.executor.wait(failed)
    history = [entered for entered, _ in ended.history]
    after = [State.RUNNING, State.FAILED] if behavior == "QUEUE" else []
    assert history[3:] == [State.RESTARTED, state, *after]


async def test_a_replay_needs_a_slot_as_a_start_does(stage: Stage) -> None:
    flow = await stage.save(limited("QUEUE"))
    (running,) = await start(stage, flow, 1)
    request = ReplayRequest(execution_id=running, task_run_id=None)
    replayed = (await replay(stage.environment, LOCAL, request)).execution.id
    assert await states(stage, [running, replayed]) == [State.RUNNING, State.QUEUED]
    tasks.GATE.set()
    assert (await stage.executor.wait(replayed)).state is State.SUCCESS


async def test_one_that_is_deleted_leaves_its_slot_or_its_place_to_others(stage: Stage) -> None:
    ids = await start(stage, await stage.save(limited("QUEUE")), 4)
    for gone in (ids[1], ids[0]):
        await delete_executions(stage.environment, LOCAL, [gone], with_live=True)
    await until_states(stage, ids[2:], [State.RUNNING, State.QUEUED])
    tasks.GATE.set()
    assert [(await stage.executor.wait(one)).state for one in ids[2:]] == [State.SUCCESS] * 2


async def test_slots_held_are_known_after_a_restart_of_the_process(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        paused = limited("QUEUE").replace("test.Deaf", "io.kestra.plugin.core.flow.Pause")
        flow = await stage.save(paused)
        ids = await start(stage, flow, 2)
        assert await states(stage, ids) == [State.PAUSED, State.QUEUED]
    async with open_stage(tmp_path) as stage:
        ids += await start(stage, flow, 1)
        assert await states(stage, ids) == [State.PAUSED, State.QUEUED, State.QUEUED]
        await stage.executor.submit(ids[0], ResumeRequested(at=stage.environment.clock()))
        await stage.executor.wait(ids[0])
        await until_states(stage, ids[1:], [State.PAUSED, State.QUEUED])


async def test_a_copy_that_takes_the_place_of_an_execution_counts_in_the_same_key(stage: Stage) -> None:
    keyed = limited("QUEUE").replace("limit: 1", 'limit: 1, key: "{{ flow.id }}", priority: 3')
    flow = await stage.save(keyed)
    execution = await stage.prepare(flow)
    copy = fresh_copy(Run.load(Plan(flow), execution), Facts(stage.environment.clock(), stage.environment.new_id))
    assert claim_of(copy).scopes == claim_of(execution).scopes
    assert (claim_of(copy).key, claim_of(copy).priority) == ("limited", 3.0)


RATED = """
id: rated
namespace: dev
concurrency: {rate: {limit: 2, period: %s}%s}
tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: a}]
"""


async def test_what_is_above_the_rate_waits_for_its_time(stage: Stage) -> None:
    ids = await start(stage, await stage.save(RATED % ("PT1H", "")), 5)
    assert (await states(stage, ids)).count(State.QUEUED) == 3
    assert (
        "have started within its period; the next may start at"
        in (await explain_wait(stage.environment, LOCAL, ids[2])).reason
    )
    await stage.save(RATED % ("PT0.3S", ""))
    ended = [await stage.executor.wait(one) for one in ids]
    begun = [next(at for state, at in one.history if state is State.RUNNING) for one in ended]
    assert begun == sorted(begun)
    assert all(later - at >= 295_000 for at, later in zip(begun, begun[2:], strict=False))


async def test_what_is_above_the_rate_may_be_cancelled(stage: Stage) -> None:
    ids = await start(stage, await stage.save(RATED % ("PT1H", ", behavior: CANCEL")), 3)
    ended = [(await stage.executor.wait(one)).state for one in ids]
    assert ended == [State.SUCCESS, State.SUCCESS, State.CANCELLED]


RANKED = """
id: ranked
namespace: dev
inputs: [{id: urgency, type: INT}]
concurrency: {limit: 1, priority: "{{ inputs.urgency }}"}
tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]
"""


async def until_next(stage: Stage, ids: list[str]) -> None:
    """Wait until one of them runs, or none is left."""
    async with asyncio.timeout(60):
        while True:
            found = await states(stage, ids)
            if State.PAUSED in found or State.QUEUED not in found:
                return
            await asyncio.sleep(0)


async def test_who_has_more_priority_starts_earlier(stage: Stage) -> None:
    flow = await stage.save(RANKED)
    made = [await stage.prepare(flow, urgency=urgency) for urgency in (0, 1, 5, 5)]
    for one in made:
        await stage.executor.start(one)
    assert (await explain_wait(stage.environment, LOCAL, made[1].id)).position == 3
    order = []
    for _ in made:
        found = await states(stage, [one.id for one in made])
        order.append(found.index(State.PAUSED))
        await stage.executor.submit(made[order[-1]].id, ResumeRequested(at=stage.environment.clock()))
        await stage.executor.wait(made[order[-1]].id)
        await until_next(stage, [one.id for one in made])
    assert order == [0, 2, 3, 1]


async def test_a_priority_that_is_no_number_is_refused(stage: Stage) -> None:
    flow = await stage.save(RANKED.replace("{{ inputs.urgency }}", "{{ inputs.urgency }} or so"))
    with pytest.raises(InvalidError, match="is not a number"):
        await stage.prepare(flow, urgency=1)
