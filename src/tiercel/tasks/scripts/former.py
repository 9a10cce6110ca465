"""The script tasks of old flows, under the names they had: carried out by what has replaced them."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial
from typing import Literal

import regex
from pydantic import Field

from tiercel.plugins import Json, Outputs, Raw, RunContext, Task, TaskError
from tiercel.tasks.scripts import node, python, shell
from tiercel.tasks.scripts.former_modules import KESTRA_JS, KESTRA_PY
from tiercel.tasks.scripts.language import NODE, PYTHON, SHELL
from tiercel.tasks.scripts.properties import DockerOptions, ScriptOutputs
from tiercel.tasks.scripts.run import run_script

_IN_ENVIRONMENT = regex.compile(r"^\./bin/(?P<name>python|pip)\b")
_PYTHON_COMMANDS = ["./bin/python main.py"]
_DEPRECATED = ("files", "outputsFiles", "outputDirs", "warningOnStdErr")


class FormerOutputs(Outputs):
    """What such a task gives back.

    Attributes:
        vars: What the script itself named as outputs.
        exit_code: How it ended.
        output_files: URIs of the stored files by name.
        files: The same.
        std_out_line_count: Lines it wrote.
        std_err_line_count: Lines it wrote to its error stream.
    """

    vars: dict[str, Json] = Field(default_factory=dict)
    exit_code: int = 0
    output_files: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    std_out_line_count: int = 0
    std_err_line_count: int = 0


class FormerTask(Task):
    """Properties of all of them.

    Attributes:
        env: Variables of the script.
        interpreter: The program that is given the commands.
        interpreter_args: What it is given before them.
        exit_on_failed: Whether the first command that fails ends the task.
        input_files: Files put into the working directory: path to content, or to the URI of a stored file.
        output_files: Names of files to store; the path of one is ``outputFiles.name`` in the commands.
        outputs_files: The same.
        files: The same.
        output_dirs: Names of folders whose files are stored; the path of one is ``outputDirs.name``.
        runner: Where the script runs.
        docker_options: How a container runs it.
        warning_on_std_err: Has no effect.
    """

    env: Raw[dict[str, Json] | str] | None = None
    interpreter: str = "/bin/sh"
    interpreter_args: list[str] = Field(default_factory=lambda: ["-c"])
    exit_on_failed: bool = True
    input_files: dict[str, str] | str | None = None
    output_files: list[str] = Field(default_factory=list)
    outputs_files: list[str] = Field(default_factory=list)
    files: list[str] = Field(default_factory=list)
    output_dirs: list[str] = Field(default_factory=list)
    runner: Literal["PROCESS", "DOCKER"] = "PROCESS"
    docker_options: DockerOptions | None = None
    warning_on_std_err: bool | None = None

    def _given(self) -> dict[str, Json]:
        """Give what the commands of today take of these properties, under their names."""
        given: dict[str, Json] = {
            "env": self.env,
            "interpreter": [self.interpreter, *self.interpreter_args],
            "fail_fast": self.exit_on_failed,
            "input_files": self.input_files,
            "output_files": [*self.output_files, *self.outputs_files, *self.files],
            "runner": self.runner,
        }
        if self.docker_options is not None and self.runner == "DOCKER":
            given["docker"] = self.docker_options.model_dump(exclude_none=True)
        return given

    def _need(self, name: str) -> None:
        if name not in (self.input_files or {}):
            raise TaskError(f"inputFiles must have {name}, the program that is run")

    def _outputs(self, found: ScriptOutputs) -> FormerOutputs:
        return FormerOutputs(
            **found.model_dump(exclude={"task_runner"}),
            files=found.output_files,
        )


class Bash(
    FormerTask,
    type="io.kestra.core.tasks.scripts.Bash",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    outputs=FormerOutputs,
    example="""
type: io.kestra.core.tasks.scripts.Bash
commands:
  - echo hello > {{ outputFiles.greeting }}
outputFiles:
  - greeting
