"""What tasks on an engine share: where it is, and how to log in to registries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tiercel.plugins import Json, LogLevel, RunContext, Task, TaskError
from tiercel.tasks.runner.container import Credentials
from tiercel.tasks.runner.engine import engine_of

_HUB = "https://index.docker.io/v1/"
_NAMES = {"registry": "serveraddress", "identity_token": "identitytoken", "registry_token": "registrytoken"}


class EngineTask(Task):
    """A task on an engine; that of the installation when ``host`` names no other.

    Attributes:
        host: The Docker host; that of the installation when nothing is said.
        config: Its configuration, as text or a map.
        credentials: How to log in to the registry.
    """

    host: str | None = None
    config: str | dict[str, Json] | None = None
    credentials: Credentials | None = None

    @contextmanager
    def opened(self, ctx: RunContext) -> Iterator[Any]:
        """Open a connection.

        Raises:
            TaskError: The engine does not answer, or refuses something.
        """
        engine = engine_of(ctx, self.host or str(ctx.call("settings.scripts")["docker_host"]))
        with engine.client() as client:
            yield client

    def login(self, image: str) -> dict[str, str] | None:
        """Give what the registry of an image is shown: the credentials, or what the configuration has for it."""
        if self.credentials is not None:
            given = self.credentials.model_dump(exclude_none=True)
            return {_NAMES.get(name, name): value for name, value in given.items()}
        try:
            config = json.loads(self.config) if isinstance(self.config, str) else self.config
        except ValueError as error:
            raise TaskError(f"config is not JSON: {error}") from None
        registry = image.partition("/")[0]
        auths = (config or {}).get("auths") or {}
        found = auths.get(registry) or auths.get(f"https://{registry}") or auths.get(_HUB)
        return dict(found) if isinstance(found, Mapping) else None


def follow_steps(ctx: RunContext, steps: Iterable[Mapping[str, Json]], what: str) -> None:
    """Log the steps of an engine until they end.

    Raises:
        TaskError: One failed, or the run is cancelled.
    """
    for step in steps:
        if "error" in step:
            raise TaskError(f"{what} failed: {step['error']}")
        line = str(step.get("stream") or step.get("status") or "").strip()
        if line and "progress" not in step:
            ctx.log.write(LogLevel.DEBUG, "%s", line)
        if ctx.is_cancelled:
            raise TaskError(f"{what} was cancelled")


def split_image(image: str) -> tuple[str, str]:
    """Split name and tag; an image without one is the latest."""
    name, separator, tag = image.rpartition(":")
    return (name, tag) if separator and "/" not in tag else (image, "latest")
