"""What a script may do to itself and to nobody else: ends, kills, forks, floods, secrets."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from executor.stage import Stage, open_stage
from scripts.conftest import Run, flow_of
from tiercel.model.event import KillRequested
from tiercel.operations.settings import ScriptSettings, Settings
from tiercel.operations.streams import LogsWritten


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds, and say so when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.02)


def running(marker: str) -> list[int]:
    """List processes whose command line holds a text."""
    found = []
    for process in psutil.process_iter():
        try:
            if marker in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def find_keeper() -> int:
    """Give the process that keeps the scripts of this one; children that have ended may still be listed beside it."""
    own = {process.pid for process in psutil.Process().children()}
    return next(pid for pid in running("keeper.py") if pid in own)


async def begin(stage: Stage, source: str) -> str:
    """Start a flow, and return once its task has written a line."""
    execution = await stage.prepare(await stage.save(source))
    with stage.executor.stream.subscribe(execution.id) as feed:
        await stage.executor.start(execution)
        while not isinstance(await feed.next(60), LogsWritten):
            pass
    return execution.id


@pytest.mark.parametrize(
    ("script", "code", "message"),
    [
        ("exit 3", 3, "Command failed with exit code 3"),
        (
            "kill -9 $$",
            137,
            "The script was killed by signal 9 (SIGKILL): by somebody, or by the system when memory ran out",
        ),
        (
            "sh -c 'kill -SEGV $$'",
            139,
            "Command failed with exit code 139: a program in it was killed by signal 11 (SIGSEGV)",
        ),
        ("no-such-program", 127, "Command failed with exit code 127: a command was not found"),
        ("false\necho never", 1, "Command failed with exit code 1"),
    ],
)
async def test_how_it_ended(run: Run, script: str, code: int, message: str) -> None:
    ran = await run("shell.Script", script=f'echo \'::{{"outputs":{{"a":1}}}}::\'\n{script}')
    assert ran.state == "FAILED"
    assert ran.outputs["exitCode"] == code
    assert ran.outputs["vars"] == {"a": 1}
    assert ("ERROR", message) in ran.lines
    assert "never" not in ran.messages


async def test_without_fail_fast_it_goes_on(run: Run) -> None:
    ran = await run("shell.Commands", commands=["false", "echo after"], failFast=False)
    assert (ran.state, ran.messages) == ("SUCCESS", ["after"])


async def test_an_interpreter_that_is_not_there(run: Run) -> None:
    ran = await run("shell.Commands", commands=["echo"], interpreter=["/no/such/shell", "-c"])
    assert ran.messages == ["The program cannot be run: /no/such/shell: No such file or directory"]


async def test_the_environment_is_clean(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_PASSWORD", "c2VjcmV0")
    monkeypatch.setenv("TIERCEL_DATABASE", "somewhere")
    ran = await run("shell.Commands", commands=["env"], env={"OWN": "x"})
    names = {line.partition("=")[0] for line in ran.messages}
    assert {"OWN", "PATH", "HOME", "TMPDIR", "WORKING_DIR"} <= names
    assert not {name for name in names if name.startswith(("SECRET", "TIERCEL"))}


@pytest.mark.parametrize(
    ("env", "message"),
    [({"A=B": "x"}, "'A=B' is no name of a variable"), ({"A": "x\0y"}, "env.A holds a null character")],
)
async def test_values_no_program_can_be_given(run: Run, env: dict[str, str], message: str) -> None:
    ran = await run("shell.Commands", commands=["env"], env=env)
    assert any(message in line for line in ran.messages)


ESCAPE = """
import os, subprocess, sys, time
for _ in range(2):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.setsid()
            subprocess.Popen(["sleep", sys.argv[1]], start_new_session=True)
            time.sleep(600)
        os._exit(0)
