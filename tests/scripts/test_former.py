"""The script tasks under the names they had in old flows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import yaml

from executor.stage import Stage
from scripts.test_languages import need, need_index
from tiercel.model.json import Json
from tiercel.plugins.registry import Registry
from tiercel.source.flow import parse_flow
from tiercel.storage import paths

RunFormer = Callable[..., Awaitable[tuple[str, Json, list[str]]]]


@pytest.fixture
def run_former(stage: Stage) -> RunFormer:
    async def run_former(name: str, **properties: Json) -> tuple[str, Json, list[str]]:
        task = {"id": "work", "type": f"io.kestra.core.tasks.scripts.{name}", **properties}
        execution = await stage.run(yaml.safe_dump({"id": "old", "namespace": "dev", "tasks": [task]}, sort_keys=False))
        (found,) = await stage.task_runs(execution.id)
        return execution.state.value, found.outputs, [line.message for line in await stage.logs(execution.id)]

    return run_former


async def test_bash(run_former: RunFormer, stage: Stage) -> None:
    state, outputs, lines = await run_former(
        "Bash",
        commands=["cat given.txt", "cd /", "echo 1 > {{ outputFiles.first }}", "echo 2 > {{ outputDirs.more }}/a.txt"],
        inputFiles={"given.txt": "given"},
        outputsFiles=["first"],
        outputDirs=["more"],
    )
    assert (state, lines) == ("SUCCESS", ["given"])
    assert outputs["files"] == outputs["outputFiles"]
    stored = {name: stage.environment.storage.read(paths.from_uri(uri)) for name, uri in outputs["files"].items()}
    assert stored == {"first": b"1\n", "more/a.txt": b"2\n"}


async def test_bash_ends(run_former: RunFormer) -> None:
    state, outputs, _ = await run_former("Bash", commands=["false", "exit 3"], exitOnFailed=False)
    assert (state, outputs["exitCode"]) == ("FAILED", 3)
    state, outputs, _ = await run_former("Bash", commands=["false", "exit 3"], interpreter="/bin/bash")
    assert (state, outputs["exitCode"]) == ("FAILED", 1)


MAIN_PY = """
import json, sys, time
from kestra import Kestra
Kestra.outputs({"answer": json.load(open(sys.argv[1]))["x"]})
Kestra.counter("rows", 2, {"a": "b"})
Kestra.timer("took", lambda: time.sleep(0.01))
"""


async def test_python(run_former: RunFormer, stage: Stage) -> None:
    files = {"main.py": MAIN_PY, "in.json": '{"x": 42}'}
    state, outputs, lines = await run_former("Python", inputFiles=files, args=["in.json"])
    assert (state, lines) == ("SUCCESS", [])
    assert outputs["vars"] == {"answer": 42}
    figures = await stage.environment.database.read(
        lambda connection: connection.fetch("SELECT DISTINCT name, value FROM metrics ORDER BY name")
    )
    assert figures[0] == ("rows", 2.0)
    assert figures[1][0] == "took"


async def test_python_with_packages(run_former: RunFormer) -> None:
    script = "import tomli_w\nprint(tomli_w.dumps({'a': 1}))"
    state, _, lines = await run_former(
        "Python", inputFiles={"main.py": script}, requirements=["tomli_w"], packageManager="UV"
    )
    need_index(lines)
    assert state == "SUCCESS", lines
    assert "a = 1" in lines


async def test_node(run_former: RunFormer) -> None:
    need("node")
    script = "const Kestra = require('./kestra');\nKestra.outputs({got: process.argv[2]});"
    state, outputs, lines = await run_former("Node", inputFiles={"main.js": script}, args=["{{ flow.id }}"])
    assert (state, outputs["vars"]) == ("SUCCESS", {"got": "old"}), lines


@pytest.mark.parametrize(("name", "file"), [("Python", "main.py"), ("Node", "main.js")])
async def test_without_a_program(run_former: RunFormer, name: str, file: str) -> None:
    state, _, lines = await run_former(name, inputFiles={"other": "x"})
    assert state == "FAILED"
    assert f"inputFiles must have {file}, the program that is run" in lines[-1]


def test_they_are_deprecated() -> None:
    source = "id: a\nnamespace: b\ntasks:\n  - {id: t, type: io.kestra.core.tasks.scripts.Bash, commands: [x]}\n"
    found = parse_flow(source, Registry(["tiercel.tasks"], is_discovering=False)).violations
    assert [(one.code, one.is_error) for one in found] == [("deprecated", False)]
