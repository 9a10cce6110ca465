"""Running programs in containers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from tiercel.plugins import Exit, Json, Launch, LogLevel, RunContext, TaskError, TaskRunner, Write
from tiercel.tasks.runner.archives import pack, unpack
from tiercel.tasks.runner.container import Cpu, Credentials, DeviceRequest, Memory
from tiercel.tasks.runner.engine import as_text, attached, engine_of, follow, has_image

if TYPE_CHECKING:
    import docker

_ROOT = "/tmp/tiercel"  # noqa: S108 (inside a container of this task's own)
_LOOK_SECONDS = 0.1
_NANO = 1_000_000_000


class Docker(
    TaskRunner,
    type="io.kestra.plugin.scripts.runner.docker.Docker",
    example="""
type: io.kestra.plugin.scripts.runner.docker.Docker
pullPolicy: IF_NOT_PRESENT
cpu:
  cpus: 2
memory:
  memory: 512MB
""",
):
    """Runs programs in containers of a Docker or Podman engine.

    The container is removed at the end, also when the task is killed; what a server that crashed has left is removed
    when the next one starts.

    Attributes:
        host: The Docker host.
        config: Its configuration, as text or a map.
        credentials: How to log in to the registry of the image.
        user: Who runs the commands.
        entry_point: What is run first.
        extra_hosts: Names added to those it knows, as ``name:address``.
        network_mode: The network it is in.
        port_bindings: Ports to publish.
        volumes: Folders of the engine's machine to mount, where the setting ``scripts.docker_volumes`` allows it.
        pull_policy: When the image is fetched.
        device_requests: Devices it needs.
        cpu: Processors it may use.
        memory: Memory it may use.
        shm_size: Size of its shared memory.
        privileged: Whether it may do all the host may, where ``scripts.docker_privileged`` allows it.
        file_handling_strategy: How files get there: copied (VOLUME), or mounted from this machine (MOUNT).
        delete: Whether it is removed at the end.
        wait: Whether its end is waited for.
        resume: Has no effect: a container whose server is gone is removed, and the task runs again.
        kill_grace_period: How long it has to end when it is stopped.
        version: Of the plugin; has no effect.
    """

    host: str | None = None
    config: str | dict[str, Json] | None = None
    credentials: Credentials | None = None
    user: str | None = None
    entry_point: list[str] = Field(default_factory=lambda: [""])
    extra_hosts: list[str] | None = None
    network_mode: str | None = None
    port_bindings: list[str] | None = None
    volumes: list[str] | None = None
    pull_policy: Literal["IF_NOT_PRESENT", "ALWAYS", "NEVER"] = "IF_NOT_PRESENT"
    device_requests: list[DeviceRequest] | None = None
    cpu: Cpu | None = None
    memory: Memory | None = None
    shm_size: str | None = None
    privileged: bool | None = None
    file_handling_strategy: Literal["MOUNT", "VOLUME"] = "VOLUME"
    delete: bool = True
    wait: bool = True
    resume: bool = True
    kill_grace_period: timedelta = timedelta(0)
    version: str | None = None

    def place(self, ctx: RunContext, directory: object) -> str:  # noqa: ARG002 (the same for each directory)
        """Say where the container sees its files."""
        return f"{_ROOT}/{ctx.facts.task_run_id}"

    def run(self, ctx: RunContext, launch: Launch, write: Write) -> Exit:
        """Run a program in a container of its own."""
        settings = ctx.call("settings.scripts")
        self._check(settings, launch)
        engine = engine_of(ctx, self.host or str(settings["docker_host"]))
        with engine.client() as client:
            self._pull(ctx, client, launch.image)
            labels = {**engine.labels, "io.tiercel.execution": ctx.facts.execution_id}
            container = client.create_container(**self._wanted(ctx, client, launch, labels))["Id"]
            try:
                return self._run(ctx, client, container, launch, write)
            finally:
                if self.wait and (self.delete or ctx.is_cancelled):
                    client.remove_container(container, force=True, v=True)

    def _check(self, settings: Mapping[str, Json], launch: Launch) -> None:
        """Refuse what the installation does not allow."""
        if self.volumes and not settings["docker_volumes"]:
            raise TaskError(
                "volumes are not allowed here: they show folders of the machine. See scripts.docker_volumes"
            )
        if self.privileged and not settings["docker_privileged"]:
            raise TaskError("privileged containers are not allowed here. See scripts.docker_privileged")
        if not launch.image:
            raise TaskError("containerImage must name an image")

    def _pull(self, ctx: RunContext, client: docker.APIClient, image: str) -> None:
        """Fetch the image when the policy says so; it is shown what is fetched."""
        is_here = has_image(client, image)
        if self.pull_policy == "NEVER" or (is_here and self.pull_policy == "IF_NOT_PRESENT"):
            if not is_here:
                raise TaskError(f"The image {image} is not here, and pullPolicy is NEVER")
            return
        ctx.log.write(LogLevel.DEBUG, "Pulling the image %s", image)
        name, tag = _split_image(image)
        for step in client.pull(name, tag=tag, stream=True, decode=True, auth_config=self._login(image)):
            if "error" in step:
                raise TaskError(f"The image {image} cannot be pulled: {step['error']}")
            if ctx.is_cancelled:
                raise TaskError("The script was stopped")

    def _login(self, image: str) -> dict[str, str] | None:
        """Give what the registry is shown: the credentials, or what the configuration has for it."""
        if self.credentials is not None:
            given = self.credentials.model_dump(exclude_none=True)
            names = {"registry": "serveraddress", "identity_token": "identitytoken", "registry_token": "registrytoken"}
            return {names.get(name, name): value for name, value in given.items()}
        config = json.loads(self.config) if isinstance(self.config, str) else self.config
        registry = image.partition("/")[0]
        auths = (config or {}).get("auths") or {}
        found = auths.get(registry) or auths.get(f"https://{registry}") or auths.get("https://index.docker.io/v1/")
        return dict(found) if isinstance(found, Mapping) else None

    def _wanted(
        self, ctx: RunContext, client: docker.APIClient, launch: Launch, labels: Mapping[str, str]
    ) -> dict[str, Any]:
        """Describe the container to the engine."""
        place = self.place(ctx, launch.directory)
        binds = list(self.volumes or ())
        if self.file_handling_strategy == "MOUNT":
            binds.append(f"{launch.directory}:{place}")
        return {
            "image": launch.image,
            "command": list(launch.command),
            "entrypoint": list(self.entry_point),
            "environment": as_text(launch.environment),
            "user": self.user,
            "working_dir": place,
            "labels": dict(labels),
            "ports": [one.partition(":")[2] or one for one in self.port_bindings or ()],
            "host_config": client.create_host_config(**self._bounds(), binds=binds or None),
        }

    def _bounds(self) -> dict[str, Any]:
        """Give what the container may use, in the engine's words; what is not set is left out."""
        memory = self.memory or Memory()
        swappiness = memory.memory_swappiness
        given: dict[str, Any] = {
            "network_mode": self.network_mode,
            "extra_hosts": dict(one.split(":", 1) for one in self.extra_hosts or ()),
            "port_bindings": dict(reversed(one.split(":", 1)) for one in self.port_bindings or () if ":" in one),  # type: ignore[misc]  # two parts
            "privileged": self.privileged,
            "shm_size": self.shm_size,
            "nano_cpus": int(self.cpu.cpus * _NANO) if self.cpu is not None and self.cpu.cpus else None,
            "mem_limit": memory.memory,
            "memswap_limit": memory.memory_swap,
            "mem_reservation": memory.memory_reservation,
            "mem_swappiness": int(swappiness) if swappiness else None,
            "oom_kill_disable": memory.oom_kill_disable,
            "device_requests": [_device(one) for one in self.device_requests or ()],
        }
        return {name: value for name, value in given.items() if value not in (None, [], {})}

    def _run(self, ctx: RunContext, client: docker.APIClient, container: str, launch: Launch, write: Write) -> Exit:
        place = self.place(ctx, launch.directory)
        is_copied = self.file_handling_strategy == "VOLUME"
        if is_copied:
            client.put_archive(container, "/", pack(launch.directory, place))
        details = {"containerId": container}
        if not self.wait:
            client.start(container)
            return Exit(code=0, details=details)
        with attached(client, container) as frames:
            client.start(container)
            follow(frames, write, self._stopper(ctx, client, container), _LOOK_SECONDS)
        code = client.wait(container)["StatusCode"]
        state = client.inspect_container(container)["State"]
        if is_copied and not ctx.is_cancelled:
            unpack(client.get_archive(container, place)[0], launch.directory)
        reason = "it needed more memory than its container has (memory.memory)" if state.get("OOMKilled") else ""
        return Exit(code=code, reason=reason, details=details)

    def _stopper(self, ctx: RunContext, client: docker.APIClient, container: str) -> Callable[[], None]:
        """Make what ends the container, once, when the run is no longer wanted."""
        told: list[bool] = []

        def look() -> None:
            if ctx.is_cancelled and not told:
                told.append(True)
                client.stop(container, timeout=int(self.kill_grace_period.total_seconds()))

        return look


def _split_image(image: str) -> tuple[str, str]:
    """Split name and tag; an image without one is the latest."""
    if "@" in image:
        name, _, digest = image.partition("@")
        return name, digest
    name, separator, tag = image.rpartition(":")
    return (name, tag) if separator and "/" not in tag else (image, "latest")


def _device(wanted: DeviceRequest) -> Any:  # noqa: ANN401 (a type of an optional package)
    from docker.types import DeviceRequest as Request  # noqa: PLC0415 (an optional package)

    return Request(**wanted.model_dump(exclude_none=True))
