"""The command lines that are built, and what validation says of scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tiercel.model.json import Json
from tiercel.plugins import Exit, Launch, RunContext, TaskRunner, Write
from tiercel.plugins.check import check_properties
from tiercel.plugins.registry import Registry
from tiercel.source.flow import parse_flow
from tiercel.testing.memory_host import MemoryHost

REGISTRY = Registry(["tiercel.tasks"], is_discovering=False)
SEEN: list[Launch] = []
Launched = Callable[..., Launch]


class Recorder(TaskRunner, type="test.Recorder"):
    """Runs nothing and remembers what it was to run."""

    def place(self, ctx: RunContext, directory: Path) -> str:
        return "/there"

    def run(self, ctx: RunContext, launch: Launch, write: Write) -> Exit:
        SEEN.append(launch)
        write(b"ran\n", False)  # noqa: FBT003 (the form runners call)
        return Exit(code=0, details={"where": "there"})


@pytest.fixture
def launched(tmp_path: Path) -> Launched:
    host = MemoryHost(tmp_path)
    host.registry.add(Recorder)
    host.answers["settings.scripts"] = {
        "runner": "process",
        "python": "",
        "warm_python": True,
        "log_lines": 10,
        "log_bytes": 1000,
        "docker_host": "",
    }

    def launch(type_: str, **properties: Json) -> Launch:
        plugin = REGISTRY.get_task(f"io.kestra.plugin.scripts.{type_}")
        outputs = host.run(plugin, {"taskRunner": {"type": "test.Recorder"}, **properties})
        assert outputs["taskRunner"] == {"where": "there"}
        return SEEN.pop()

    return launch


@pytest.mark.parametrize(
    ("language", "command", "image"),
    [
        ("julia", ("julia", "/there/tiercel_script.jl"), "julia"),
        ("deno", ("deno", "run", "--allow-all", "/there/tiercel_script.ts"), "denoland/deno"),
        ("bun", ("bun", "run", "/there/tiercel_script.ts"), "oven/bun"),
        (
            "powershell",
            (
                "pwsh",
                "-NoProfile",
                "-NonInteractive",
                "-Command",
                (
                    '$ErrorActionPreference = "Stop"; $PSNativeCommandUseErrorActionPreference = $true\n'
                    "& ./tiercel_script.ps1"
                ),
            ),
            "ghcr.io/kestra-io/powershell:latest",
        ),
        ("node", ("node", "/there/tiercel_script.js"), "node"),
        ("go", ("go", "run", "/there/tiercel_script.go"), "golang"),
    ],
)
def test_scripts(launched: Launched, language: str, command: tuple[str, ...], image: str) -> None:
    launch = launched(f"{language}.Script", script="x")
    assert (launch.command, launch.image) == (command, image)


@pytest.mark.parametrize(
    ("properties", "command"),
    [
        ({"commands": ["a", "b"]}, ("/bin/sh", "-c", "set -e\na\nb")),
        ({"commands": ["a"], "beforeCommands": ["z"], "failFast": False}, ("/bin/sh", "-c", "z\na")),
        ({"commands": '["a", "b"]', "interpreter": ["/bin/bash", "-lc"]}, ("/bin/bash", "-lc", "set -e\na\nb")),
        ({"commands": ["cd {{ workingDir }}"]}, ("/bin/sh", "-c", "set -e\ncd /there")),
        ({"commands": ["a"], "targetOS": "LINUX", "warningOnStdErr": True}, ("/bin/sh", "-c", "set -e\na")),
    ],
)
def test_commands(launched: Launched, properties: dict[str, Json], command: tuple[str, ...]) -> None:
    assert launched("shell.Commands", **properties).command == command


def test_a_text_too_long_for_an_argument_goes_by_a_file(launched: Launched) -> None:
    launch = launched("shell.Commands", commands=["echo " + "x" * 200_000])
    assert launch.command == ("/bin/sh", "-c", ". /there/tiercel_script.sh")


def test_packages_in_a_container_are_installed_first(launched: Launched) -> None:
    text = launched("python.Script", script="x", dependencies=["a b", "c>=1"]).command[2]
    assert "uv pip install --quiet --system 'a b' 'c>=1'" in text
    assert text.endswith("\npython tiercel_script.py")
    text = launched("python.Commands", commands=["x"], dependencies=["a"], packageManager="PIP").command[2]
    assert text.splitlines()[1].endswith(
        "-m pip install --quiet --disable-pip-version-check --root-user-action=ignore a"
    )


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ({"commands": ["echo {{ inputs.name }}"]}, "commands[0]"),
        ({"commands": ["ok", "echo {{ trigger.body.x | upper }}"]}, "commands[1]"),
        ({"commands": ["x"], "beforeCommands": ["{{ inputs['a'] }}"]}, "beforeCommands[0]"),
    ],
)
def test_pasted_data_is_a_warning(written: dict[str, Json], path: str) -> None:
    (found,) = check_properties(REGISTRY.get_task("io.kestra.plugin.scripts.shell.Commands"), written)
    assert (found.code, found.path, found.is_error) == ("pasted-data", path, False)


@pytest.mark.parametrize(
    "text", ["echo '{{ outputs.inputs.x }}'", "inputs.x", "{{ 'inputs.x' }}", "{{ trigger.date }}", "{{ myinputs.x }}"]
)
def test_other_text_is_no_pasted_data(text: str) -> None:
    plugin = REGISTRY.get_task("io.kestra.plugin.scripts.shell.Commands")
    assert check_properties(plugin, {"commands": [text], "env": {"A": "{{ inputs.a }}"}}) == []


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("commands: []", "must not be empty"),
        ("commands: echo", "must be a list of lines"),
        ("commands:\n      - a: b", "must be a text"),
        ("commands: [x]\n    taskRunner: {type: no.such.Runner}", "Invalid type: no.such.Runner"),
        (
            "commands: [x]\n    taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker, pullPolicy: SOON}",
            "'SOON' is not one of",
        ),
        ("commands: [x]\n    taskRunner: {type: io.kestra.plugin.core.runner.Process, nope: 1}", '"nope"'),
    ],
)
def test_what_is_wrong_is_said_when_the_flow_is_saved(lines: str, message: str) -> None:
    source = f"id: a\nnamespace: b\ntasks:\n  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    {lines}\n"
    found = [str(one) for one in parse_flow(source, REGISTRY).violations]
    assert any(message in one for one in found), found
