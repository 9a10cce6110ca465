"""Scripts in containers of a real engine: docker.APIClient, with an image made of one static program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from executor.stage import Stage, open_stage
from scripts.conftest import Ran, Run, flow_of
from scripts.engines import ADDRESSES, IMAGE, opened_engine
from scripts.test_processes import until
from tiercel.model.event import KillRequested
from tiercel.model.json import Json
from tiercel.operations.settings import ScriptSettings, Settings
from tiercel.operations.streams import LogsWritten
from tiercel.storage import paths
from tiercel.tasks.runner.engine import HOME_LABEL, Engine, home_mark

RUNNER = "io.kestra.plugin.scripts.runner.docker.Docker"
pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(scope="module", params=list(ADDRESSES))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[docker.APIClient]:
    folder = tmp_path_factory.mktemp(request.param)
    with ADDRESSES[request.param](folder) as address, pytest.MonkeyPatch.context() as patch:
        if address:  # an engine that only these tests are to find
            patch.setenv("DOCKER_HOST", address)
        with opened_engine() as client:
            yield client


@pytest.fixture
def script_settings() -> ScriptSettings:
    return ScriptSettings(runner="auto")


def containers(engine: docker.APIClient, home: Path) -> list[str]:
    """List the containers of an installation; others may use the same engine at the same time."""
    wanted = [f"{name}={value}" for name, value in containers_home(home).items()]
    return [one["Id"] for one in engine.containers(all=True, filters={"label": wanted})]


async def commands(run: Run, *lines: str, runner: dict[str, Json] | None = None, **properties: Json) -> Ran:
    task_runner = {"type": RUNNER, "networkMode": "none", **(runner or {})}
    return await run("shell.Commands", commands=list(lines), containerImage=IMAGE, taskRunner=task_runner, **properties)


async def test_files_go_in_and_come_out_and_the_container_is_gone(
    run: Run, stage: Stage, tmp_path: Path, engine: docker.APIClient
) -> None:
    ran = await commands(
        run,
        "cat in/a.txt; echo oops >&2; pwd",
        'mkdir -p out; printf made > out/b.txt; echo "$NAME"',
        """echo '::{"outputs":{"x":[1,2]}}::'""",
        inputFiles={"in/a.txt": "given\n"},
        outputFiles=["out/*.txt"],
        env={"NAME": "a b\n'c'"},
    )
    assert ran.state == "SUCCESS", ran.lines
    assert ("INFO", "given") in ran.lines
    assert ("ERROR", "oops") in ran.lines
    assert "a b" in ran.messages
    assert any(line.endswith(f"/{ran.task_run.id}") for line in ran.messages)
    assert ran.outputs["vars"] == {"x": [1, 2]}
    assert ran.outputs["taskRunner"]["containerId"]
    uri = ran.outputs["outputFiles"]["out/b.txt"]
    assert stage.environment.storage.read(paths.from_uri(uri)) == b"made"
    assert containers(engine, tmp_path) == []


async def test_auto_takes_the_engine(run: Run) -> None:
    ran = await run("shell.Commands", commands=["ls /bin/busybox"], containerImage=IMAGE)
    assert (ran.state, ran.messages) == ("SUCCESS", ["/bin/busybox"]), ran.lines
    assert ran.outputs["taskRunner"]["containerId"]


async def test_an_image_that_is_not_here(run: Run) -> None:
    ran = await run("shell.Commands", commands=["id"], docker={"image": "tiercel-test:2", "pullPolicy": "NEVER"})
    assert "The image tiercel-test:2 is not here, and pullPolicy is NEVER" in ran.messages


def test_a_socket_in_its_usual_place_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "podman").mkdir()
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    (tmp_path / "podman" / "podman.sock").symlink_to(address.removeprefix("unix://"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    found = Engine("", str(tmp_path))
    assert found.problem == ""
    if not Path("/var/run/docker.sock").exists():  # Docker's own goes first
        assert found.address == f"unix://{tmp_path}/podman/podman.sock"


async def test_old_options(run: Run) -> None:
    ran = await run(
        "shell.Commands",
        commands=["echo old; id -u"],
        docker={"image": IMAGE, "networkMode": "none", "user": "1000"},
    )
    assert ran.state == "SUCCESS", ran.lines
    assert ran.messages == ["old", "1000"]


async def test_bounds_reach_the_engine(run: Run) -> None:
    ran = await commands(
        run,
        "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null || true; cat /etc/hosts",
        runner={"memory": {"memory": "64MB"}, "extraHosts": ["other:10.0.0.1"], "user": "1000"},
    )
    assert ran.state == "SUCCESS", ran.lines
    assert str(64 * 1024 * 1024) in ran.messages
    assert any("10.0.0.1" in line and "other" in line for line in ran.messages)


@pytest.mark.parametrize(
    ("runner", "message"),
    [
        ({"volumes": ["/etc:/host"]}, "volumes are not allowed here"),
        ({"privileged": True}, "privileged containers are not allowed here"),
        ({"pullPolicy": "ALWAYS"}, "cannot be pulled"),
    ],
)
async def test_what_is_refused(
    run: Run, tmp_path: Path, engine: docker.APIClient, runner: dict[str, Json], message: str
) -> None:
    ran = await commands(run, "echo no", runner=runner)
    assert ran.state == "FAILED"
    assert any(message in line or "refused" in line for line in ran.messages), ran.lines
    assert containers(engine, tmp_path) == []


async def test_exit_codes_and_entry_point(run: Run) -> None:
    ran = await commands(run, "exit 3")
    assert (ran.state, ran.outputs["exitCode"]) == ("FAILED", 3)
    ran = await commands(run, "id", runner={"entryPoint": ["/bin/echo", "first"]})
    assert ran.messages == ["first /bin/sh -c set -e", "id"]


async def test_a_killed_run_leaves_no_container(stage: Stage, engine: docker.APIClient, tmp_path: Path) -> None:
    source = flow_of(
        "shell.Commands",
        {},
        commands=["echo begun", "sleep 600"],
        containerImage=IMAGE,
        taskRunner={"type": RUNNER, "networkMode": "none"},
    )
    execution = await stage.prepare(await stage.save(source))
    with stage.executor.stream.subscribe(execution.id) as feed:
        await stage.executor.start(execution)
        while not isinstance(await feed.next(60), LogsWritten):
            pass
    assert len(containers(engine, tmp_path)) == 1
    await stage.executor.submit(execution.id, KillRequested(at=stage.environment.clock()))
    ended = await stage.executor.wait(execution.id)
    assert ended.state.value == "KILLED"
    assert containers(engine, tmp_path) == []


async def test_the_next_server_removes_what_one_that_crashed_left(tmp_path: Path, engine: docker.APIClient) -> None:
    settings = Settings(home=str(tmp_path), scripts=ScriptSettings(runner="docker"))
    quick = flow_of("shell.Commands", {}, commands=["echo quick"], containerImage=IMAGE, taskRunner={"type": RUNNER})
    async with open_stage(tmp_path, settings=settings) as stage:
        await stage.run(quick)
        home = containers_home(tmp_path)
    left = engine.create_container(IMAGE, ["/bin/sleep", "600"], labels={**home, "io.tiercel.process": "gone"})["Id"]
    assert containers(engine, tmp_path) == [left]
    async with open_stage(tmp_path, settings=settings):
        await until(lambda: containers(engine, tmp_path) == [])


def containers_home(home: Path) -> dict[str, str]:
    return {HOME_LABEL: home_mark(str((home / "work" / "kept" / "docker").resolve()))}


async def test_large_files_cross_in_pieces(run: Run) -> None:
    ran = await commands(run, "dd if=/dev/zero of=big bs=1048576 count=64 2>/dev/null", outputFiles=["big"])
    assert ran.state == "SUCCESS", ran.lines
    assert list(ran.outputs["outputFiles"]) == ["big"]


async def test_a_mounted_directory(run: Run) -> None:
    ran = await commands(
        run,
        "cat a.txt",
        "printf x > b.txt",
        runner={"fileHandlingStrategy": "MOUNT"},
        inputFiles={"a.txt": "mounted"},
        outputFiles=["b.txt"],
    )
    assert ran.state == "SUCCESS", ran.lines
    assert ran.messages == ["mounted"]
    assert list(ran.outputs["outputFiles"]) == ["b.txt"]
