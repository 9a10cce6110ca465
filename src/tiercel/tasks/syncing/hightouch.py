"""Having Hightouch copy data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import Field

from tiercel.plugins import Json, Outputs, RunContext, Task, TaskError
from tiercel.tasks.http.options import HttpOptions
from tiercel.tasks.syncing.rest import Service, wait_for

_HIGHTOUCH = "https://api.hightouch.com"
_EVERY = timedelta(seconds=1)
_GOING_ON = frozenset({"queued", "querying", "processing", "reporting", "enqueued"})
_GOOD = frozenset({"success", "warning"})


class SyncOutputs(Outputs):
    """What was copied.

    Attributes:
        run_id: The run.
        metadata: What Hightouch says of it.
    """

    run_id: int
    metadata: dict[str, Json] | None = None


class Sync(
    Task,
    type="io.kestra.plugin.hightouch.Sync",
    example="""
type: io.kestra.plugin.hightouch.Sync
token: "{{ secret('HIGHTOUCH_TOKEN') }}"
syncId: 1127166
""",
):
    """Has Hightouch copy the data of a sync.

    An installation can send the questions elsewhere: ``baseUrl`` in ``plugins.configurations`` of the type.

    Attributes:
        token: A token to log in with.
        sync_id: The sync.
        full_resynchronization: Whether everything is copied, not only what has changed.
        wait: Whether to wait for the end.
        max_duration: How long to wait for it.
        options: How it is asked.
    """

    token: str
    sync_id: int
    full_resynchronization: bool = False
    wait: bool = True
    max_duration: timedelta = timedelta(minutes=5)
    options: HttpOptions = Field(default_factory=HttpOptions)

    def run(self, ctx: RunContext) -> SyncOutputs:
        """Begin, and wait."""
        base = str(ctx.configuration().get("baseUrl") or _HIGHTOUCH).rstrip("/")
        headers = {"Authorization": f"Bearer {self.token}"}
        service = Service(address=f"{base}/api/v1/syncs/{self.sync_id}", headers=headers, options=self.options)
        answer = service.ask(ctx, "POST", "trigger", {"fullResync": self.full_resynchronization}) or {}
        if not str(answer.get("id", "")).isdigit():
            raise TaskError("Hightouch did not say which run it began")
        run_id = int(answer["id"])
        if not self.wait:
            return SyncOutputs(run_id=run_id)

        def look() -> dict[str, Any] | None:
            runs = service.get(ctx, f"runs?runId={run_id}").get("data") or [{}]
            status = str(runs[0].get("status") or "queued").lower()
            return runs[0] if status not in _GOING_ON else None

        what = f"Run {run_id} of Hightouch"
        found = wait_for(ctx, look, every=_EVERY, longest=self.max_duration, what=what)
        if str(found["status"]).lower() not in _GOOD:
            raise TaskError(f"{what} ended as {found['status']}: {found.get('error') or 'it does not say why'}")
        return SyncOutputs(run_id=run_id, metadata=found)