""",
):
    """Runs commands in a shell; write ``io.kestra.plugin.scripts.shell.Commands`` instead.

    Attributes:
        commands: The lines, all run by one interpreter.
    """

    commands: Raw[list[Json] | str]

    def run(self, ctx: RunContext) -> FormerOutputs:
        """Run them."""
        task = shell.Commands(commands=self.commands, **self._given())
        return self._outputs(run_script(ctx, task, SHELL, folders=self.output_dirs))


class Python(
    FormerTask,
    type="io.kestra.core.tasks.scripts.Python",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    outputs=FormerOutputs,
    example="""
type: io.kestra.core.tasks.scripts.Python
inputFiles:
  main.py: |
    from kestra import Kestra
    Kestra.outputs({"answer": 42})
""",
):
    """Runs Python files; write ``io.kestra.plugin.scripts.python.Commands`` instead.

    Attributes:
        commands: The lines; ``./bin/python`` is the Python of the environment.
        args: Put at the end of each line.
        requirements: Packages the script needs.
        virtual_env: Whether they are installed.
        package_manager: What installs them.
        python_path: The Python where there are no requirements.
    """

    commands: Raw[list[str]] = Field(default_factory=lambda: list(_PYTHON_COMMANDS), min_length=1)
    args: Raw[list[str]] = Field(default_factory=list)
    requirements: list[str] = Field(default_factory=list)
    virtual_env: bool = True
    package_manager: Literal["PIP", "UV"] = "PIP"
    python_path: str = Field("python", min_length=1)

    def run(self, ctx: RunContext) -> FormerOutputs:
        """Run them."""
        wanted = self.requirements if self.virtual_env else []
        word = "python" if wanted else shlex.quote(self.python_path)
        lines = [" ".join((_IN_ENVIRONMENT.sub(_here(word), one), *self.args)) for one in self.commands]
        if self.commands == _PYTHON_COMMANDS:
            self._need("main.py")
        _put_module(ctx, "kestra.py", KESTRA_PY)
        task = python.Commands(
            commands=lines, dependencies=wanted, package_manager=self.package_manager, **self._given()
        )
        return self._outputs(run_script(ctx, task, PYTHON, partial(python.prepare, ctx, task), self.output_dirs))


class Node(
    FormerTask,
    type="io.kestra.core.tasks.scripts.Node",
    deprecated=True,
    deprecated_properties=_DEPRECATED,
    outputs=FormerOutputs,
    example="""
type: io.kestra.core.tasks.scripts.Node
inputFiles:
  main.js: |
    const Kestra = require("./kestra");
    Kestra.outputs({answer: 42});
""",
):
    """Runs the file ``main.js``; write ``io.kestra.plugin.scripts.node.Commands`` instead.

    Packages that a ``package.json`` among the files names are installed first.

    Attributes:
        args: Given to the program.
        node_path: The program that runs it.
        npm_path: The program that installs packages.
    """

    args: Raw[list[str]] = Field(default_factory=list)
    node_path: str = "node"
    npm_path: str = "npm"

    def run(self, ctx: RunContext) -> FormerOutputs:
        """Run it."""
        self._need("main.js")
        _put_module(ctx, "kestra.js", KESTRA_JS)
        install = [f"{shlex.quote(self.npm_path)} install --silent --no-fund"]
        lines = [
            *(install if "package.json" in (self.input_files or {}) else []),
            " ".join((shlex.quote(self.node_path), "main.js", *self.args)),
        ]
        task = node.Commands(commands=lines, **self._given())
        return self._outputs(run_script(ctx, task, NODE, folders=self.output_dirs))


def _here(python: str) -> Callable[[regex.Match[str]], str]:
    """Give what stands in place of a program of the environment, at the beginning of a line."""
    return lambda found: f"{python} -m pip" if found["name"] == "pip" else python


def _put_module(ctx: RunContext, name: str, text: str) -> None:
    """Put the module beside the program that such programs import; files of the task of the same name replace it."""
    (ctx.working_dir / name).write_text(text, encoding="utf-8")