"""


@pytest.mark.parametrize("is_ended", [True, False], ids=["at its end", "when it is killed"])
async def test_nothing_it_started_stays(stage: Stage, *, is_ended: bool) -> None:
    marker = f"600.{os.getpid()}{int(is_ended)}"
    source = flow_of(
        "shell.Commands",
        {},
        inputFiles={"escape.py": ESCAPE},
        commands=[
            "trap '' TERM",
            f"python escape.py {marker}",
            f"until pgrep -f 'sleep {marker}' >/dev/null; do sleep 0.05; done",
            "echo begun",
            "true" if is_ended else f"sleep {marker}",
        ],
    )
    execution_id = await begin(stage, source)
    if not is_ended:
        await until(lambda: len(running(f"sleep {marker}")) >= 3)
        await stage.executor.submit(execution_id, KillRequested(at=stage.environment.clock()))
    ended = await stage.executor.wait(execution_id)
    assert ended.state.value == ("SUCCESS" if is_ended else "KILLED")
    assert running(marker) == []
    own = Path(stage.environment.settings.home) / "work" / "own"
    await until(lambda: not list(own.glob("*")))  # its directory goes after its end was told


async def test_a_script_that_forks_without_end_harms_only_itself(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path), scripts=ScriptSettings(runner="process", most_processes=40))
    marker = f"bomb-{os.getpid()}"
    async with open_stage(tmp_path, settings=settings) as stage:
        source = flow_of(
            "shell.Script", {}, script=f"b() {{ sh -c 'sleep 60' {marker} & sleep 0.05; b & b; }}\nb\nwait"
        )
        ended = await stage.run(source)
        lines = [line.message for line in await stage.logs(ended.id)]
    assert ended.state.value == "FAILED"
    assert any("The script was ended: it ran" in line and "of at most 40" in line for line in lines), lines
    assert running(marker) == []


async def test_a_script_that_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path), scripts=ScriptSettings(runner="process", most_memory_bytes=200_000_000))
    async with open_stage(tmp_path, settings=settings) as stage:
        script = "import time\nx = bytearray(400_000_000)\ntime.sleep(60)"
        ended = await stage.run(flow_of("python.Script", {}, script=script))
        lines = [line.message for line in await stage.logs(ended.id)]
    assert any("bytes of memory of at most 200,000,000" in line for line in lines), lines


@pytest.mark.alone
async def test_a_flood_of_lines_is_bounded(run: Run) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ran = await run("shell.Commands", commands=["head -c 1000000000 /dev/zero | tr '\\0' 'a'", "echo", "echo end"])
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert ran.state == "SUCCESS"
    assert ran.outputs["stdOutLineCount"] == 2
    assert len(ran.messages[0]) < 70_000
    assert ran.messages[0].endswith("aaa ... (cut)")
    assert ran.messages[1] == "end"
    assert grown < 60_000, "kilobytes"


async def test_a_log_that_is_full_says_so(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path), scripts=ScriptSettings(runner="process", log_lines=100))
    async with open_stage(tmp_path, settings=settings) as stage:
        ended = await stage.run(flow_of("shell.Commands", {}, commands=["seq 1000000"]))
        runs = await stage.task_runs(ended.id)
        lines = [line.message for line in await stage.logs(ended.id)]
    assert (runs[0].outputs or {})["stdOutLineCount"] == 1_000_000
    assert lines[99:] == [
        "100",
        "The log of this run is full (scripts.log_lines, scripts.log_bytes)",
        "999,900 more lines were written and not kept",
    ]


async def test_secrets_do_not_show(run: Run) -> None:
    script = """
import array, base64, fcntl, json, os, sys, termios, time, urllib.parse
unread = array.array("i", [1])
secret = os.environ["TOKEN"]
print(secret); print(base64.b64encode(secret.encode()).decode()); print(urllib.parse.quote(secret, safe=""))
print(json.dumps(secret))
sys.stdout.write("split " + secret[:5]); sys.stdout.flush()
while unread[0]:
    time.sleep(0.01); fcntl.ioctl(1, termios.FIONREAD, unread)
