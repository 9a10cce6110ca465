"""Packages of a plugins folder with environments of their own, and the processes their tasks run in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from isolation.conftest import CODE, write_package
from tiercel.model.json import Json
from tiercel.operations.fittings import P, make_fittings
from tiercel.operations.settings import LogSettings, PluginSettings, SecretSettings, Settings
from tiercel.plugins import Exit, Launch, LogExporter, LogLine, SecretProvider, TaskError, TaskRunner
from tiercel.plugins.check import check_properties
from tiercel.plugins.docs import split_docstring
from tiercel.plugins.registry import Registry
from tiercel.plugins.schema import properties_schema
from tiercel.testing.flows import run_flow
from tiercel.testing.memory_host import MemoryHost

MEASURE = "com.acme.units.Measure"
BEHAVE = "com.acme.units.Behave"


@pytest.fixture
def registry(folder: Path, environments: Path) -> Registry:
    return Registry(folders=[folder], environments=environments, is_discovering=False)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[MemoryHost]:
    host = MemoryHost(tmp_path / "work")
    yield host
    host.resources.close()


def test_versions_stand_side_by_side(registry: Registry, host: MemoryHost) -> None:
    def library(version: str | None) -> object:
        outputs = host.run(registry.get_task(MEASURE, version), {"length": "{{ 3 }}"})
        return outputs["library"], outputs["text"]

    assert library(None) == ("2.0", "3.0 KM")
    assert library("1.0") == ("1.0", "3.0 KM")
    assert library("2.0") == ("2.0", "3.0 KM")
    assert registry.problems == []
    assert host.logs[0] == ("INFO", "with 2.0")
    assert host.metrics[0] == ("counter", "measured", 1.0, {"unit": "KM"})


def test_the_server_knows_a_type_without_importing_it(registry: Registry) -> None:
    facts = registry.find_type("com.acme.units.Metre")
    assert facts is not None
    assert (facts.type, facts.versions, facts.title) == (MEASURE, ("2.0", "1.0"), "Measures a length.")
    assert facts.outputs == {"library", "text", "processId"}
    assert facts.icon.startswith("<svg")
    plugin = registry.find_class(MEASURE)
    assert plugin is not None
    schema = properties_schema(plugin)
    assert schema["required"] == ["length"]
    assert schema["properties"]["length"]["description"] == "What to measure."
    assert schema["properties"]["options"]["anyOf"][0]["properties"]["unit"]["anyOf"][0]["enum"] == ["KM", "MILE"]
    assert "length: 3" in plugin.declaration.example
    assert split_docstring(plugin).properties == {"length": "What to measure.", "options": "How."}
    problems = check_properties(plugin, {"length": -1, "options": {"unit": "YARD"}})
    assert [problem.path for problem in problems] == ["options.unit"]
    assert [problem.path for problem in check_properties(plugin, {"length": -1})] == ["length"]


def test_an_environment_is_made_once_and_a_description_is_kept(
    folder: Path, environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*command: object, **_: object) -> None:
        raise OSError(f"a process was asked: {command}")

    Registry(folders=[folder], environments=environments, is_discovering=False).find_type(MEASURE)
    built = {path: path.stat().st_ino for path in environments.iterdir() if path.is_dir()}
    monkeypatch.setattr(subprocess, "Popen", refuse)
    again = Registry(folders=[folder], environments=environments, is_discovering=False)
    assert again.find_type(MEASURE) is not None
    assert again.problems == []
    assert {path: path.stat().st_ino for path in environments.iterdir() if path.is_dir()} == built


def test_a_process_is_kept_and_another_made_when_it_is_gone(registry: Registry, host: MemoryHost) -> None:
    measure = registry.get_task(MEASURE)
    first, second = (host.run(measure, {"length": 1})["processId"] for _ in range(2))
    assert first == second != os.getpid()
    psutil.Process(first).kill()
    with pytest.raises(TaskError, match="was killed by SIGKILL"):
        host.run(measure, {"length": 1})
    assert host.run(measure, {"length": 1})["processId"] != first
    host.resources.close()
    assert not psutil.pid_exists(first)


def test_files_are_read_while_they_are_written(registry: Registry, host: MemoryHost) -> None:
    uri = host.put("in.txt", b"a bee sees " * 500_000)
    outputs = host.run(registry.get_task("com.acme.units.Copy"), {"uri": uri})
    assert host.files[outputs["uri"]] == b"A BEE SEES " * 500_000
    assert outputs["rendered"] == "demo"


def test_an_asynchronous_task(registry: Registry, host: MemoryHost) -> None:
    assert host.run(registry.get_task("com.acme.units.Slow")) == {"awaited": True}


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("crash", "was killed by SIGABRT before the task was done"),
        ("exit", "ended with exit code 3 before the task was done"),
        ("greedy", "MemoryError"),
        ("told", "as it was told"),
        ("broken pieces", "ZeroDivisionError: division by zero"),
        ("else", "ValueError: no such behaviour"),
    ],
)
def test_what_goes_wrong_stays_in_the_process(registry: Registry, host: MemoryHost, how: str, told: str) -> None:
    with pytest.raises(TaskError, match=told) as raised:
        host.run(registry.get_task(BEHAVE), {"how": how})
    assert (raised.value.outputs == {"half": 1}) is (how == "told")
    assert host.run(registry.get_task(MEASURE), {"length": 1})["text"] == "1.0 KM"


class Killing(MemoryHost):
    """A host that kills the run when it says its first word."""

    def log(self, level: str, message: str) -> None:
        super().log(level, message)
        self.is_stopped = True


@pytest.fixture
def killing(tmp_path: Path) -> Iterator[MemoryHost]:
    host = Killing(tmp_path / "work")
    yield host
    host.resources.close()


def test_a_run_that_heeds_its_kill_ends_by_itself(registry: Registry, killing: MemoryHost) -> None:
    assert killing.run(registry.get_task(BEHAVE), {"how": "heeds"}) == {"cancelled": True}


def test_a_run_that_does_not_heed_its_kill_is_killed(registry: Registry, killing: MemoryHost) -> None:
    with pytest.raises(TaskError, match="its process was killed"):
        killing.run(registry.get_task(BEHAVE), {"how": "deaf"})
    process_id = int(killing.logs[-1][1].rpartition(" ")[2])
    assert not psutil.pid_exists(process_id)


def test_triggers_run_there_too(registry: Registry, host: MemoryHost) -> None:
    host.kept = 4
    found = host.run(registry.get_task("com.acme.units.Found"))
    assert found == {"state": {"kept": 5}, "trigger": {"number": 5, "library": "2.0"}}
    host.run(registry.get_task("com.acme.units.Heard"))
    assert [event["key"] for event in host.events] == ["0", "1", "2"]


def test_a_package_that_does_not_load_tells_why(tmp_path: Path, wheels: Path, environments: Path) -> None:
    plugins = tmp_path / "broken"
    write_package(plugins, "1.0", wheels, "import nowhere_to_be_found\n")
    (plugins / "lost@1").mkdir()
    (plugins / "lost@1" / "requirements.txt").write_text("--no-index\nnothing-of-that-name\n")
    (plugins / "lost@1" / "code.py").write_text("")
    (plugins / "un named@2").mkdir()
    registry = Registry(folders=[plugins], environments=environments, is_discovering=False)
    assert registry.find_type(MEASURE) is None
    lost, unnamed, units = registry.problems
    assert "nothing-of-that-name" in lost
    assert "acme-tasks@1.2.0" in unnamed
    assert "No module named 'nowhere_to_be_found'" in units


def test_a_change_of_the_code_is_taken(tmp_path: Path, wheels: Path, environments: Path, host: MemoryHost) -> None:
    plugins = tmp_path / "changing"
    package = write_package(plugins, "1.0", wheels)
    registry = Registry(folders=[plugins], environments=environments, is_discovering=False)
    first = host.run(registry.get_task(MEASURE), {"length": 1})
    (package / "acme_measure.py").write_text(CODE.replace("{self.options.unit}", "leagues"))
    assert registry.refresh()
    second = host.run(registry.get_task(MEASURE), {"length": 1})
    assert (first["text"], second["text"]) == ("1.0 KM", "1.0 leagues")
    assert not psutil.pid_exists(first["processId"])
    assert not registry.refresh()


def test_a_package_with_a_project_file(tmp_path: Path, environments: Path, host: MemoryHost) -> None:
    package = tmp_path / "plugins" / "greet@0.1"
    (package / "src" / "acme_greet").mkdir(parents=True)
    (package / "pyproject.toml").write_text(
        '[project]\nname = "acme-greet"\ndependencies = ["tiercel"]\n'
        '[project.entry-points."tiercel.plugins"]\nacme_greet = "acme_greet"\n'
    )
    (package / "src" / "acme_greet" / "__init__.py").write_text("")
    (package / "src" / "acme_greet" / "tasks.py").write_text(
        "from tiercel.plugins import Task\n\n\nclass Greet(Task, type='com.acme.own.Greet'):\n"
        "    def run(self, ctx):\n        return {'path': __file__}\n"
    )
    registry = Registry(folders=[tmp_path / "plugins"], environments=environments, is_discovering=False)
    outputs = host.run(registry.get_task("com.acme.own.Greet"))
    assert Path(outputs["path"]).parent == package / "src" / "acme_greet"


SEAMS = '''
import os
import subprocess

import acme_units

from tiercel.plugins import Condition, Exit, LogExporter, SecretProvider, TaskRunner


class Aside(TaskRunner, type="com.acme.units.Aside"):
    """Runs programs aside."""

    is_here = True
    greeting: str

    def place(self, ctx, directory):
        return f"{super().place(ctx, directory)}/."

    def run(self, ctx, launch, write):
        ctx.log.info("in %s", os.getpid())
        write(f"{self.greeting} {acme_units.VERSION}\\n".encode(), True)
        done = subprocess.run(launch.command, env=dict(launch.environment), cwd=launch.directory, capture_output=True)
        write(done.stdout, False)
        return Exit(code=done.returncode, details={"version": acme_units.VERSION})


class Flood(TaskRunner, type="com.acme.units.Flood"):
    """Runs what never stops talking."""

    def run(self, ctx, launch, write):
        ctx.log.info("begun")
        while not ctx.is_cancelled:
            write(b"x" * 1000, False)
        return Exit(code=143, reason="it was told to end")


class Vault(SecretProvider, type="com.acme.units.Vault"):
    """Counts how often it was asked."""

    prefix: str
    _count: int = 0

    def find(self, namespace, name):
        self._count += 1
        if name == "CRASH":
            os.abort()
        if name == "BROKEN":
            raise RuntimeError("sealed")
        return f"{self.prefix}{namespace}/{name} {self._count}" if name != "UNKNOWN" else None


class Lines(LogExporter, type="com.acme.units.Lines"):
    """Writes lines to a file."""

    path: str

    def export(self, lines):
        with open(self.path, "a") as file:
            file.writelines(f"{line.execution_id} {line.message}\\n" for line in lines)

    def close(self):
        with open(self.path, "a") as file:
            file.write("closed\\n")


class Large(Condition, type="com.acme.units.Large"):
    """Holds for what is large."""

    def test(self, variables):
        return True
'''


@pytest.fixture(scope="module")
def seams(tmp_path_factory: pytest.TempPathFactory, wheels: Path, environments: Path) -> Registry:
    folder = tmp_path_factory.mktemp("seams")
    write_package(folder, "1.0", wheels, SEAMS)
    return Registry(folders=[folder], environments=environments, is_discovering=False)


def make(registry: Registry, name: str, kind: type[P], **properties: Json) -> P:
    entry = {"type": f"com.acme.units.{name}", **properties}
    return make_fittings("fittings", [entry], kind, registry.find_class)[0]


def test_what_only_the_server_can_carry_out_is_told(seams: Registry) -> None:
    assert [facts.type.rpartition(".")[2] for facts in seams.list_types()] == ["Aside", "Flood", "Lines", "Vault"]
    (problem,) = seams.problems
    assert problem.startswith("plugin units@1.0: com.acme.units.Large is carried out by the server itself (condition)")


def test_a_task_runner_with_dependencies_of_its_own(seams: Registry, host: MemoryHost, tmp_path: Path) -> None:
    runner = make(seams, "Aside", TaskRunner, greeting="hello")
    assert runner.is_here
    ctx, written = host.run_context(), list[tuple[bytes, bool]]()
    assert runner.place(ctx, tmp_path) == f"{tmp_path}/."
    launch = Launch(command=("sh", "-c", "pwd; echo $A; exit 3"), directory=tmp_path, environment={"A": "b"})
    ended = runner.run(ctx, launch, lambda piece, is_error: written.append((piece, is_error)))
    assert ended == Exit(code=3, details={"version": "1.0"})
    assert written == [(b"hello 1.0\n", True), (f"{tmp_path}\nb\n".encode(), False)]
    assert host.logs[-1][1] != f"in {os.getpid()}"


def test_a_program_that_never_stops_talking_hears_of_its_end(seams: Registry, killing: MemoryHost) -> None:
    launch = Launch(command=("true",), directory=killing.directory)
    ended = make(seams, "Flood", TaskRunner).run(killing.run_context(), launch, lambda *_: None)
    assert (ended.code, ended.reason) == (143, "it was told to end")


def test_a_secret_provider_with_dependencies_of_its_own(seams: Registry) -> None:
    vault = make(seams, "Vault@1.0", SecretProvider, prefix="of ")
    assert [vault.find("dev", "A"), vault.find("dev", "UNKNOWN"), vault.find("dev", "B")] == [
        "of dev/A 1",
        None,
        "of dev/B 3",
    ]
    with pytest.raises(TaskError, match="RuntimeError: sealed"):
        vault.find("dev", "BROKEN")
    with pytest.raises(TaskError, match="was killed by SIGABRT"):
        vault.find("dev", "CRASH")
    assert vault.find("dev", "A") == "of dev/A 1"  # another process, which begins to count anew
    vault.close()


def test_a_log_exporter_with_dependencies_of_its_own(seams: Registry, tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    exporter = make(seams, "Lines", LogExporter, path=str(path))
    line = LogLine(
        timestamp="2026-01-01T00:00:00Z", level="INFO", message="hi", namespace="dev", flow_id="f", execution_id="e"
    )
    exporter.export([line, line])
    exporter.close()
    assert path.read_text() == "e hi\ne hi\nclosed\n"


FLOW = """
id: seams
namespace: dev
tasks:
  - id: work
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner:
      type: com.acme.units.Aside
      greeting: "{{ secret('WORD') }}"
    env:
      WORD: "{{ secret('WORD') | upper }}"
    commands: [echo "$WORD"]
