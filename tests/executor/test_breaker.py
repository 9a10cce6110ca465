"""Flows that start themselves over and over are stopped, and go on when they are resumed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from executor.stage import Stage, open_stage
from tiercel.errors import ConflictError, NotFoundError
from tiercel.model.execution import ExecutionTrigger
from tiercel.model.state import State
from tiercel.operations.actor import LOCAL
from tiercel.operations.breakers import list_stopped, resume_flow
from tiercel.operations.settings import BreakerSettings, Settings
from tiercel.operations.starting import StartRequest, start_execution
from tiercel.repository.breakers import OpenBreaker
from tiercel.repository.notifications import list_notifications

PING = """
id: %s
namespace: dev
tasks:
  - {id: again, type: io.kestra.plugin.core.flow.Subflow, namespace: dev, flowId: %s, wait: false}
"""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    settings = Settings(home=str(tmp_path), breaker=BreakerSettings(own_starts=5, starts=50))
    async with open_stage(tmp_path, settings=settings) as opened:
        yield opened


async def stopped(stage: Stage) -> list[OpenBreaker]:
    return await list_stopped(stage.environment, LOCAL)


async def run_in_circles(stage: Stage) -> OpenBreaker:
    await stage.save(PING % ("pong", "ping"))
    await stage.start(PING % ("ping", "pong"))
    async with asyncio.timeout(60):
        while True:
            found = await stopped(stage)
            if found:
                return found[0]
            await asyncio.sleep(0.005)


async def test_a_circle_of_subflows_is_stopped_with_a_notice(stage: Stage) -> None:
    breaker = await run_in_circles(stage)
    assert breaker.reason == "its own executions led to more than 5 executions within 60 seconds of it"
    key = (breaker.namespace, breaker.flow_id)
    lines = await stage.environment.database.read(
        lambda connection: connection.fetch("SELECT message FROM logs WHERE level = 4 AND execution_id IS NULL")
    )
    assert any("stopped until somebody resumes it" in line for (line,) in lines)
    told = await stage.environment.database.read(list_notifications)
    assert [(one.title, one.namespace) for one in told] == [(f"dev.{key[1]} is stopped: {breaker.reason}", "dev")]
    by_hand = StartRequest(namespace=key[0], flow_id=key[1])
    assert (await start_execution(stage.environment, LOCAL, by_hand)).state is not State.FAILED
    caused = ExecutionTrigger(id="t", type="x")
    with pytest.raises(ConflictError, match=f"tiercel flow resume dev {key[1]}"):
        await start_execution(stage.environment, LOCAL, StartRequest(namespace=key[0], flow_id=key[1], trigger=caused))


async def test_it_stays_stopped_over_a_restart_until_it_is_resumed(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path), breaker=BreakerSettings(own_starts=3))
    async with open_stage(tmp_path, settings=settings) as stage:
        breaker = await run_in_circles(stage)
    async with open_stage(tmp_path, settings=settings) as stage:
        assert await stopped(stage) == [breaker]
        await resume_flow(stage.environment, LOCAL, (breaker.namespace, breaker.flow_id))
        assert await stopped(stage) == []
        with pytest.raises(NotFoundError):
            await resume_flow(stage.environment, LOCAL, (breaker.namespace, breaker.flow_id))


async def test_many_starts_by_other_flows_stop_a_flow_where_that_is_limited(stage: Stage) -> None:
    await stage.save("id: leaf\nnamespace: dev\ntasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: a}]\n")
    ended = await stage.run("""
id: many
namespace: dev
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ range(1, 60) }}"
    concurrencyLimit: 0
    tasks: [{id: go, type: io.kestra.plugin.core.flow.Subflow, namespace: dev, flowId: leaf, wait: true}]
""")
    assert ended.state is State.FAILED
    (breaker,) = await stopped(stage)
    assert (breaker.flow_id, breaker.reason.split(" led")[0]) == ("leaf", "other executions")