print(secret[5:])
print("x" * 65530 + secret)
print("::" + json.dumps({"outputs": {"a": [secret], secret: 1}}) + "::")
open("report-" + secret.replace("/", "_") + ".txt", "w").close()
open("report-" + base64.urlsafe_b64encode(secret.encode()).decode() + ".txt", "w").close()
sys.exit(secret)
"""
    ran = await run("python.Script", script=script, env={"TOKEN": "{{ secret('TOKEN') }}"}, outputFiles=["report*"])
    assert ran.state == "FAILED"
    everything = repr((ran.messages, ran.outputs))
    for hidden in ("s3cr3t", "czNjcjN0", "s3cr3t%2Ft%C3%A4g"):
        assert hidden not in everything.replace("report-s3cr3t_", "")
    assert ran.messages[:5] == ["******", "******", "******", '"******"', "split ******"]
    assert ran.outputs["vars"] == {"a": ["******"], "******": 1}
    assert "report-******.txt" in ran.outputs["outputFiles"]


async def test_a_time_limit_ends_it(run: Run) -> None:
    marker = f"100700.{os.getpid()}"
    ran = await run(
        "shell.Commands", commands=["trap '' TERM", f"sleep {marker}; sleep {marker}; echo never"], timeout="PT1S"
    )
    assert ran.state == "FAILED"
    assert ran.messages[-1] == "Timeout after 00:00:01.000"
    assert "never" not in ran.messages
    await until(lambda: not running(f"sleep {marker}"))


async def test_a_server_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    marker = f"800.{os.getpid()}"
    flow = tmp_path / "flow.yaml"
    flow.write_text(flow_of("shell.Commands", {}, commands=["trap '' TERM", f"setsid sleep {marker} & sleep {marker}"]))
    environment = {**os.environ, "TIERCEL_HOME": str(tmp_path / "home"), "TIERCEL_SCRIPTS_RUNNER": "process"}
    command = [sys.executable, "-m", "tiercel", "run", str(flow)]
    server = subprocess.Popen(command, env=environment)  # noqa: ASYNC220 (it begins at once, and is killed)
    try:
        await until(lambda: len(running(f"sleep {marker}")) >= 2)
        below = psutil.Process(server.pid).children(recursive=True)
    finally:
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    await until(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in below))
    assert running(marker) == []


async def test_a_leader_that_is_killed_takes_its_script_along(stage: Stage) -> None:
    marker = f"900.{os.getpid()}"
    execution_id = await begin(
        stage, flow_of("shell.Commands", {}, commands=["echo begun", f"setsid sleep {marker} & sleep {marker}"])
    )
    await until(lambda: len(running(f"sleep {marker}")) >= 2)
    keeper = psutil.Process(find_keeper())
    for leader in keeper.children():
        leader.kill()
    ended = await stage.executor.wait(execution_id)
    lines = [line.message for line in await stage.logs(ended.id)]
    assert ended.state.value == "FAILED"
    assert any("watched over the program was killed" in line for line in lines)
    await until(lambda: not running(marker))


_LIAR = """\
import os, sys, time
print(os.getpid(), flush=True)
os.close(1)
os.close(2)
os.write(3, bytes([0, 5, 0]))
time.sleep(60)
"""


async def test_a_program_that_says_its_end_too_early_is_ended(run: Run) -> None:
    ran = await run("python.Script", script=_LIAR)
    assert (ran.state, ran.outputs["exitCode"]) == ("FAILED", 5)
    await until(lambda: not psutil.pid_exists(int(ran.messages[0])))


async def test_a_fork_that_comes_to_the_end_of_a_program_does_not_end_it(run: Run) -> None:
    ran = await run("python.Script", script="import os\nif os.fork():\n    os.wait()\n    print('parent')\n")
    assert (ran.state, ran.messages) == ("SUCCESS", ["parent"])
