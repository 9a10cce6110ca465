"""What must never stop anything else: broken decisions, commits that fail, flows that are gone, unknown types."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

import tiercel.executor.turn
from executor.stage import Stage, open_stage
from executor.test_first import TWO
from tiercel.engine import Facts, Run, decide_all
from tiercel.errors import UnavailableError
from tiercel.executor.draft import Draft
from tiercel.executor.stream import Stream
from tiercel.model.command import Command
from tiercel.model.event import Event, LabelsReplaced, TaskRunEnded
from tiercel.model.state import State
from tiercel.repository.connection import Connection
from tiercel.repository.database import Database
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
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path) as opened:
        for plugin in tasks.ALL:
            opened.registry.add(plugin)
        yield opened


class Disk:
    """The real database with a limit on its size, as a full disk sets it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def fill(self) -> None:
        """Leave no room for another page."""
        pages = await self.database.read(lambda connection: connection.fetch("PRAGMA page_count")[0][0])
        await self.database.write(lambda connection: connection.fetch(f"PRAGMA max_page_count = {pages}"))

    async def empty(self) -> None:
        """Make room again."""
        await self.database.write(lambda connection: connection.fetch("PRAGMA max_page_count = 1000000"))


@pytest.fixture
def disk(stage: Stage) -> Disk:
    return Disk(stage.environment.database)


async def test_a_broken_decision_fails_its_execution_only(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:

    def broken(run: Run, events: Iterable[Event], facts: Facts) -> list[Command]:
        if run.execution.flow_id == "work" and any(isinstance(event, TaskRunEnded) for event in events):
            raise KeyError("a fault")
        return decide_all(run, events, facts)

    monkeypatch.setattr(tiercel.executor.turn, "decide_all", broken)
    execution = await stage.start(WORK)
    other = await stage.run(TWO)
    ended = await stage.executor.wait(execution.id)
    assert other.state is State.SUCCESS
    assert ended.state is State.FAILED
    assert "a fault" in str((await stage.stored(execution.id)).error)
    assert [run.state for run in await stage.task_runs(execution.id)] == [State.FAILED]


async def test_what_no_database_takes_is_refused_and_nothing_else(stage: Stage) -> None:
    flow = await stage.save(WORK)
    execution = await stage.prepare(flow)
    execution.labels.append(("half", "\ud800"))
    with pytest.raises(UnavailableError, match="surrogates"):
        await stage.executor.start(execution)
    assert (await stage.run(TWO)).state is State.SUCCESS


@pytest.mark.parametrize("what", ["text", "tag", "number"])
async def test_figures_that_no_database_takes_harm_nobody(stage: Stage, what: str) -> None:
    ended = await stage.run(f"id: odd\nnamespace: dev\ntasks: [{{id: work, type: test.Odd, what: {what}}}]\n")
    assert ended.state is (State.FAILED if what == "number" else State.SUCCESS)
    assert (await stage.run(TWO)).state is State.SUCCESS


async def test_a_fault_after_a_commit_leaves_what_is_stored_and_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = Draft.publish
    faults = iter([KeyError("a fault")])

    def broken(draft: Draft, stream: Stream) -> None:
        for fault in faults:
            raise fault
        publish(draft, stream)

    monkeypatch.setattr(Draft, "publish", broken)
    execution = await stage.start(WORK)
    ended = await stage.executor.wait(execution.id)
    assert ended.state is State.SUCCESS
    assert (await stage.run(TWO)).state is State.SUCCESS


async def test_an_execution_that_cannot_be_read_does_not_keep_the_others_out(tmp_path: Path) -> None:
    async with open_stage(tmp_path, residents=0) as stage:
        for plugin in tasks.ALL:
            stage.registry.add(plugin)
        broken, other = await stage.run(WORK), await stage.run(TWO)

        def damage(connection: Connection) -> None:
            connection.execute("UPDATE executions SET history = '[' WHERE id = ?", (broken.id,))

        await stage.environment.database.write(damage)
        request = LabelsReplaced(at=1, labels=[("a", "b")])
        answers = await asyncio.gather(
            *(stage.executor.submit(one.id, request) for one in (broken, other)), return_exceptions=True
        )
        assert isinstance(answers[0], UnavailableError)
        assert f"execution {broken.id} cannot be read" in str(answers[0])
        assert answers[1] is None


async def test_a_full_disk_refuses_starts_and_nothing_hangs(stage: Stage, disk: Disk) -> None:
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


async def test_results_of_workers_survive_a_full_disk(
    stage: Stage, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    tasks.GATE.clear()
    flow = await stage.save("id: deaf\nnamespace: dev\ntasks: [{id: work, type: test.Large}]\n")
    execution = await stage.prepare(flow)
    with stage.executor.stream.subscribe(execution.id) as feed:
        await stage.executor.start(execution)
        while not any(run.state is State.RUNNING for run in getattr(await feed.next(60), "task_runs", ())):
            pass  # what is stored of the work so far shall not meet the full disk
        await disk.fill()
        caplog.clear()
        tasks.GATE.set()
        async with asyncio.timeout(60):
            while True:
                if any("a commit failed" in message for message in caplog.messages):
                    break
                await asyncio.sleep(0.01)  # the worker and the writer have threads of their own
        assert await feed.next(0) is None  # nothing is told that is not stored
    await disk.empty()
    ended = await stage.executor.wait(execution.id)
    runs = await stage.task_runs(execution.id)
    assert ended.state is State.SUCCESS
    assert len(runs) == 1
    assert len(runs[0].attempts) == 1


async def test_an_execution_whose_type_is_gone_fails_with_a_clear_message(tmp_path: Path) -> None:
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
