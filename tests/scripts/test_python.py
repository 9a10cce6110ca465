"""Python scripts: kept interpreters, environments of packages, the published helper packages."""

from __future__ import annotations

import asyncio
import sys

import pytest

from executor.stage import Stage
from scripts.conftest import Run, flow_of
from scripts.test_languages import need, need_index


async def test_runs_do_not_see_one_another(run: Run) -> None:
    script = "import os, sys, json\nprint(getattr(json, 'left', None), os.environ.get('LEFT'), len(sys.argv))\n"
    script += "json.left = os.environ['LEFT'] = 'x'\nsys.path.clear()"
    for _ in range(2):
        assert (await run("python.Script", script=script)).messages == ["None None 1"]


PROBE = """
import __main__, os, sys
print(__name__, __main__ is sys.modules["__main__"], os.path.basename(__file__), os.getcwd() == sys.path[0])
print(sys.path[0] == os.path.dirname(__file__), sys.stdin.read() == "", sys.executable, os.getsid(0) == os.getpid())
print(sys.stdout.encoding, sorted(int(n) for n in os.listdir("/proc/self/fd"))[:3])
"""


async def test_a_warm_start_looks_like_a_fresh_one(run: Run) -> None:
    warm = await run("python.Script", script=PROBE)
    fresh = await run("python.Script", script=PROBE, warmStart=False)
    assert warm.messages == fresh.messages
    assert sys.executable in warm.messages[1]
    assert warm.messages[2] == "utf-8 [0, 1, 2]"


THREADS = """
import atexit, threading, time
atexit.register(print, "last")
threading.Thread(target=lambda: (time.sleep(0.1), print("thread"))).start()
print("main")
"""


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize(
    ("script", "code", "last"),
    [
        ("import sys\nsys.exit(5)", 5, None),
        ("import sys\nsys.exit('told')", 1, "told"),
        ("def f():\n    1 / 0\nf()", 1, "ZeroDivisionError: division by zero"),
        ("x = = 1", 1, "SyntaxError: invalid syntax"),
        ("import os\nos.kill(os.getpid(), 9)", 137, None),
        (THREADS, 0, "last"),
        ("import multiprocessing\nprint(multiprocessing.Pool(2).map(abs, [-1]))", 0, "[1]"),
    ],
)
async def test_ends(run: Run, *, warm: bool, script: str, code: int, last: str | None) -> None:
    ran = await run("python.Script", script=script, warmStart=warm)
    assert ran.outputs["exitCode"] == code, ran.lines
    said = [line for line in ran.messages if not line.startswith(("Command failed", "The script was killed"))]
    assert (said[-1] if said else None) == last
    assert not any("keeper" in line for line in said)


async def test_a_variable_of_python_has_a_fresh_interpreter(run: Run) -> None:
    ran = await run("python.Script", script="import sys\nprint(sys.flags.optimize)", env={"PYTHONOPTIMIZE": "2"})
    assert ran.messages == ["2"]


@pytest.mark.parametrize("version", ["==1.0.0", ">=2"])
async def test_the_helper_package(stage: Stage, version: str) -> None:
    script = (
        "from kestra import Kestra\nKestra.outputs({'answer': 42})\nKestra.counter('rows', 5, {'a': 'b'})\n"
        "Kestra.timer('took', 1.5)\nKestra.logger().warning('careful')"
    )
    source = flow_of("python.Script", {}, script=script, dependencies=[f"kestra{version}"])
    flow = await stage.save(source)
    prepared = [await stage.prepare(flow) for _ in range(2)]
    first, second = await asyncio.gather(*map(stage.executor.run, prepared))  # at once: one builds, one waits
    lines = [(line.level.value, line.message) for line in await stage.logs(first.id)]
    lines += [(line.level.value, line.message) for line in await stage.logs(second.id)]
    need_index(message for _, message in lines)
    assert (first.state.value, second.state.value) == ("SUCCESS", "SUCCESS"), lines
    assert sum("Made an environment of packages" in message for _, message in lines) == 1
    assert any(message.endswith("careful") and level == "WARN" for level, message in lines), lines
    assert ((await stage.task_runs(first.id))[0].outputs or {})["vars"] == {"answer": 42}
    figures = await stage.environment.database.read(
        lambda connection: connection.fetch("SELECT DISTINCT name, value FROM metrics ORDER BY name")
    )
    assert figures == [("rows", 5.0), ("took", 1.5)]


async def test_packages_that_are_not_there(run: Run) -> None:
    ran = await run("python.Script", script="1", dependencies=["./no-such-folder-here"])
    assert ran.messages[-1] == "The dependencies cannot be installed; what the installer said is in the log"
    ran = await run("python.Script", script="1", dependencies=["--index-url=http://example.org"])
    assert "is no package" in ran.messages[-1]


async def test_the_helper_library_of_node(run: Run) -> None:
    need("npm")
    script = "const Kestra = require('@kestra-io/libs'); const k = Kestra.default || Kestra;\nk.outputs({answer: 42});"
    ran = await run(
        "node.Script",
        beforeCommands=["npm install --loglevel=error --no-fund --fetch-retries=0 @kestra-io/libs"],
        script=script,
    )
    need_index(ran.messages)
    assert ran.state == "SUCCESS", ran.lines
    assert ran.outputs["vars"] == {"answer": 42}


async def test_a_script_does_not_see_what_started_it(run: Run) -> None:
    script = (
        "import importlib.util\n"
        "names = ('keeper', 'forking', 'leader', 'processes', 'program')\n"
        "print([name for name in names if importlib.util.find_spec(name)])"
    )
    ran = await run("python.Script", script=script)
    assert ran.messages == ["[]"]
