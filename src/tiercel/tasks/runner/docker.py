"""Running commands in containers."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from tiercel.plugins import Json, Properties, TaskRunner


class Cpu(Properties):
    """Processors a container may use.

    Attributes:
        cpus: How many.
    """

    cpus: float | None = None


class Credentials(Properties):
    """How to log in to a registry.

    Attributes:
        registry: The registry.
        username: The user.
        password: The password.
        auth: Both, encoded.
        registry_token: A token of the registry.
        identity_token: A token of the user.
    """

    registry: str | None = None
    username: str | None = None
    password: str | None = None
    auth: str | None = None
    registry_token: str | None = None
    identity_token: str | None = None


class DeviceRequest(Properties):
    """Devices a container needs, graphics cards above all.

    Attributes:
        driver: Who provides them.
        count: How many; -1 for all.
        device_ids: Which ones.
        capabilities: What they must be able to do.
        options: For the driver.
    """

    driver: str | None = None
    count: int | None = None
    device_ids: list[str] | None = None
    capabilities: list[list[str]] | None = None
    options: dict[str, str] | None = None


class Memory(Properties):
    """Memory a container may use.

    Attributes:
        memory: At most.
        memory_swap: Memory and swap together.
        memory_swappiness: How readily it swaps, from 0 to 100.
        memory_reservation: Aimed at when memory is short.
        kernel_memory: Of the kernel.
        oom_kill_disable: Do not kill it when it needs more.
    """

    memory: str | None = None
    memory_swap: str | None = None
    memory_swappiness: str | None = None
    memory_reservation: str | None = None
    kernel_memory: str | None = None
    oom_kill_disable: bool | None = None


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
    """Runs commands in a container.

    Attributes:
        host: The Docker host.
        config: Its configuration, as text or a map.
        credentials: How to log in to the registry of the image.
        user: Who runs the commands.
        entry_point: What is run first.
        extra_hosts: Names added to those it knows, as ``name:address``.
        network_mode: The network it is in.
        port_bindings: Ports to publish.
        volumes: Folders to mount.
        pull_policy: When the image is fetched.
        device_requests: Devices it needs.
        cpu: Processors it may use.
        memory: Memory it may use.
        shm_size: Size of its shared memory.
        privileged: Whether it may do all the host may.
        file_handling_strategy: How files get there.
        delete: Whether it is removed at the end.
        wait: Whether its end is waited for.
        resume: Whether a container of an earlier try is taken up again.
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