"""


def test_a_flow_uses_all_of_them(tmp_path: Path, wheels: Path) -> None:
    write_package(tmp_path / "plugins", "1.0", wheels, SEAMS)
    path = tmp_path / "lines.txt"
    settings = Settings(
        plugins=PluginSettings(folder=str(tmp_path / "plugins")),
        secrets=SecretSettings(providers=({"type": "com.acme.units.Vault", "prefix": "of "},)),
        logs=LogSettings(exporters=({"type": "com.acme.units.Lines", "path": str(path)},)),
    )
    run = run_flow(FLOW, settings=settings)
    assert run.state == "SUCCESS", run.messages()
    assert run.outputs_of("work")["taskRunner"] == {"version": "1.0"}
    assert run.messages()[-2:] == ["****** 1.0", "OF DEV/WORD 1"]
    assert path.read_text().splitlines()[-2:] == [f"{run.execution.id} OF DEV/WORD 1", "closed"]


APART = '''
import os

from tiercel.plugins import RunContext, Task


class Heavy(Task, type="com.acme.apart.Heavy", isolation="process", inline=True):
    """Does its work in a process of its own."""

    text: str = "{{ flow.id }}"

    def run(self, ctx: RunContext) -> dict[str, object]:
        if self.text == "crash":
            os.abort()
        return {"process": os.getpid(), "text": self.text, "here": ctx.working_dir.name}
'''


def test_a_class_of_the_server_in_a_process_of_its_own(tmp_path: Path, host: MemoryHost) -> None:
    file = tmp_path / "plugins" / "acme_apart.py"
    file.parent.mkdir()
    file.write_text(APART)
    registry = Registry(folders=[tmp_path / "plugins"], is_discovering=False)
    heavy = registry.get_task("com.acme.apart.Heavy")
    assert not heavy.declaration.is_inline
    first = host.run(heavy)
    assert (first["text"], first["here"]) == ("demo", "work")
    assert first["process"] != os.getpid()
    with pytest.raises(TaskError, match="was killed by SIGABRT"):
        host.run(heavy, {"text": "crash"})
    file.write_text(APART.replace('"text": self.text', '"text": "changed"'))
    assert registry.refresh()
    assert host.run(registry.get_task("com.acme.apart.Heavy"))["text"] == "changed"
