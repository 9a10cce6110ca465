"""Executions that belong together are followed to their end, whenever that comes."""

from __future__ import annotations

import asyncio

from api.execution_flows import until_state
from tiercel.executor.stream import Stream
from tiercel.operations import dependencies
from tiercel.operations.actor import LOCAL

ASK = """\
id: ask
namespace: dev
tasks:
  - {id: wait, type: io.kestra.plugin.core.flow.Pause}
"""


async def paused(client, start, save):
    """Start an execution that waits; gives its id."""
    await save(ASK)
    id_ = (await start("ask", wait="false"))["id"]
    async with asyncio.timeout(60):
        await until_state(client, id_, "PAUSED")
    return id_


async def resume(client, id_):
    answer = await client.post(f"/api/v1/main/executions/{id_}/resume")
    assert answer.status_code in {200, 204}, answer.text
    async with asyncio.timeout(60):
        await until_state(client, id_, "SUCCESS")


async def test_an_end_that_came_before_the_first_piece_is_told(client, start, save):
    id_ = await paused(client, start, save)
    found = await dependencies.follow_dependencies(client.installation.environment, LOCAL, id_)
    await resume(client, id_)
    async with asyncio.timeout(60):
        states = [execution.state async for execution in found]
    assert states == ["SUCCESS"]


async def test_an_end_whose_commit_nobody_followed_yet_is_read(client, start, save, monkeypatch):
    id_ = await paused(client, start, save)
    found = await dependencies.follow_dependencies(client.installation.environment, LOCAL, id_)
    assert (await anext(found)).state == "PAUSED"
    monkeypatch.setattr(Stream, "publish_execution", lambda self, one, *_: self.publish_missed(one.id))
    await resume(client, id_)
    async with asyncio.timeout(60):
        states = [execution.state async for execution in found]
    assert states[-1] == "SUCCESS"


async def test_the_stream_ends_when_all_are_over(client, start, save):
    id_ = await paused(client, start, save)
    following = asyncio.create_task(client.get(f"/api/v1/main/executions/{id_}/follow-dependencies"))
    await resume(client, id_)
    async with asyncio.timeout(60):
        frames = [line for line in (await following).text.splitlines() if line.startswith("id: ")]
    assert (frames[0], frames[-2:]) == ("id: start", ["id: end", "id: end-all"])
