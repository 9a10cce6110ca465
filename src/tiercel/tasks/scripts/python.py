"""Python scripts, with the packages they ask for."""

from __future__ import annotations

import os
import shlex
from functools import partial
from typing import Literal

from tiercel.plugins import Properties, RunContext, TaskError, TaskRunner
from tiercel.tasks.runner.process import interpreter_of, own_environment
from tiercel.tasks.scripts.environments import Wanted, environment_python
from tiercel.tasks.scripts.language import PYTHON
from tiercel.tasks.scripts.properties import DEPRECATED, SHELL, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import Bench, Preparation, run_script
from tiercel.tasks.scripts.watching import CommandsWatch, SourceWatch, WatchOutputs, look


class PythonProperties(Properties):
    """What Python scripts have beyond others.

    Attributes:
        dependencies: Packages the script needs, as pip writes them: ``pandas>=2``.
        python_version: The version of Python, such as 3.12; that of the machine or of the image when it is missing.
        dependency_cache_enabled: Whether the environment of packages is kept for the next run that wants the same.
        package_manager: What installs them.
        uv_auto_install_enabled: Whether a container without uv gets it.
        uv_installer_version: Which uv that is.
        uv_installer_sha256: Has no effect: uv comes as a Python package.
        warm_start: Whether the script may run in a fork of an interpreter that is ready, which saves its start.
    """

    dependencies: list[str] | None = None
    python_version: str | None = None
    dependency_cache_enabled: bool = True
    package_manager: Literal["PIP", "UV"] = "UV"
    uv_auto_install_enabled: bool = True
    uv_installer_version: str | None = None
    uv_installer_sha256: str | None = None
    warm_start: bool = True


class Commands(
    CommandsTask,
    PythonProperties,
    type="io.kestra.plugin.scripts.python.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.python.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.py: |
    import os
    print(os.environ["NAME"])
commands:
  - python main.py
""",
):
    """Runs commands in a shell that has Python."""

    container_image: str = "python:3.13-slim"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, PYTHON, partial(prepare, ctx, self))


class Script(
    SourceTask,
    PythonProperties,
    type="io.kestra.plugin.scripts.python.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.python.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  import os
  print(os.environ["NAME"])
""",
):
    """Runs a Python program.

    Beside the server it starts in a fork of an interpreter that is ready, isolated like a process of its own. That is
    left out when ``warmStart`` is false, when there are ``dependencies``, ``beforeCommands`` or another interpreter,
    and when ``env`` sets a variable that the start of Python looks at.
    """

    container_image: str = "python:3.13-slim"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, PYTHON, partial(prepare, ctx, self))


class CommandsTrigger(
    CommandsWatch,
    type="io.kestra.plugin.scripts.python.CommandsTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.python.CommandsTrigger
interval: PT5M
commands:
  - python check.py
exitCondition: exit 0
""",
):
    """Starts an execution when commands, run in a shell that has Python, end as expected."""

    container_image: str = "python:3.13-slim"
    exit_condition: str = ""

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run them."""
        return look(ctx, self, lambda ctx, given: Commands(**given).run(ctx))


class ScriptTrigger(
    SourceWatch,
    type="io.kestra.plugin.scripts.python.ScriptTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.python.ScriptTrigger
interval: PT5M
script: |
  import json
  print('::' + json.dumps({'outputs': {'state': 'late'}}) + '::')
exitCondition: late
""",
):
    """Starts an execution when a Python program ends as expected."""

    container_image: str = "python:3.13-slim"
    exit_condition: str = ""

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run it."""
        return look(ctx, self, lambda ctx, given: Script(**given).run(ctx))


def prepare(ctx: RunContext, task: Commands | Script, runner: TaskRunner, bench: Bench) -> Preparation:
    """Make the environment of packages, here or as lines run in the container."""
    wanted = Wanted(
        packages=tuple(task.dependencies or ()),
        version=task.python_version or "",
        manager=task.package_manager,
        is_kept=task.dependency_cache_enabled,
    )
    if not runner.is_here:
        return Preparation(lines=_lines_there(task, wanted))
    settings = ctx.call("settings.scripts")
    is_warm = (
        task.warm_start and settings["warm_python"] and not any(one.startswith("PYTHON") for one in bench.environment)
    )
    if not wanted.packages and not wanted.version:
        return Preparation(interpreter=interpreter_of(settings), is_warm=is_warm)
    python = environment_python(ctx, wanted, interpreter_of(settings))
    environment = {
        "VIRTUAL_ENV": str(python.parent.parent),
        "PATH": f"{python.parent}:{own_environment(settings, os.environ)['PATH']}",
    }
    return Preparation(environment=environment, interpreter=str(python))  # fresh: one kept interpreter is enough


def _lines_there(task: Commands | Script, wanted: Wanted) -> tuple[str, ...]:
    """Give lines that install the packages where the script runs."""
    if not wanted.packages:
        return ()
    if tuple(task.interpreter) != SHELL and task.interpreter[0].rpartition("/")[2] not in {"sh", "bash"}:
        raise TaskError("dependencies in a container need a shell as the interpreter")
    packages = shlex.join(wanted.packages)
    pip = f"python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore {packages}"
    if wanted.manager == "PIP":
        return (pip,)
    uv = f"uv pip install --quiet --system {packages}"
    fetch = f"python -m pip install --quiet uv{f'=={task.uv_installer_version}' if task.uv_installer_version else ''}"
    without = f"{{ {fetch} && {uv}; }}" if task.uv_auto_install_enabled else pip
    return (f"if command -v uv >/dev/null 2>&1; then {uv}; else {without}; fi",)
