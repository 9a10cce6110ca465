"""Scripts of each language, with the real interpreter where this machine has one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from scripts.conftest import Run

HELLO = {
    "shell": 'echo "hello $NAME"; echo \'::{"outputs":{"a":1}}::\'',
    "python": 'import os\nprint("hello", os.environ["NAME"])\nprint(\'::{"outputs":{"a":1}}::\')',
    "node": 'console.log("hello " + process.env.NAME);\nconsole.log(\'::{"outputs":{"a":1}}::\');',
    "r": 'cat("hello ", Sys.getenv("NAME"), "\\n", sep="")\ncat(\'::{"outputs":{"a":1}}::\\n\')',
    "ruby": 'puts "hello #{ENV["NAME"]}"\nputs \'::{"outputs":{"a":1}}::\'',
    "go": 'package main\nimport ("fmt"; "os")\nfunc main() {\n'
    '  fmt.Println("hello " + os.Getenv("NAME"))\n  fmt.Println(`::{"outputs":{"a":1}}::`)\n}',
    "php": '<?php echo "hello " . getenv("NAME") . "\\n" . \'::{"outputs":{"a":1}}::\' . "\\n";',
    "perl": 'print "hello $ENV{NAME}\\n";\nprint \'::{"outputs":{"a":1}}::\', "\\n";',
    "lua": 'print("hello " .. os.getenv("NAME"))\nprint(\'::{"outputs":{"a":1}}::\')',
    "deno": 'console.log("hello " + Deno.env.get("NAME") as string);\nconsole.log(\'::{"outputs":{"a":1}}::\');',
    "bun": 'console.log("hello " + Bun.env.NAME as string);\nconsole.log(\'::{"outputs":{"a":1}}::\');',
}
FROM_NPM = ("deno", "bun")
PROGRAMS = {"shell": "sh", "r": "Rscript", "python": "python3"}


def need(program: str) -> None:
    """Skip where a program is missing, except where all of them are promised."""
    if shutil.which(program) is None:
        if os.environ.get("TEST_TIERCEL_ALL") == "1":
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")


UNREACHABLE = re.compile(
    "Failed to fetch|dns error|error sending request|network (is|was) (unreachable|disabled)|ENOTFOUND|EAI_AGAIN"
    "|ECONNREFUSED|ETIMEDOUT",
    re.IGNORECASE,
)


def need_index(lines: Iterable[str]) -> None:
    """Skip where a script's packages could not be fetched, except where everything is promised to be there."""
    said = next((line for line in lines if UNREACHABLE.search(line)), None)
    if said is not None:
        if os.environ.get("TEST_TIERCEL_ALL") == "1":
            pytest.fail(f"no index of packages can be reached: {said}")
        pytest.skip(f"no index of packages can be reached: {said}")


@pytest.fixture(scope="module")
def from_npm(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the folder of the programs that npm carries; they are installed for these tests alone."""
    need("npm")
    folder = tmp_path_factory.mktemp("npm")
    done = subprocess.run(
        ["npm", "install", "--no-fund", "--no-audit", "--loglevel=error", "--fetch-retries=0", *FROM_NPM],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    need_index(done.stderr.splitlines())
    assert done.returncode == 0, done.stderr
    return str(folder / "node_modules" / ".bin")


@pytest.fixture(autouse=True)
def programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the interpreter of a test's language on the path, or skip."""
    language = request.getfixturevalue("language")
    if language in FROM_NPM:
        monkeypatch.setenv("PATH", f"{request.getfixturevalue('from_npm')}:{os.environ['PATH']}")
    need(PROGRAMS.get(language, language))


@pytest.mark.parametrize("language", HELLO)
async def test_a_script(run: Run, language: str, go_builds: Path) -> None:
    env = {"NAME": "wörld"} | ({"GOCACHE": str(go_builds)} if language == "go" else {})
    ran = await run(f"{language}.Script", script=HELLO[language], env=env)
    assert ran.state == "SUCCESS", ran.lines
    assert ("INFO", "hello wörld") in ran.lines
    assert ran.outputs["vars"] == {"a": 1}
    assert ran.outputs["exitCode"] == 0
    assert ran.outputs["stdOutLineCount"] == 2


@pytest.mark.parametrize("language", [name for name in HELLO if name != "shell"])
async def test_commands_and_what_comes_before(run: Run, language: str) -> None:
    ran = await run(f"{language}.Commands", beforeCommands=["export X=1"], commands=["echo one $X", "echo two"])
    assert ran.lines == [("INFO", "one 1"), ("INFO", "two")]
