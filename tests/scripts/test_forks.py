"""Scripts that fork without end: ended with a clear message, while others run on; and what the system adds to that."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from cli.served import API, save_flow, serving, variables_of
from executor.stage import Stage, open_stage
from scripts.conftest import Run, flow_of
from scripts.test_languages import need
from scripts.test_processes import find_keeper, running, until
from tiercel.operations.settings import ScriptSettings, Settings
from tiercel.tasks.runner.keeper import headroom
from tiercel.tasks.runner.keeper.groups import HARD_FACTOR, read
from tiercel.tasks.runner.keeper.place import find_place

pytestmark = pytest.mark.alone

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
NOBODY = 65534
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
    own = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    if own in range(tasks + 4000):
        assert own // 2 <= int(said) < own
    else:
        assert 1000 < int(said) < tasks + 1000 + 2000


def test_a_limit_rises_with_what_others_start(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [100]
    now = [50.0]
    monkeypatch.setattr(headroom, "read", lambda _: f"0.1 0.1 0.1 1/{tasks[0]} 77")
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    room = headroom.Headroom(10)
    first = 100 + 10 + 256
    assert (room.first, room.is_due()) == (first, False)
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        try:
            hard = resource.prlimit(child.pid, resource.RLIMIT_NPROC)[1]
            resource.prlimit(child.pid, resource.RLIMIT_NPROC, (room.first, hard))
            limits = []
            # Others start ten; it starts ninety; others start a hundred more; some end; it has run for a second.
            for tasks[0], own, now[0] in (
                (110, 1, 50.1),
                (200, 91, 50.2),
                (300, 91, 50.3),
                (250, 1, 50.4),
                (250, 1, 51),
            ):
                assert room.is_due()
                room.follow([child.pid, *range(2**22, 2**22 + own - 1)])
                limits.append(resource.prlimit(child.pid, resource.RLIMIT_NPROC)[0])
            resource.prlimit(child.pid, resource.RLIMIT_NPROC, (50, hard))
            tasks[0] = 1000
            room.follow([child.pid])
            assert resource.prlimit(child.pid, resource.RLIMIT_NPROC)[0] == 50, "its own"
        finally:
            child.kill()
    assert limits == [first, first, 209 + 266, 209 + 266, 249 + 266 + 256]


def unprivileged(home: Path, tasks: int) -> list[str]:
    """Give what a command stands behind that is to be run without the rights of root, with a limit that saves others.

    It may read what root may, since the interpreter may lie where nobody else gets at.
    """
    limit = ["prlimit", f"--nproc={tasks}:{tasks}"]
    if os.geteuid() != 0:
        return limit
    os.chown(home, NOBODY, NOBODY)
    kept = "-all,+dac_read_search"
    rights = [f"--inh-caps={kept}", f"--ambient-caps={kept}", f"--bounding-set={kept}"]
    return [*limit, "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *rights]


def until_now(holds: Callable[[], bool]) -> None:
    """Ask again and again until it holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end


def test_a_bomb_of_a_server_without_rights_harms_only_itself() -> None:
    need("setpriv")
    need("prlimit")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        Path(folder).chmod(0o755)
        variables = variables_of(
            home,
            TIERCEL_SCRIPTS_RUNNER="process",
            TIERCEL_SCRIPTS_MOST_PROCESSES="100",
            TIERCEL_SCRIPTS_CONTROL_GROUPS="false",
            PYTHONPATH=os.pathsep.join(sys.path),
        )
        with serving(variables, Path(folder), unprivileged(home, 5000)) as (process, client):
            assert psutil.Process(process.pid).uids().real != 0
            marker = f"bomb_{os.getpid()}_without_rights.py"
            bomb = flow_of("shell.Commands", {}, inputFiles={marker: BOMB}, commands=[f"exec python {marker}"])
            save_flow(client, bomb)
            script = NEIGHBOUR.replace("50", "120")
            save_flow(client, flow_of("shell.Script", {}, script=script).replace("id: scripts", "id: neighbour"))
            neighbour = client.post(f"{API}/executions/dev/neighbour").json()["id"]
            logs = f"{API}/logs/{neighbour}"
            until_now(lambda: len(client.get(logs).json()) > 50)  # it runs for more than a second
            ended = client.post(f"{API}/executions/dev/scripts", params={"wait": "true"}).json()
            assert client.get("/health").json() == {"status": "UP"}
            assert ended["state"]["current"] == "FAILED"
            said = [line["message"] for line in client.get(f"{API}/logs/{ended['id']}").json()]
            assert any(line.startswith("The script was ended: it ran") and "at most 100" in line for line in said), said
            assert running(marker) == []
            until_now(lambda: client.get(f"{API}/executions/{neighbour}").json()["state"]["current"] == "SUCCESS")
            lines = client.get(logs).json()
            assert sorted(int(line["message"]) for line in lines) == list(range(1, 121))


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
    keeper = find_keeper()
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
