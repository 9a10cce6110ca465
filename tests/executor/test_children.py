"""Executions that start executions, timers, and what happens to them when their parent ends."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from executor.stage import Stage, open_stage
from tiercel.errors import NotFoundError, UnavailableError
from tiercel.model.event import KillRequested, PauseRequested, RestartRequested, ResumeRequested
from tiercel.model.execution import TaskRun
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations import executions
from tiercel.operations.actor import LOCAL
from tiercel.operations.streams import ExecutionChanged, LogsWritten
from tiercel.repository.connection import Row
from worker import tasks

CHILD = """
id: child
namespace: dev
inputs: [{id: n, type: INT, defaults: 1}]
tasks:
  - {id: work, type: test.Double, number: "{{ inputs.n }}"}
outputs:
  - {id: twice, type: INT, value: "{{ outputs.work.value }}"}
"""
PARENT = """
id: parent
namespace: dev
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: dev, flowId: child, wait: true, inputs: {n: 21}}
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.call.outputs.twice }}"}
"""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path, plugins=tasks.ALL) as opened:
        yield opened


def outputs_of(task_run: TaskRun) -> dict[str, Json]:
    assert task_run.outputs is not None
    return task_run.outputs


async def children(stage: Stage, execution_id: str) -> list[Row]:
    return await stage.environment.database.read(
        lambda connection: connection.fetch(
            "SELECT id, state, kind FROM executions WHERE parent_id = ? ORDER BY id", (execution_id,)
        )
    )


async def test_a_subflow_gives_its_outputs(stage: Stage) -> None:
    await stage.save(CHILD)
    ended = await stage.run(PARENT)
    assert ended.state is State.SUCCESS
    assert [line.message for line in await stage.logs(ended.id)][-1] == "42"
    assert [row[1] for row in await children(stage, ended.id)] == ["SUCCESS"]


async def test_a_subflow_that_is_not_there_fails_its_task(stage: Stage) -> None:
    ended = await stage.run(PARENT)
    assert ended.state is State.FAILED
    assert any("dev.child" in line.message for line in await stage.logs(ended.id))


async def test_a_kill_reaches_children(stage: Stage) -> None:
    await stage.save("id: child\nnamespace: dev\ntasks: [{id: work, type: test.Wait}]\n")
    flow = await stage.save(PARENT.replace(", inputs: {n: 21}", ""))
    execution = await stage.prepare(flow)
    with stage.executor.stream.subscribe() as feed:
        await stage.executor.start(execution)
        while True:
            change = await feed.next(60)
            if isinstance(change, LogsWritten) and change.entries[-1].message == "waiting":
                break
    await stage.executor.submit(execution.id, KillRequested(at=stage.environment.clock()))
    ended = await stage.executor.wait(execution.id)
    assert ended.state is State.KILLED
    (child,) = await children(stage, execution.id)
    assert (await stage.executor.wait(child[0])).state is State.KILLED


async def test_iterations_of_a_loop_are_executions(stage: Stage) -> None:
    ended = await stage.run(
        "id: loop\nnamespace: dev\ntasks:\n  - id: loop\n    type: io.kestra.plugin.core.flow.Loop\n"
        "    values: [1, 2, 3]\n    concurrencyLimit: 2\n"
        "    outputs: [{id: twice, type: INT, value: '{{ outputs.work.value }}'}]\n"
        "    tasks: [{id: work, type: test.Double, number: '{{ item.value }}'}]\n"
    )
    assert ended.state is State.SUCCESS
    assert {row[1:] for row in await children(stage, ended.id)} == {("SUCCESS", "LOOP")}
    (run,) = await stage.task_runs(ended.id)
    assert sorted(entry["outputs"]["twice"] for entry in outputs_of(run)["outputs"]) == [2, 4, 6]


async def test_a_loop_that_may_break_off_goes_on_when_several_iterations_end_at_once(stage: Stage) -> None:
    async with asyncio.timeout(60):
        ended = await stage.run(
            "id: loop\nnamespace: dev\ntasks:\n  - id: loop\n    type: io.kestra.plugin.core.flow.Loop\n"
            "    values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n    concurrencyLimit: 3\n"
            '    breakWhen: "{{ outputs.loop.terminatedIterations.SUCCESS >= 5 }}"\n'
            "    tasks: [{id: say, type: io.kestra.plugin.core.log.Log, message: '{{ item.value }}'}]\n"
        )
    assert ended.state is State.SUCCESS
    assert 5 <= len(await children(stage, ended.id)) <= 7  # those beside the fifth end as they do


async def test_a_loop_may_store_the_outputs_of_its_iterations_as_files(stage: Stage) -> None:
    ended = await stage.run(
        "id: loop\nnamespace: dev\ntasks:\n  - id: loop\n    type: io.kestra.plugin.core.flow.Loop\n"
        "    values: [a, b]\n    fetchType: STORE\n"
        "    outputs:\n      - {id: m, type: JSON, value: '{\"k\": [1, null, 2.5]}'}\n"
        "      - {id: o, type: STRING, value: '{{ item.value }}/{{ item.index }}'}\n"
        "    tasks: [{id: work, type: test.Double, number: 1}]\n"
        "  - id: raw\n    type: io.kestra.plugin.core.debug.Return\n"
        "    format: '{{ read(outputs.loop.outputs[0].outputs.uri) }}'\n"
        "  - id: read\n    type: io.kestra.plugin.core.debug.Return\n"
        "    format: '{{ fromIon(read(outputs.loop.outputs[1].outputs.uri)).o }}'\n"
    )
    assert ended.state is State.SUCCESS, [line.message for line in await stage.logs(ended.id)]
    runs = {run.task_id: run for run in await stage.task_runs(ended.id)}
    given = outputs_of(runs["loop"])["outputs"]
    assert [entry["item"] for entry in given] == [{"value": "a", "iteration": 0}, {"value": "b", "iteration": 1}]
    iterations = {f"kestra:///dev/loop/executions/{row[0]}/outputs.ion" for row in await children(stage, ended.id)}
    assert {entry["outputs"]["uri"] for entry in given} == iterations
    assert runs["raw"].outputs == {"value": '{m:{k:[1,null,2.5e0]},o:"a/0"}'}
    assert runs["read"].outputs == {"value": "b/1"}
    uri = given[0]["outputs"]["uri"]
    stranger = await stage.run(
        "id: stranger\nnamespace: dev\n"
        f"tasks: [{{id: read, type: io.kestra.plugin.core.debug.Return, format: \"{{{{ read('{uri}') }}}}\"}}]\n"
    )
    assert stranger.state is State.FAILED
    assert any("not related" in line.message for line in await stage.logs(stranger.id))


async def test_a_loop_whose_storage_refuses_fails_and_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, _content: object) -> None:
        raise UnavailableError(f"{path} cannot be written")

    monkeypatch.setattr(stage.environment.storage, "put", refuse)
    ended = await stage.run(
        "id: loop\nnamespace: dev\ntasks:\n  - id: loop\n    type: io.kestra.plugin.core.flow.Loop\n"
        "    values: [a]\n    fetchType: STORE\n    outputs: [{id: o, type: STRING, value: x}]\n"
        "    tasks: [{id: work, type: test.Double, number: 1}]\n"
    )
    assert ended.state is State.FAILED
    ((iteration, _, _),) = await children(stage, ended.id)
    (line,) = [line.message for line in await stage.logs(iteration) if line.level == "ERROR"]
    assert line.startswith("Cannot store the outputs: ")
    assert line.endswith("outputs.ion cannot be written")


async def test_items_are_cut_into_batches(stage: Stage) -> None:
    await stage.save(
        CHILD.replace("[{id: n, type: INT, defaults: 1}]", "[{id: n, type: STRING}]").replace(
            "{{ inputs.n }}", "{{ read(inputs.n) | length }}"
        )
    )
    ended = await stage.run(
        "id: items\nnamespace: dev\ntasks:\n"
        '  - {id: w, type: io.kestra.plugin.core.storage.Write, content: "a\\nb\\nc\\nd\\ne\\n"}\n'
        "  - id: each\n    type: io.kestra.plugin.core.flow.ForEachItem\n    items: '{{ outputs.w.uri }}'\n"
        "    batch: {rows: 2}\n    namespace: dev\n    flowId: child\n    inputs: {n: '{{ taskrun.items }}'}\n"
    )
    assert ended.state is State.SUCCESS, [line.message for line in await stage.logs(ended.id)]
    assert len(await children(stage, ended.id)) == 3
    runs = {run.task_id: run for run in await stage.task_runs(ended.id)}
    assert outputs_of(runs["each_items"])["numberOfBatches"] == 3
    assert outputs_of(runs["each_merge"])["subflowOutputs"]


async def test_a_pause_ends_by_time_and_by_hand(stage: Stage) -> None:
    source = (
        "id: pause\nnamespace: dev\ntasks:\n"
        "  - {id: pause, type: io.kestra.plugin.core.flow.Pause%s}\n"
        "  - {id: say, type: io.kestra.plugin.core.log.Log, message: on}\n"
    )
    assert (await stage.run(source % ", pauseDuration: PT0.05S")).state is State.SUCCESS
    execution = await stage.start(source % "")
    assert (await stage.stored(execution.id)).state is State.PAUSED
    await stage.executor.submit(execution.id, ResumeRequested(at=stage.environment.clock()))
    assert (await stage.executor.wait(execution.id)).state is State.SUCCESS


async def test_an_execution_may_start_later(stage: Stage) -> None:
    flow = await stage.save(
        "id: later\nnamespace: dev\ntasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: x}]\n"
    )
    execution, much_later = await stage.prepare(flow), await stage.prepare(flow)
    execution.scheduled_at = stage.environment.clock() + 200_000
    much_later.scheduled_at = execution.scheduled_at + 3_600_000_000
    await stage.executor.start(much_later)
    await stage.executor.start(execution)
    ended = await stage.executor.wait(execution.id)
    assert (await stage.stored(much_later.id)).state is State.CREATED
    assert ended.history[0][0] is State.CREATED
    assert ended.history[1][1] >= execution.scheduled_at
    assert ended.state is State.SUCCESS


async def test_paused_executions_leave_memory_and_come_back(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        flow = await stage.save("id: p\nnamespace: dev\ntasks: [{id: p, type: io.kestra.plugin.core.flow.Pause}]\n")
        execution = await stage.prepare(flow)
        await stage.executor.start(execution)
    async with open_stage(tmp_path) as stage:
        await stage.executor.submit(execution.id, ResumeRequested(at=stage.environment.clock()))
        assert (await stage.executor.wait(execution.id)).state is State.SUCCESS


async def test_retries_come_when_they_are_due(stage: Stage) -> None:
    ended = await stage.run(
        "id: retry\nnamespace: dev\ntasks:\n"
        "  - {id: r, type: test.Break, retry: {type: constant, interval: PT0.05S, maxAttempts: 3}}\n"
    )
    (run,) = await stage.task_runs(ended.id)
    assert ended.state is State.FAILED
    assert len(run.attempts) == 3
    starts = [attempt.history[0][1] for attempt in run.attempts]
    assert all(later - earlier >= 50_000 for earlier, later in itertools.pairwise(starts))


async def test_a_deleted_execution_is_gone_for_good(stage: Stage) -> None:
    execution = await stage.start("id: gone\nnamespace: dev\ntasks: [{id: work, type: test.Wait}]\n")
    await executions.delete_executions(stage.environment, LOCAL, [execution.id], with_live=True)
    await stage.run(PARENT)
    with pytest.raises(NotFoundError):
        await stage.stored(execution.id)
    assert await stage.task_runs(execution.id) == []


async def test_a_failed_execution_can_be_restarted(stage: Stage) -> None:
    flow = await stage.save(
        "id: again\nnamespace: dev\ninputs: [{id: n, type: INT, defaults: 1}]\nconcurrency: {limit: 1}\ntasks:\n"
        "  - {id: good, type: test.Double, number: 1}\n  - {id: bad, type: test.Break}\n"
    )
    execution = await stage.executor.run(await stage.prepare(flow))
    first = await stage.task_runs(execution.id)
    with stage.executor.stream.subscribe(execution.id) as feed:
        await stage.executor.submit(execution.id, RestartRequested(at=stage.environment.clock()))
        while not (isinstance(change := await feed.next(60), ExecutionChanged) and change.execution.is_over):
            pass
    second = await stage.task_runs(execution.id)
    assert [run.id for run in first] == [run.id for run in second]
    assert [len(run.attempts) for run in second] == [1, 2]
    assert (await stage.stored(execution.id)).state is State.FAILED


async def test_an_expression_may_run_a_flow(stage: Stage) -> None:
    await stage.save(CHILD)
    ended = await stage.run(
        "id: asks\nnamespace: dev\ntasks:\n"
        "  - {id: say, type: io.kestra.plugin.core.log.Log, "
        "message: \"{{ subflow('dev', 'child', {'n': 4}).twice }}\"}\n"
    )
    assert [line.message for line in await stage.logs(ended.id)] == ["8"]


async def test_executions_that_left_memory_are_told_through_the_inbox(tmp_path: Path) -> None:
    """With room for none, parents and paused executions leave as soon as they only wait."""
    async with open_stage(tmp_path, plugins=tasks.ALL, residents=0) as stage:
        await stage.save(CHILD)
        flow = await stage.save(PARENT)
        pause = await stage.save("id: p\nnamespace: dev\ntasks: [{id: p, type: io.kestra.plugin.core.flow.Pause}]\n")
        paused = [await stage.prepare(pause) for _ in range(5)]
        for execution in paused:
            await stage.executor.start(execution)
        parents = [await stage.prepare(flow) for _ in range(5)]
        ended = await asyncio.gather(*(stage.executor.run(one) for one in parents))
        for execution in paused:
            await stage.executor.submit(execution.id, ResumeRequested(at=stage.environment.clock()))
        ended += [await stage.executor.wait(one.id) for one in paused]
        left, written = await stage.environment.database.read(
            lambda connection: (
                connection.fetch("SELECT * FROM inbox"),
                connection.fetch("SELECT seq FROM sqlite_sequence WHERE name = 'inbox'"),
            )
        )
        messages = [(await stage.logs(one.id))[-1].message for one in parents]
    assert [one.state for one in ended] == [State.SUCCESS] * 10
    assert messages == ["42"] * 5
    assert left == []
    assert written[0][0] >= 1


async def test_a_paused_execution_can_be_killed_and_its_last_tasks_run(stage: Stage) -> None:
    execution = await stage.start(
        "id: pk\nnamespace: dev\ntasks: [{id: work, type: test.Wait}]\n"
        "afterExecution: [{id: last, type: test.Double, number: 1}]\n"
    )
    await stage.executor.submit(execution.id, PauseRequested(at=stage.environment.clock()))
    await stage.executor.submit(execution.id, KillRequested(at=stage.environment.clock()))
    ended = await stage.executor.wait(execution.id)
    assert ended.state is State.KILLED
    assert [run.state for run in await stage.task_runs(execution.id)] == [State.KILLED, State.SUCCESS]
