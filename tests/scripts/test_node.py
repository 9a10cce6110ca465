"""Node.js where a project of somebody lies around the folder of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from executor.stage import Stage, open_stage
from scripts.conftest import Run
from scripts.test_languages import need
from tiercel.operations.settings import ScriptSettings, Settings

AROUND = '{"name": "around", "type": "module"}'


@pytest.fixture
async def stage(tmp_path: Path, script_settings: ScriptSettings) -> AsyncIterator[Stage]:
    (tmp_path / "package.json").write_text(AROUND)
    home = tmp_path / "home"
    home.mkdir()
    async with open_stage(home, settings=Settings(home=str(home), scripts=script_settings)) as opened:
        yield opened


async def test_the_project_around_is_none_of_the_script(run: Run, tmp_path: Path) -> None:
    need("npm")
    ran = await run(
        "node.Script",
        beforeCommands=['[ "$(npm prefix)" = "$PWD" ] && echo own'],
        script="console.log(require('path').basename('/a/b'));",
        outputFiles=["*"],
    )
    assert ran.state == "SUCCESS", ran.lines
    assert ran.messages == ["own", "b"]
    assert ran.outputs["outputFiles"] == {}
    assert (tmp_path / "package.json").read_text() == AROUND


@pytest.mark.parametrize(("kind", "said"), [("module", "undefined"), ("commonjs", "function")])
async def test_a_project_of_the_script_holds(run: Run, kind: str, said: str) -> None:
    need("node")
    given = {"package.json": f'{{"type": "{kind}"}}'}
    ran = await run("node.Script", inputFiles=given, script="console.log(typeof require);", outputFiles=["*.json"])
    assert (ran.state, ran.messages) == ("SUCCESS", [said])
    assert list(ran.outputs["outputFiles"]) == ["package.json"]


async def test_what_a_script_makes_of_its_project_stays(run: Run) -> None:
    need("node")
    command = """node -e "fs.writeFileSync('package.json', '{\\"name\\": \\"mine\\"}')\""""
    ran = await run("node.Commands", commands=[command], outputFiles=["*"])
    assert ran.state == "SUCCESS", ran.lines
    assert list(ran.outputs["outputFiles"]) == ["package.json"]
