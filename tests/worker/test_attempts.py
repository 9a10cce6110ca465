"""Attempts on a worker: threads, coroutines, failures, time limits, kills, outputs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from executor.stage import Stage, open_stage
from tiercel.model.event import KillRequested
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.state import State
from tiercel.operations.streams import ExecutionChanged, LogsWritten
from worker import tasks

TEMPLATED = "io.kestra.plugin.core.templating.TemplatedTask"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    tasks.GATE.clear()
    async with open_stage(tmp_path) as opened:
        for plugin in tasks.ALL:
            opened.registry.add(plugin)
        yield opened
    tasks.GATE.set()


def flow(body: str) -> str:
    return f"id: work\nnamespace: dev\ntasks:\n  - id: work\n{body}"


async def run(stage: Stage, body: str) -> tuple[Execution, TaskRun, list[str]]:
    ended = await stage.run(flow(body))
    runs = await stage.task_runs(ended.id)
    return ended, runs[0], [line.message for line in await stage.logs(ended.id)]


async def start_and_wait_for_line(stage: Stage, body: str) -> str:
    """Start, and return once the task says that it is waiting."""
    flow_ = await stage.save(flow(body))
    execution = await stage.prepare(flow_)
    with stage.executor.stream.subscribe(execution.id) as feed:
        await stage.executor.start(execution)
        while not isinstance(await feed.next(60), LogsWritten):
            pass
    return execution.id


@pytest.mark.parametrize("kind", ["Double", "DoubleLater"])
async def test_runs_and_gives_outputs(stage: Stage, kind: str) -> None:
    ended, task_run, _ = await run(stage, f"    type: test.{kind}\n    number: '{{{{ 20 + 1 }}}}'\n")
    assert ended.state is State.SUCCESS
    assert task_run.outputs == {"value": 42}
    assert [state for state, _ in task_run.history] == [
        State.CREATED,
        State.SUBMITTED,
        State.RUNNING,
        State.SUCCESS,
    ]
    assert len(task_run.attempts) == 1
    assert task_run.attempts[0].worker_id


async def test_lines_and_figures_are_stored(stage: Stage) -> None:
    ended, task_run, lines = await run(stage, "    type: test.Double\n    number: 2\n")
    assert lines == ["doubling 2"]
    figures = await stage.environment.database.read(
        lambda connection: connection.fetch("SELECT name, value, task_run_id FROM metrics")
    )
    assert figures == [("doubled", 1.0, task_run.id)]
    assert ended.state is State.SUCCESS


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("    type: test.Break\n", "ValueError: no good"),
        ("    type: test.BreakOddly\n", "SpeechlessError: (its text cannot be made: ValueError)"),
        ("    type: test.Exit\n", "SystemExit: 3"),
        ("    type: test.ExitInline\n", "SystemExit: 3"),
        (
            f"    type: {TEMPLATED}\n    spec: '{{type: {TEMPLATED}, spec: none}}'\n",
            "cannot be of type",
        ),
        ("    type: test.Double\n    number: '{{ nothing }}'\n", "number: cannot find nothing"),
        ("    type: test.Double\n    number: '{{ ( }}'\n", "number: the bracket ( is not closed"),
        ("    type: test.Double\n    number: 1\n    runIf: '{{ nothing }}'\n", "runIf: cannot find nothing"),
        ("    type: test.Double\n    number: '{{ \"no number\" }}'\n", "number"),
        ("    type: test.Give\n    what: bytes\n", "bytes are no JSON value"),
        ("    type: test.Give\n    what: object\n", "a value of type object is no JSON value"),
        ("    type: test.Give\n    what: surrogate\n", "surrogate"),
        ("    type: test.Give\n    what: list\n", "list in place of a map"),
        ("    type: test.Give\n    size: 40000000\n", "too large: 40,000,011 bytes"),
        ("    type: test.Wait\n    timeout: '{{ \"soon\" }}'\n", "timeout"),
    ],
)
async def test_failures_say_why(stage: Stage, body: str, message: str) -> None:
    ended, task_run, lines = await run(stage, body)
    assert ended.state is State.FAILED
    assert task_run.state is State.FAILED
    assert any(message in line for line in lines), lines


async def test_large_outputs_go_to_storage_and_are_read_from_there(stage: Stage) -> None:
    ended = await stage.run(
        "id: large\nnamespace: dev\ntasks:\n"
        "  - {id: give, type: test.Give, size: 100000}\n"
        "  - {id: say, type: io.kestra.plugin.core.log.Log, message: '{{ outputs.give.text | length }}'}\n"
    )
    runs = await stage.task_runs(ended.id)
    assert runs[0].outputs is None
    assert runs[0].outputs_uri is not None
    assert [line.message for line in await stage.logs(ended.id)] == ["100000"]
    assert ended.state is State.SUCCESS


@pytest.mark.parametrize("kind", ["Wait", "WaitLater", "Deaf"])
async def test_a_time_limit_ends_the_attempt(stage: Stage, kind: str) -> None:
    ended, task_run, lines = await run(stage, f"    type: test.{kind}\n    timeout: PT0.2S\n")
    assert ended.state is State.FAILED
    assert "Timeout after 00:00:00.200" in lines
    assert task_run.attempts[0].state is State.FAILED


@pytest.mark.parametrize("kind", ["Wait", "WaitLater"])
async def test_a_kill_ends_the_attempt(stage: Stage, kind: str) -> None:
    execution_id = await start_and_wait_for_line(stage, f"    type: test.{kind}\n")
    await stage.executor.submit(execution_id, KillRequested(at=stage.environment.clock()))
    ended = await stage.executor.wait(execution_id)
    runs = await stage.task_runs(execution_id)
    assert ended.state is State.KILLED
    assert runs[0].state is State.KILLED


async def test_a_thread_that_ignores_its_kill_is_abandoned(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiercel.worker.attempts._GRACE_SECONDS", 0.1)
    execution_id = await start_and_wait_for_line(stage, "    type: test.Deaf\n")
    await stage.executor.submit(execution_id, KillRequested(at=stage.environment.clock()))
    ended = await stage.executor.wait(execution_id)
    assert ended.state is State.KILLED


async def test_secrets_do_not_show(tmp_path: Path) -> None:
    async with open_stage(tmp_path, secrets={"PASSWORD": "tops3cret"}) as stage:
        ended = await stage.run(
            flow("    type: io.kestra.plugin.core.log.Log\n    message: \"{{ secret('PASSWORD') }}\"\n")
        )
        lines = [line.message for line in await stage.logs(ended.id)]
    assert ended.state is State.SUCCESS
    assert lines == ["******"]


async def test_the_log_may_go_to_a_file(stage: Stage) -> None:
    ended, task_run, lines = await run(stage, "    type: test.Double\n    number: 2\n    logToFile: true\n")
    assert lines == []
    uri = task_run.attempts[0].log_file
    assert uri is not None
    content = stage.environment.storage.read(uri.removeprefix("kestra://")).decode()
    assert content.endswith("INFO  doubling 2\n")
    assert ended.state is State.SUCCESS


async def test_followers_see_every_change(stage: Stage) -> None:
    flow_ = await stage.save(flow("    type: test.Double\n    number: 1\n"))
    execution = await stage.prepare(flow_)
    seen = []
    with stage.executor.stream.subscribe(execution.id) as feed:
        await stage.executor.start(execution)
        while (change := await feed.next(60)) is not None:
            if isinstance(change, ExecutionChanged):
                seen.append(change.execution.state)
                if change.execution.is_over:
                    break
    assert seen[-1] is State.SUCCESS
    assert State.RUNNING in seen
