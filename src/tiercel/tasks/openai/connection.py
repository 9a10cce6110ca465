"""Reaching OpenAI, or another service that speaks as it does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tiercel.plugins import Json, RunContext, Task
from tiercel.tasks.ai.exchange import ask

_OPENAI = "https://api.openai.com/v1"


class OpenAITask(Task):
    """A task that asks OpenAI.

    An installation can send the questions elsewhere: ``baseUrl`` in ``plugins.configurations`` of the type.

    Attributes:
        api_key: The key.
        user: Who asks, for the records of the service.
        client_timeout: How long to wait for the next piece of the answer, in seconds.
    """

    api_key: str
    user: str | None = None
    client_timeout: int = 10

    def ask(self, ctx: RunContext, path: str, body: Mapping[str, Json]) -> dict[str, Any]:
        """Ask one of the services."""
        return ask(ctx, self.address(ctx, path), {**body, "user": self.user}, self.headers(), self.waits())

    def address(self, ctx: RunContext, path: str) -> str:
        """Give the address of a service."""
        return f"{str(ctx.configuration().get('baseUrl') or _OPENAI).rstrip('/')}/{path}"

    def headers(self) -> dict[str, str]:
        """Give the headers with the key."""
        return {"Authorization": f"Bearer {self.api_key}"}

    def waits(self) -> timedelta:
        """Give how long to wait."""
        return timedelta(seconds=self.client_timeout)
