"""The commands of dbt as types of their own, which `DbtCLI` has replaced."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Literal

from tiercel.plugins import Json, Raw, RunContext, Task
from tiercel.tasks.dbt.program import IMAGE, target_folder
from tiercel.tasks.dbt.results import read_line, run_and_store
from tiercel.tasks.flow.working_directory import NamespaceFiles
from tiercel.tasks.scripts.language import PYTHON
from tiercel.tasks.scripts.properties import CommandsTask, DockerOptions, ScriptOutputs
from tiercel.tasks.scripts.run import Preparation, run_script

PROFILES = Path(".profile/profiles.yml")
_DEPRECATED = ("docker", "dockerOptions", "runner")


class DbtCommand(Task):
    """Properties of every command of dbt.

    Attributes:
        dbt_path: The program, as a setup before it has installed it.
        project_dir: The folder of the project in the working directory.
        profiles: Content of the file of profiles; a setup, or a file ``.profile/profiles.yml``, may have brought them.
        target: Which target of the profile is meant.
        select: The nodes to take.
        exclude: Nodes to leave out.
        selector: The name of a selector that says which nodes to take.
        thread: How many nodes are worked on at a time.
        full_refresh: Whether incremental models are made anew.
        fail_fast: Whether the first node that fails ends the run.
        warn_error: Whether what dbt only warns of fails.
        debug: Whether dbt tells more.
        parse_run_results: Whether the results of nodes are stored and counted.
        env: Variables of the program.
        namespace_files: Namespace files put into the working directory.
        input_files: Files put there: path to content, or to the URI of a stored file.
        output_files: Patterns of the files to store at the end.
        task_runner: Where it runs; the setting ``scripts.runner`` decides when it is missing.
        container_image: The image of the container, for task runners with containers.
        docker: How a container runs it; write ``taskRunner`` instead.
        docker_options: The same; write ``taskRunner`` instead.
        runner: Where it runs; write ``taskRunner`` instead.
    """

    dbt_path: str = "./bin/dbt"
    project_dir: str | None = None
    profiles: str | None = None
    target: str | None = None
    select: list[str] | None = None
    exclude: list[str] | None = None
    selector: str | None = None
    thread: int | None = None
    full_refresh: bool = False
    fail_fast: bool = False
    warn_error: bool = False
    debug: bool = False
    parse_run_results: bool = True
    env: Raw[dict[str, Json] | str] | None = None
    namespace_files: NamespaceFiles | None = None
    input_files: dict[str, str] | str | None = None
    output_files: list[str] | None = None
    task_runner: Raw[dict[str, Json]] | None = None
    container_image: str = IMAGE
    docker: DockerOptions | None = None
    docker_options: DockerOptions | None = None
    runner: Literal["PROCESS", "DOCKER"] | None = None

    def carry_out(self, ctx: RunContext, command: str) -> ScriptOutputs:
        """Run a command with the options of the task, and store what dbt left."""
        script = script_of(self, "env", "task_runner", "namespace_files", "input_files", "output_files")
        return run_and_store(
            ctx,
            lambda: run_script(
                ctx, script, PYTHON, lambda _runner, _bench: self._prepare(ctx, command), read_line=read_line
            ),
            target_folder(ctx, self.project_dir),
            is_parsing=self.parse_run_results,
        )

    def _prepare(self, ctx: RunContext, command: str) -> Preparation:
        if self.profiles:
            write_profiles(ctx, self.profiles)
        known = {"DBT_LOG_FORMAT": "json", "DBT_LOG_PATH": "logs", "PYTHONUNBUFFERED": "1"}
        if (ctx.working_dir / PROFILES).exists():
            known["DBT_PROFILES_DIR"] = str(PROFILES.parent)
        return Preparation(lines=(self._line(command),), environment=known)

    def _line(self, command: str) -> str:
        switches = {"--debug": self.debug, "--fail-fast": self.fail_fast, "--warn-error": self.warn_error}
        words = [self.dbt_path, *(name for name, is_on in switches.items() if is_on), *command.split()]
        options = {
            "--project-dir": self.project_dir,
            "--threads": self.thread,
            "--target": self.target,
            "--selector": self.selector,
        }
        for name, value in options.items():
            words += [] if value is None else [name, str(value)]
        words += ["--full-refresh"] if self.full_refresh else []
        for name, nodes in (("--select", self.select), ("--exclude", self.exclude)):
            words += [name, *nodes] if nodes else []
        return shlex.join(words)


def script_of(task: Task, *names: str) -> CommandsTask:
    """Give the script that carries out a task, with some of its properties; the old ways to name a container count."""
    docker = getattr(task, "docker", None) or getattr(task, "docker_options", None)
    given = {name: getattr(task, name) for name in names}
    given |= {"docker": docker, "runner": getattr(task, "runner", None)}
    given["container_image"] = getattr(task, "container_image", IMAGE)
    return CommandsTask.model_construct(_fields_set=task.model_fields_set & set(given), commands=[], **given)


def write_profiles(ctx: RunContext, content: str) -> None:
    """Write the file of profiles."""
    path = ctx.working_dir / PROFILES
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


class Build(
    DbtCommand,
    type="io.kestra.plugin.dbt.cli.Build",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.Build
dbtPath: dbt
projectDir: shop
select: [orders+]
""",
):
    """Runs, tests, seeds and snapshots all of a dbt project."""

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the command."""
        return self.carry_out(ctx, "build")


class Compile(
    DbtCommand,
    type="io.kestra.plugin.dbt.cli.Compile",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.Compile
dbtPath: dbt
projectDir: shop
""",
):
    """Compiles the models of a dbt project."""

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the command."""
        return self.carry_out(ctx, "compile")


class Deps(
    DbtCommand,
    type="io.kestra.plugin.dbt.cli.Deps",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.Deps
dbtPath: dbt
projectDir: shop
""",
):
    """Fetches the packages of a dbt project."""

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the command."""
        return self.carry_out(ctx, "deps")


class Freshness(
    DbtCommand,
    type="io.kestra.plugin.dbt.cli.Freshness",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.Freshness
dbtPath: dbt
projectDir: shop
""",
):
    """Looks how fresh the sources of a dbt project are."""

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the command."""
        return self.carry_out(ctx, "source freshness")


class List(
    DbtCommand,
    type="io.kestra.plugin.dbt.cli.List",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.List
dbtPath: dbt
projectDir: shop
""",
):
    """Lists what is in a dbt project."""

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the command."""
        return self.carry_out(ctx, "list")


class Run(
    DbtCommand,
    type="io.kestra.plugin.dbt.cli.Run",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.Run
dbtPath: dbt
projectDir: shop
select: [orders+]
""",
):
    """Runs the models of a dbt project."""

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the command."""
        return self.carry_out(ctx, "run")


class Seed(
    DbtCommand,
    type="io.kestra.plugin.dbt.cli.Seed",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.Seed
dbtPath: dbt
projectDir: shop
""",
):
    """Loads the files of a dbt project into tables."""

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the command."""
        return self.carry_out(ctx, "seed")


class Snapshot(
    DbtCommand,
    type="io.kestra.plugin.dbt.cli.Snapshot",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.Snapshot
dbtPath: dbt
projectDir: shop
""",
):
    """Takes the snapshots of a dbt project."""

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the command."""
        return self.carry_out(ctx, "snapshot")


class Test(
    DbtCommand,
    type="io.kestra.plugin.dbt.cli.Test",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.Test
dbtPath: dbt
projectDir: shop
""",
):
    """Runs the tests of a dbt project."""

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the command."""
        return self.carry_out(ctx, "test")
