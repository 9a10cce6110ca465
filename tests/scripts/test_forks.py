"""Scripts that fork without end: ended with a clear message, while others run on; and what the system adds to that."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from executor.stage import Stage, open_stage
from scripts.conftest import Run, flow_of
from scripts.test_processes import running, until
from tiercel.operations.settings import ScriptSettings, Settings
from tiercel.tasks.runner.keeper.groups import HARD_FACTOR, read
from tiercel.tasks.runner.keeper.place import find_place

# As fast as it can, and at most 3,000 of them: should nobody end it, the machine survives.
BOMB = """
import mmap, os, sys, time
made = mmap.mmap(-1, 8)
while True:
    count = int.from_bytes(made[:8], "little")
    if count >= 3000:
        time.sleep(60)
    made[:8] = (count + 1).to_bytes(8, "little")
    try:
        if os.fork() == 0:
            os.setsid()
    except OSError:
        time.sleep(0.01)
"""
NEIGHBOUR = "for i in $(seq 50); do (sleep 0.02; echo $i) & sleep 0.02; done; wait"


@pytest.fixture
def script_settings() -> ScriptSettings:
    return ScriptSettings(runner="process", most_processes=100, grace_seconds=0.5)


async def test_a_bomb_ends_and_others_do_not_notice(stage: Stage) -> None:
    marker = f"bomb_{os.getpid()}.py"
    bomb = flow_of("shell.Commands", {}, inputFiles={marker: BOMB}, commands=[f"python {marker}"])
    other = flow_of("shell.Script", {}, script=NEIGHBOUR).replace("id: scripts", "id: neighbour")
    flows = [await stage.save(source) for source in (bomb, other)]
    ended, unharmed = await asyncio.gather(*[stage.executor.run(await stage.prepare(flow)) for flow in flows])
    said = [line.message for line in await stage.logs(ended.id)]
    assert ended.state.value == "FAILED"
    assert any(line.startswith("The script was ended: it ") and "processes" in line for line in said), said
    assert running(marker) == []
    assert unharmed.state.value == "SUCCESS"
    assert len(await stage.logs(unharmed.id)) == 50


async def test_the_system_refuses_what_outruns_the_watch(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path), scripts=ScriptSettings(runner="process", control_groups=False))
    async with open_stage(tmp_path, settings=settings) as stage:
        script = "import resource\nprint(resource.getrlimit(resource.RLIMIT_NPROC)[0])"
        ended = await stage.run(flow_of("python.Script", {}, script=script))
        said = (await stage.logs(ended.id))[-1].message
    tasks = int(read("/proc/loadavg").split()[3].partition("/")[2])
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    if hard in range(tasks + 4000):
        assert said == str(hard)
    else:
        assert 4000 < int(said) < tasks + 4000 + 2000


@pytest.fixture
async def grouped(tmp_path: Path) -> AsyncIterator[Stage]:
    if find_place() is None:
        pytest.skip("this process may make no control groups that bound processes (version 2, delegated)")
    scripts = ScriptSettings(runner="process", most_processes=20, most_memory_bytes=150_000_000)
    async with open_stage(tmp_path, settings=Settings(home=str(tmp_path), scripts=scripts)) as opened:
        yield opened


async def test_a_group_of_its_own(grouped: Stage) -> None:
    ended = await grouped.run(flow_of("shell.Commands", {}, commands=["cat /proc/self/cgroup"]))
    said = [line.message for line in await grouped.logs(ended.id)]
    keeper = next(one.pid for one in psutil.Process().children() if "keeper.py" in " ".join(one.cmdline()))
    assert any(f"/tiercel-{keeper}-" in line for line in said), said


async def test_the_system_is_told_its_bounds(grouped: Stage) -> None:
    script = (
        "from pathlib import Path\n"
        "own = next(line[3:] for line in open('/proc/self/cgroup').read().splitlines() if line.startswith('0::'))\n"
        "mount = next(line.split()[4] for line in open('/proc/self/mountinfo') if ' - cgroup2 ' in line)\n"
        "print(*[(Path(mount + own) / name).read_text().strip() for name in ('pids.max', 'memory.max')])"
    )
    ended = await grouped.run(flow_of("python.Script", {}, script=script))
    (said,) = [line.message for line in await grouped.logs(ended.id)]
    tasks, memory = map(int, said.split())
    assert tasks == 20 * HARD_FACTOR + 2  # the leader, and a fork that waits
    assert memory in range(150_000_000 - resource.getpagesize(), 150_000_001)


@pytest.mark.parametrize(
    ("script", "message"),
    [(BOMB, "processes"), ("import time\nx = bytearray(400_000_000)\ntime.sleep(60)", "memory")],
)
async def test_the_system_holds_its_bounds(grouped: Stage, script: str, message: str) -> None:
    ended = await grouped.run(flow_of("python.Script", {}, script=script))
    said = [line.message for line in await grouped.logs(ended.id)]
    assert any(line.startswith("The script was ended: it ") and message in line for line in said), said


async def test_a_run_is_unbounded_by_the_one_before(run: Run) -> None:
    assert (await run("shell.Script", script=BOMB, interpreter=["python", "-c"])).state == "FAILED"
    await until(lambda: not running("made = mmap"))
    ran = await run("shell.Script", script="for i in $(seq 60); do sleep 0.2 & done; wait; echo fine")
    assert ran.messages == ["fine"]
