"""WorkingDirectory, caches and files of tasks, through a whole installation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from executor.stage import Stage, open_stage
from tiercel.model.execution import Execution
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations import namespace_files
from tiercel.operations.actor import LOCAL
from worker import tasks


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path / "home") as opened:
        for plugin in tasks.ALL:
            opened.registry.add(plugin)
        yield opened


def directory(properties: str, inner: str) -> str:
    return (
        "id: wd\nnamespace: dev\ntasks:\n  - id: wd\n    type: io.kestra.plugin.core.flow.WorkingDirectory\n"
        f"{properties}    tasks:\n{inner}"
    )


async def outputs(stage: Stage, ended: Execution) -> dict[str, Json]:
    return {run.task_id: run.outputs for run in await stage.task_runs(ended.id)}


async def test_tasks_share_the_directory(stage: Stage) -> None:
    ended = await stage.run(
        directory(
            "    inputFiles: {'in/a.txt': 'hello {{ 1 + 1 }}'}\n    outputFiles: ['*.csv', 'in/**']\n",
            "      - {id: look, type: test.Look, name: in/a.txt}\n"
            "      - {id: write, type: test.Scribble, name: out.csv, content: '1;2'}\n"
            "      - {id: list, type: test.Scribble, name: b.txt}\n",
        )
    )
    found = await outputs(stage, ended)
    assert ended.state is State.SUCCESS
    assert found["look"] == {"content": "hello 2"}
    assert found["list"] == {"files": ["b.txt", "in", "out.csv"]}
    assert set(found["wd"]["outputFiles"]) == {"out.csv", "in/a.txt"}
    uri = found["wd"]["outputFiles"]["out.csv"]
    assert stage.environment.storage.read(uri.removeprefix("kestra://")) == b"1;2"


async def test_directories_are_gone_after_the_next_start(tmp_path: Path) -> None:
    shared = tmp_path / "work" / "shared"
    async with open_stage(tmp_path) as stage:
        stage.registry.add(tasks.Scribble)
        await stage.run(directory("", "      - {id: w, type: test.Scribble, name: a}\n"))
        assert list(shared.iterdir())
    async with open_stage(tmp_path):
        assert not list(shared.iterdir())


async def test_a_file_name_may_not_lead_out(stage: Stage) -> None:
    ended = await stage.run(
        directory("    inputFiles: {'../evil.txt': 'x'}\n", "      - {id: look, type: test.Look, name: a}\n")
    )
    assert ended.state is State.FAILED
    assert any("leads out of" in line.message for line in await stage.logs(ended.id))


async def test_the_directory_is_cached(stage: Stage) -> None:
    source = directory(
        "    cache: {patterns: ['*.bin']}\n",
        "      - {id: first, type: test.Scribble, name: '{{ inputs.name }}', content: kept}\n",
    )
    source += "inputs: [{id: name, type: STRING}]\n"
    await stage.run(source, name="lib.bin")
    ended = await stage.run(source, name="other.txt")
    assert (await outputs(stage, ended))["first"] == {"files": ["lib.bin", "other.txt"]}


async def test_namespace_files_are_put_there(stage: Stage) -> None:
    for name in ("a.py", "b.txt", "skip.py"):
        await namespace_files.save_file(stage.environment, LOCAL, "dev", name, name.encode())
    ended = await stage.run(
        directory(
            "    namespaceFiles: {enabled: true, include: ['*.py'], exclude: ['skip*']}\n",
            "      - {id: list, type: test.Scribble, name: z}\n      - {id: look, type: test.Look, name: a.py}\n",
        )
    )
    found = await outputs(stage, ended)
    assert found["list"] == {"files": ["a.py", "z"]}
    assert found["look"] == {"content": "a.py"}


async def test_outputs_are_cached(stage: Stage) -> None:
    source = (
        "id: cached\nnamespace: dev\ntasks:\n"
        "  - {id: work, type: test.Double, number: '{{ inputs.n }}', taskCache: {enabled: true}}\n"
        "inputs: [{id: n, type: INT}]\n"
    )
    lines = []
    for number in (1, 1, 2):
        ended = await stage.run(source, n=number)
        assert (await outputs(stage, ended))["work"] == {"value": number * 2}
        lines.append([line.message for line in await stage.logs(ended.id)])
    assert [line[0].startswith("doubling") for line in lines] == [True, False, True]


async def test_expressions_read_files_keys_and_secrets(stage: Stage) -> None:
    await namespace_files.save_file(stage.environment, LOCAL, "dev", "a.txt", b"content of a")
    ended = await stage.run(
        "id: reads\nnamespace: dev\ntasks:\n"
        "  - {id: set, type: io.kestra.plugin.core.kv.Set, key: color, value: blue}\n"
        "  - {id: say, type: io.kestra.plugin.core.log.Log, message: "
        "\"{{ read('a.txt') }} {{ kv('color') }} {{ fileSize('a.txt') }} "
        "{{ kv('none', errorOnMissing=false) ?? 'no' }}\"}\n"
    )
    assert [line.message for line in await stage.logs(ended.id)][-1] == "content of a blue 12 no"
    assert ended.state is State.SUCCESS


async def test_files_of_strangers_are_refused(stage: Stage) -> None:
    first = await stage.run(
        directory("    outputFiles: ['*']\n", "      - {id: w, type: test.Scribble, name: a, content: secret}\n")
    )
    uri = (await outputs(stage, first))["wd"]["outputFiles"]["a"]
    other = await stage.run(
        "id: other\nnamespace: dev\ntasks:\n"
        f"  - {{id: say, type: io.kestra.plugin.core.log.Log, message: \"{{{{ read('{uri}') }}}}\"}}\n"
    )
    assert other.state is State.FAILED
    assert any("not related" in line.message for line in await stage.logs(other.id))


async def test_a_task_written_as_text_runs(stage: Stage) -> None:
    ended = await stage.run(
        "id: templated\nnamespace: dev\ntasks:\n  - id: t\n"
        "    type: io.kestra.plugin.core.templating.TemplatedTask\n"
        "    spec: |\n      type: test.Double\n      number: 21\n"
    )
    assert (await outputs(stage, ended))["t"] == {"value": 42}
