"""Running an image as it is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tiercel.plugins import Json, Launch, Outputs, RunContext, TaskError
from tiercel.tasks.docker.engine_task import EngineTask
from tiercel.tasks.flow.directory_files import put_input_files, put_namespace_files, take_output_files
from tiercel.tasks.flow.working_directory import NamespaceFiles
from tiercel.tasks.runner.container import Cpu, DeviceRequest, Memory
from tiercel.tasks.runner.docker import Docker
from tiercel.tasks.scripts.failure import failure_message
from tiercel.tasks.scripts.output import Output


class RunOutputs(Outputs):
    """What a Run gives back.

    Attributes:
        exit_code: Exit code of the container.
        vars: Outputs it named in its log.
        output_files: URIs of the files that were asked for, by path.
        task_runner: What the engine tells of it.
    """

    exit_code: int
    vars: dict[str, Json]
    output_files: dict[str, str]
    task_runner: dict[str, Json] | None = None


class Run(
    EngineTask,
    type="io.kestra.plugin.docker.cli.Run",
    aliases=("io.kestra.plugin.docker.Run",),
    deprecated_properties=("warningOnStdErr",),
    example="""
type: io.kestra.plugin.docker.cli.Run
containerImage: busybox:1.37
commands:
  - sh
  - -c
  - sort orders.csv > sorted.csv
inputFiles:
  orders.csv: "{{ outputs.download.uri }}"
outputFiles:
  - sorted.csv
""",
):
    """Runs an image with its own program, and removes the container at the end.

    Attributes:
        container_image: The image.
        commands: Arguments of its program; or the program, when the image has none.
        entry_point: The program, in place of that of the image.
        env: Variables.
        input_files: Files to put into its working directory, with their text or URI.
        namespace_files: Files of namespaces to put there.
        output_files: Patterns of files to keep from there.
        pull_policy: When the image is fetched.
        user: Who runs the program.
        network_mode: The network it is in.
        extra_hosts: Names added to those it knows, as ``name:address``.
        port_bindings: Ports to publish.
        volumes: Folders of the engine's machine to mount, where the setting ``scripts.docker_volumes`` allows it.
        device_requests: Devices it needs.
        cpu: Processors it may use.
        memory: Memory it may use.
        shm_size: Size of its shared memory.
        privileged: Whether it may do all the host may, where ``scripts.docker_privileged`` allows it.
        wait: Whether its end is waited for.
        warning_on_std_err: Has no effect.
    """

    container_image: str
    commands: list[str] = Field(default_factory=list)
    entry_point: list[str] | None = None
    env: dict[str, str] | None = None
    input_files: dict[str, str] | str | None = None
    namespace_files: NamespaceFiles | None = None
    output_files: list[str] | None = None
    pull_policy: Literal["IF_NOT_PRESENT", "ALWAYS", "NEVER"] = "IF_NOT_PRESENT"
    user: str | None = None
    network_mode: str | None = None
    extra_hosts: list[str] | None = None
    port_bindings: list[str] | None = None
    volumes: list[str] | None = None
    device_requests: list[DeviceRequest] | None = None
    cpu: Cpu | None = None
    memory: Memory | None = None
    shm_size: str | None = None
    privileged: bool | None = None
    wait: bool = True
    warning_on_std_err: bool | None = None

    def run(self, ctx: RunContext) -> RunOutputs:
        """Run it as scripts in containers are run."""
        directory = ctx.working_dir
        if self.namespace_files is not None and self.namespace_files.enabled:
            put_namespace_files(ctx, directory, self.namespace_files)
        put_input_files(ctx, directory, self.input_files)
        launch = Launch(
            command=tuple(self.commands), environment=self.env or {}, directory=directory, image=self.container_image
        )
        output = Output(ctx)
        try:
            ended = self._runner().run(ctx, launch, output.write)
        finally:
            output.finish()
        outputs = RunOutputs(
            exit_code=ended.code,
            vars=output.variables(),
            output_files=take_output_files(ctx, directory, self.output_files or ()),
            task_runner=dict(ended.details) if ended.details else None,
        )
        if ended.code:
            raise TaskError(failure_message(ended), outputs=outputs.model_dump(by_alias=True, exclude_none=True))
        return outputs

    def _runner(self) -> Docker:
        return Docker(
            host=self.host,
            config=self.config,
            credentials=self.credentials,
            user=self.user,
            entry_point=self.entry_point or [],
            extra_hosts=self.extra_hosts,
            network_mode=self.network_mode,
            port_bindings=self.port_bindings,
            volumes=self.volumes,
            pull_policy=self.pull_policy,
            device_requests=self.device_requests,
            cpu=self.cpu,
            memory=self.memory,
            shm_size=self.shm_size,
            privileged=self.privileged,
            wait=self.wait,
        )
