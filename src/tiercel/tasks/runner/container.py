"""Groups of properties that say how a container runs."""

from __future__ import annotations

from tiercel.plugins import Properties


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
