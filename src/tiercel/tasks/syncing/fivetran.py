"""Having Fivetran copy data."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from pydantic import Field

from tiercel.plugins import RunContext, Task, TaskError
from tiercel.tasks.http.options import HttpOptions
from tiercel.tasks.syncing.rest import Service, wait_for


class Sync(
    Task,
    type="io.kestra.plugin.fivetran.connectors.Sync",
    example="""
type: io.kestra.plugin.fivetran.connectors.Sync
apiKey: "{{ secret('FIVETRAN_KEY') }}"
apiSecret: "{{ secret('FIVETRAN_SECRET') }}"
connectorId: my_connector
""",
):
    """Has Fivetran copy the data of a connector.

    Attributes:
        api_key: The key.
        api_secret: Its secret.
        connector_id: The connector.
        force: Whether a copy under way is ended and begun anew.
        wait: Whether to wait for the end.
        max_duration: How long to wait for it.
        poll_frequency: How often to look.
        max_attempts: How often Fivetran is asked when it is busy.
        initial_retry_delay: How long to wait before the second time; twice as long before each further one.
        base_url: Address of Fivetran.
        options: How it is asked.
    """

    api_key: str
    api_secret: str
    connector_id: str
    force: bool = False
    wait: bool = True
    max_duration: timedelta = timedelta(hours=1)
    poll_frequency: timedelta = timedelta(seconds=5)
    max_attempts: int = Field(3, ge=1)
    initial_retry_delay: timedelta = timedelta(seconds=1)
    base_url: str = "https://api.fivetran.com"
    options: HttpOptions = Field(default_factory=HttpOptions)

    def run(self, ctx: RunContext) -> None:
        """Begin, and wait."""
        pair = base64.b64encode(f"{self.api_key}:{self.api_secret}".encode()).decode()
        service = Service(
            address=f"{self.base_url.rstrip('/')}/v1/connectors/{quote(self.connector_id, safe='')}",
            headers={"Authorization": f"Basic {pair}", "Accept": "application/json;version=2"},
            options=self.options,
            attempts=self.max_attempts,
            pause=self.initial_retry_delay,
        )
        before = _ends(service.get(ctx, ""))
        answer = service.ask(ctx, "POST", "sync", {"force": self.force})
        ctx.log.info("%s", (answer or {}).get("message") or "The data are being copied already")
        if not self.wait:
            return

        def look() -> tuple[str | None, str | None] | None:
            now = _ends(service.get(ctx, ""))
            return now if now != before else None

        what = f"The copy of connector {self.connector_id}"
        now = wait_for(ctx, look, every=self.poll_frequency, longest=self.max_duration, what=what)
        if now[1] != before[1]:
            raise TaskError(f"{what} failed at {now[1]}")
        ctx.log.info("%s ended at %s", what, now[0])


def _ends(answer: dict[str, Any]) -> tuple[str | None, str | None]:
    """Give when a connector last ended well, and badly."""
    found = answer.get("data") or {}
    return found.get("succeeded_at"), found.get("failed_at")
