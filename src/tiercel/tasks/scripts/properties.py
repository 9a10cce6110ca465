"""What all script tasks have in common, as flows write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field

from tiercel.errors import Violation
from tiercel.plugins import Json, Outputs, Properties, Raw, Task
from tiercel.tasks.flow.working_directory import NamespaceFiles
from tiercel.tasks.runner.container import Cpu, Credentials, DeviceRequest, Memory
from tiercel.tasks.scripts.outside import pasted_expressions

SHELL = ("/bin/sh", "-c")
DEPRECATED = ("docker", "runner", "outputDirectory", "warningOnStdErr")


class DockerOptions(Properties):
    """How a container runs the script; replaced by ``taskRunner``.

    Attributes:
        image: The image.
        host: The Docker host.
        config: Its configuration, as text or a map.
        credentials: How to log in to the registry of the image.
        user: Who runs the script.
        entry_point: What is run first.
        extra_hosts: Names added to those it knows, as ``name:address``.
        network_mode: The network it is in.
        volumes: Folders to mount.
        pull_policy: When the image is fetched.
        device_requests: Devices it needs.
        cpu: Processors it may use.
        memory: Memory it may use.
        shm_size: Size of its shared memory.
        privileged: Whether it may do all the host may.
    """

    image: str = Field(min_length=1)
    host: str | None = None
    config: str | dict[str, Json] | None = None
    credentials: Credentials | None = None
    user: str | None = None
    entry_point: list[str] | None = None
    extra_hosts: list[str] | None = None
    network_mode: str | None = None
    volumes: list[str] | None = None
    pull_policy: Literal["IF_NOT_PRESENT", "ALWAYS", "NEVER"] = "IF_NOT_PRESENT"
    device_requests: list[DeviceRequest] | None = None
    cpu: Cpu | None = None
    memory: Memory | None = None
    shm_size: str | None = None
    privileged: bool | None = None


class ScriptOutputs(Outputs):
    """What a script gives back.

    Attributes:
        vars: What the script itself named as outputs.
        exit_code: How it ended; a task whose script does not end with 0 fails.
        output_files: URIs of the stored files by path.
        std_out_line_count: Lines it wrote.
        std_err_line_count: Lines it wrote to its error stream.
        task_runner: What the task runner tells, such as the id of the container.
    """

    vars: dict[str, Json] = Field(default_factory=dict)
    exit_code: int = 0
    output_files: dict[str, str] = Field(default_factory=dict)
    std_out_line_count: int = 0
    std_err_line_count: int = 0
    task_runner: dict[str, Json] | None = None


class ScriptTask(Task):
    """Properties of every script task.

    Attributes:
        before_commands: Lines run first, by the same interpreter in the same process.
        env: Variables of the script: the safe way to hand it values.
        interpreter: The program that is given the commands as one text.
        fail_fast: Whether the first command that fails ends the task.
        namespace_files: Namespace files put into the working directory.
        input_files: Files put there: path to content, or to the URI of a stored file. A safe way too.
        output_files: Patterns of the files to store at the end.
        output_directory: Whether there is a directory whose files are all stored; write ``outputFiles`` instead.
        task_runner: Where the script runs; the setting ``scripts.runner`` decides when it is missing.
        container_image: The image of the container, for task runners with containers.
        target_os: The system the script is for; has no effect, since all task runners are on Linux.
        warning_on_std_err: Has no effect, as in the published versions: lines of the error stream are logged as errors.
        runner: Where the script runs; write ``taskRunner`` instead.
        docker: How a container runs it; write ``taskRunner`` instead.
    """

    script_properties: ClassVar[tuple[str, ...]] = ("beforeCommands",)

    before_commands: Raw[list[Json] | str] | None = None
    env: Raw[dict[str, Json] | str] | None = None
    interpreter: list[str] = Field(default_factory=lambda: list(SHELL))
    fail_fast: bool = True
    namespace_files: NamespaceFiles | None = None
    input_files: dict[str, str] | str | None = None
    output_files: list[str] | None = None
    output_directory: bool = False
    task_runner: Raw[dict[str, Json]] | None = None
    container_image: str = ""
    target_os: Literal["LINUX", "WINDOWS", "AUTO"] = Field("AUTO", alias="targetOS")
    warning_on_std_err: bool | None = None
    runner: Literal["PROCESS", "DOCKER"] | None = None
    docker: DockerOptions | None = None

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Check what is rendered only when the task runs, and warn where data is pasted into program text."""
        if written.get("beforeCommands") is not None:
            yield from check_lines(written["beforeCommands"], "beforeCommands")
        env = written.get("env")
        if env is not None and not isinstance(env, dict) and "{" not in str(env):
            yield Violation("must be a map of names to values", path="env", code="type")
        for name in cls.script_properties:
            yield from pasted_expressions(written.get(name), name)


class CommandsTask(ScriptTask):
    """Properties of tasks that run lines of a shell.

    Attributes:
        commands: The lines, all run by one interpreter, one after another.
    """

    script_properties: ClassVar[tuple[str, ...]] = ("beforeCommands", "commands")

    commands: Raw[list[Json] | str]

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Check the lines too."""
        if written.get("commands") is not None:
            yield from check_lines(written["commands"], "commands", is_filled=True)
        yield from super().inspect(written)


class SourceTask(ScriptTask):
    """Properties of tasks that run one text.

    Attributes:
        script: The text of the program.
    """

    script_properties: ClassVar[tuple[str, ...]] = ("beforeCommands", "script")

    script: Raw[str]


def check_lines(value: Json, name: str, *, is_filled: bool = False) -> Iterator[Violation]:
    """Check lines as they are written: a list of texts, or a text that renders to one."""
    if isinstance(value, str) and "{" in value:
        return
    if not isinstance(value, list):
        yield Violation("must be a list of lines", path=name, code="type", hint="Start each line with a dash")
    elif is_filled and not value:
        yield Violation("must not be empty", path=name, code="constraint", hint="Add at least one line")
    else:
        for index, item in enumerate(value):
            if isinstance(item, (dict, list)):
                hint = "Put the line in quotes: a colon with a space makes a map of it"
                yield Violation("must be a text", path=f"{name}[{index}]", code="type", hint=hint)
