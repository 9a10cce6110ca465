"""Docker tasks against a real engine, with an image made of one static program."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from groups.conftest import Run
from scripts.engines import IMAGE, image
from sql.servers import missing
from tiercel.operations.settings import ScriptSettings, Settings
from tiercel.plugins import TaskError
from tiercel.testing.flows import FlowRun, run_flow

docker = pytest.importorskip("docker")
pytestmark = pytest.mark.usefixtures("engine")
SETTINGS = Settings(scripts=ScriptSettings(runner="auto"))


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    named = os.environ.get("TEST_TIERCEL_DOCKER_HOST") or os.environ.get("DOCKER_HOST")
    address = named or "unix:///var/run/docker.sock"
    if address.startswith("unix://") and not Path(address.removeprefix("unix://")).exists():
        missing("no Docker engine answers")
    if shutil.which("busybox") is None:
        missing("busybox-static is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", address)
        client = docker.APIClient(version="auto", timeout=60, base_url=address)
        client.import_image_from_data(image(), repository="tiercel-test", tag="1")
        yield client
        client.close()


def flow(kind: str, **properties: Any) -> str:
    task = {"id": "one", "type": f"io.kestra.plugin.docker.cli.{kind}", **properties}
    return json.dumps({"id": "docker", "namespace": "company.team", "tasks": [task]})


def ran(kind: str, **properties: Any) -> FlowRun:
    ended = run_flow(flow(kind, **properties), settings=SETTINGS)
    assert ended.state == "SUCCESS", ended.messages()
    return ended


def test_an_image_runs_with_files(engine: Any) -> None:
    ended = ran(
        "Run",
        containerImage=IMAGE,
        commands=["sh", "-c", 'cat in.txt > out.txt; echo $NAME; echo \'::{"outputs":{"n":1}}::\''],
        env={"NAME": "ana"},
        inputFiles={"in.txt": "hello"},
        outputFiles=["*.txt"],
        networkMode="none",
        pullPolicy="NEVER",
    )
    outputs = ended.outputs_of("one")
    assert outputs["vars"] == {"n": 1}
    assert outputs["exitCode"] == 0
    assert ended.files[outputs["outputFiles"]["out.txt"]] == b"hello"
    assert "ana" in ended.messages()
    end = time.monotonic() + 60
    while engine.containers(all=True, filters={"label": ["io.tiercel.home"]}):  # those of tests beside this one go too
        assert time.monotonic() < end, "a container was left"
        time.sleep(0.1)


def test_a_container_that_fails_fails_the_task() -> None:
    source = flow("Run", containerImage=IMAGE, commands=["sh", "-c", "exit 3"], networkMode="none", pullPolicy="NEVER")
    ended = run_flow(source, settings=SETTINGS)
    assert ended.state == "FAILED"
    assert ended.outputs_of("one")["exitCode"] == 3
    assert any("exit code 3" in message for message in ended.messages())


@pytest.mark.parametrize("properties", [{"volumes": ["/:/host"]}, {"privileged": True}])
def test_a_container_gets_no_rights_that_are_not_allowed(properties: dict[str, Any]) -> None:
    ended = run_flow(flow("Run", containerImage=IMAGE, commands=["id"], **properties), settings=SETTINGS)
    assert ended.state == "FAILED"
    assert any("allowed here" in message for message in ended.messages())


def test_an_image_is_built_named_and_listed(engine: Any) -> None:
    text = f'FROM {IMAGE}\nARG WORD\nCOPY hello.txt /hello.txt\nLABEL word=$WORD\nCMD ["cat", "/hello.txt"]\n'
    names = ["tiercel-built:1", "tiercel-built:2"]
    built = ran(
        "Build",
        dockerfile=text,
        inputFiles={"hello.txt": "from the image"},
        tags=names,
        buildArgs={"WORD": "yes"},
        pull=False,
    )
    ran("Tag", sourceImage="tiercel-built:1", targetImage="tiercel-built:3")
    listed = ran("ImageLs", imageNameFilter="tiercel-built", labelFilter={"word": "yes"}).outputs_of("one")
    assert listed["count"] == 1
    assert listed["images"][0]["id"] == built.outputs_of("one")["imageId"]
    assert sorted(listed["images"][0]["repoTags"]) == [*names, "tiercel-built:3"]
    said = ran("Run", containerImage="tiercel-built:2", networkMode="none", pullPolicy="NEVER").messages()
    assert "from the image" in said
    for name in (*names, "tiercel-built:3"):
        engine.remove_image(name)


def test_what_fails_is_told(run: Run) -> None:
    for kind, properties, message in (
        ("Build", {"dockerfile": "FROM\n", "tags": ["x:1"]}, "failed|refused"),
        ("Pull", {"image": "localhost:1/missing:1"}, "failed|refused"),
        ("Tag", {"sourceImage": "missing:1", "targetImage": "x:1"}, "refused"),
    ):
        ended = run_flow(flow(kind, **properties), settings=SETTINGS)
        assert ended.state == "FAILED"
        assert any(word in text for text in ended.messages() for word in message.split("|")), ended.messages()
    with pytest.raises(TaskError, match="one only"):
        run("docker.cli.Build", tags=["x:1"], platforms=["linux/amd64", "linux/arm64"])
