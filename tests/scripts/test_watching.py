"""Triggers that run a script: when they fire, when they do not, and one in a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest

from cli.served import API, save_flow, serving, until, variables_of
from scripts.test_languages import need
from tiercel.model.json import Json
from tiercel.operations.settings import ScriptSettings
from tiercel.plugins import Task, TaskError
from tiercel.plugins.check import check_properties
from tiercel.plugins.registry import Registry
from tiercel.testing.memory_host import MemoryHost

REGISTRY = Registry(["tiercel.tasks"], is_discovering=False)


Look = Callable[..., Json]


def trigger_of(name: str) -> type[Task]:
    return REGISTRY.get_task(f"io.kestra.plugin.scripts.{name}")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[MemoryHost]:
    made = MemoryHost(tmp_path)
    made.answers["settings.scripts"] = msgspec.to_builtins(ScriptSettings(runner="process"))
    made.answers["triggers.state"] = None
    yield made
    made.resources.close()


@pytest.fixture
def look(host: MemoryHost) -> Look:
    """Run a trigger as often as wanted; it keeps what it kept."""

    def look(name: str, **properties: Json) -> Json:
        outputs = host.run(trigger_of(name), properties)
        host.answers["triggers.state"] = outputs["state"]["kept"]
        return outputs.get("trigger")

    return look


NAMED = """echo '::{"outputs": {"state": "late", "rows": [1, 2]}}::'"""


@pytest.mark.parametrize(
    ("script", "condition", "fires"),
    [
        ("exit 3", "exit 3", True),
        ("exit 3", " EXIT  3 ", True),
        ("exit 3", "exit 4", False),
        ("true", "exit 0", True),
        (NAMED, "late", True),
        (NAMED, "state=(late|never)", True),
        (NAMED, r'"rows": \[1, 2\]', True),
        (NAMED, r"rows=\[1, 2\]", True),
        (NAMED, "early", False),
        ("echo late", "late", False),
        ("echo no such file >&2; exit 1", "no such file", True),
        ("exit 9", "exit code 9", True),
        (f"{NAMED}; exit 1", "late(", False),
        ("echo 'a(b' >&2; exit 1", "a(b", True),
        (NAMED, "", False),
    ],
)
def test_when_it_fires(look: Look, script: str, condition: str, *, fires: bool) -> None:
    assert (look("shell.ScriptTrigger", script=script, exitCondition=condition) is not None) is fires


def test_what_it_tells(look: Look) -> None:
    told = look("shell.CommandsTrigger", commands=[NAMED, "exit 2"], exitCondition="exit 2")
    assert told.pop("timestamp").tzinfo is not None
    assert told == {"condition": "exit 2", "exitCode": 2, "vars": {"state": "late", "rows": [1, 2]}}


@pytest.mark.parametrize(("edge", "fired"), [(True, [True, False, False, True]), (False, [True, True, False, True])])
def test_edges(look: Look, tmp_path: Path, *, edge: bool, fired: list[bool]) -> None:
    there = tmp_path / "there"
    seen = []
    for is_there in (True, True, False, True):
        there.touch() if is_there else there.unlink()
        found = look("shell.ScriptTrigger", script=f"test -e {there}", exitCondition="exit 0", edge=edge)
        seen.append(found is not None)
    assert seen == fired


@pytest.mark.parametrize(
    ("language", "program", "script", "command"),
    [
        ("python", "python3", "import sys\nsys.exit(5)", "python3 -c 'import sys; sys.exit(5)'"),
        ("node", "node", "process.exit(5);", "node -e 'process.exit(5)'"),
        ("ruby", "ruby", "exit 5", "ruby -e 'exit 5'"),
    ],
)
def test_languages(look: Look, language: str, program: str, script: str, command: str) -> None:
    need(program)
    for name, properties in (("ScriptTrigger", {"script": script}), ("CommandsTrigger", {"commands": [command]})):
        found = look(f"{language}.{name}", **properties, exitCondition="exit 5", edge=False)
        assert found["exitCode"] == 5


def test_go(look: Look, go_builds: Path) -> None:
    need("go")
    script, env = "package main\nfunc main() { panic(1) }", {"GOCACHE": str(go_builds)}
    found = look("go.ScriptTrigger", script=script, env=env, exitCondition="exit status 2")
    assert found["exitCode"] == 1


def test_a_script_that_cannot_run_is_no_reason(look: Look) -> None:
    with pytest.raises(TaskError, match="A command holds a null character"):
        look("shell.ScriptTrigger", script="x\0y", exitCondition="exit 1")


def test_an_expression_that_takes_too_long(look: Look) -> None:
    text = "a" * 40
    script = f"""echo '::{{"outputs": {{"x": "{text}"}}}}::'"""
    with pytest.raises(TaskError, match="takes too long"):
        look("shell.ScriptTrigger", script=script, exitCondition="(a|a|aa)+(a|b|ab)*c$")


def test_what_validation_says() -> None:
    plugin = trigger_of("shell.CommandsTrigger")
    (found,) = check_properties(plugin, {"commands": [], "exitCondition": "exit 1"})
    assert (found.path, found.message) == ("commands", "must not be empty")


FLOW = """
id: watched
namespace: dev
triggers:
  - id: arrived
    type: io.kestra.plugin.scripts.shell.ScriptTrigger
    interval: PT1S
    script: test -e {path}
    exitCondition: exit 0
tasks:
  - id: tell
    type: io.kestra.plugin.core.output.OutputValues
    values:
      code: "{{{{ trigger.exitCode }}}}"
"""


def test_in_a_server(tmp_path: Path) -> None:
    arrived = tmp_path / "arrived"
    with serving(variables_of(tmp_path / "home", TIERCEL_SCRIPTS_RUNNER="process"), tmp_path) as (_, client):
        save_flow(client, FLOW.format(path=arrived))

        def started() -> Json:
            return client.get(f"{API}/executions/search", params={"flowId": "watched"}).json()["results"]

        def looked_at() -> str:
            state = client.get(f"{API}/triggers/dev/watched/arrived").json()["state"]
            return str(state.get("evaluatedAt", ""))

        def has_changed(last: str) -> bool:
            return looked_at() != last

        arrived.touch()
        found = until(started)
        assert found[0]["trigger"]["variables"]["exitCode"] == 0
        for _ in range(2):  # a look is told of when it begins, so the second tells that the first is over
            until(partial(has_changed, looked_at()))
        assert len(started()) == 1
