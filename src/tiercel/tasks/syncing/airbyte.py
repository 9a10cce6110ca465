"""Having Airbyte copy data."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from pydantic import Field

from tiercel.plugins import Outputs, Properties, RunContext, Task, TaskError
from tiercel.tasks.http.options import HttpOptions
from tiercel.tasks.syncing.rest import Service, wait_for

_GOOD, _BAD = "succeeded", frozenset({"failed", "cancelled"})


class ApplicationCredentials(Properties):
    """What an application logs in with.

    Attributes:
        client_id: Its id.
        client_secret: Its secret.
    """

    client_id: str
    client_secret: str


class AirbyteTask(Task):
    """A task that asks Airbyte.

    Attributes:
        url: Its address.
        username: Who logs in.
        password: The password.
        token: A token to log in with in place of a name.
        application_credentials: What an application logs in with in place of a name.
        max_duration: How long to wait for the end.
        poll_frequency: How often to look.
        options: How it is asked.
        http_timeout: Has no effect; see ``options``.
    """

    url: str
    username: str | None = None
    password: str | None = None
    token: str | None = None
    application_credentials: ApplicationCredentials | None = None
    max_duration: timedelta = timedelta(hours=1)
    poll_frequency: timedelta = timedelta(seconds=1)
    options: HttpOptions = Field(default_factory=HttpOptions)
    http_timeout: timedelta = timedelta(seconds=10)

    def service(self, ctx: RunContext) -> Service:
        """Log in.

        Raises:
            TaskError: Airbyte does not let the application in.
        """
        service = Service(address=f"{self.url.rstrip('/')}/api/v1", options=self.options)
        if self.token is not None:
            return service.logged_in(Authorization=f"Bearer {self.token}")
        if self.application_credentials is not None:
            given = self.application_credentials.model_dump()
            answer = service.ask(ctx, "POST", "applications/token", given) or {}
            if not answer.get("access_token"):
                raise TaskError("Airbyte gave the application no token")
            return service.logged_in(Authorization=f"Bearer {answer['access_token']}")
        if self.username is None:
            return service
        pair = f"{self.username}:{self.password or ''}".encode()
        return service.logged_in(Authorization=f"Basic {base64.b64encode(pair).decode()}")

    def ended(self, ctx: RunContext, service: Service, job_id: int) -> str:
        """Wait for the end of a job, and give how it ended.

        Raises:
            TaskError: It ended badly, or took too long.
        """

        def look() -> dict[str, Any] | None:
            answer = service.ask(ctx, "POST", "jobs/get", {"id": job_id}) or {}
            is_over = str((answer.get("job") or {}).get("status")) in {_GOOD, *_BAD}
            return answer if is_over else None

        what = f"Job {job_id} of Airbyte"
        answer = wait_for(ctx, look, every=self.poll_frequency, longest=self.max_duration, what=what)
        status = str(answer["job"]["status"])
        attempts = [one.get("attempt") or {} for one in answer.get("attempts") or ()]
        ctx.log.info("%s ended as %s after %s attempts", what, status, len(attempts))
        if status != _GOOD:
            failures = [
                str(one.get("externalMessage") or one.get("internalMessage") or "")
                for attempt in attempts[-1:]
                for one in (attempt.get("failureSummary") or {}).get("failures") or ()
            ]
            raise TaskError(": ".join((f"{what} ended as {status}", *filter(None, failures))))
        if attempts:
            for name in ("recordsSynced", "bytesSynced"):
                if isinstance(attempts[-1].get(name), int):
                    ctx.counter(
                        f"attempt.{'records' if name == 'recordsSynced' else 'bytes'}.synced", attempts[-1][name]
                    )
        return status


class SyncOutputs(Outputs):
    """What was begun.

    Attributes:
        job_id: The job; none when one was under way already.
        already_running: Whether one was under way already.
    """

    job_id: int | None = None
    already_running: bool = False


class Sync(
    AirbyteTask,
    type="io.kestra.plugin.airbyte.connections.Sync",
    deprecated_properties=("httpTimeout",),
    example="""
type: io.kestra.plugin.airbyte.connections.Sync
url: http://airbyte:8000
token: "{{ secret('AIRBYTE_TOKEN') }}"
connectionId: e3b1ce92-547c-436f-b1e8-23b6936c12ab
""",
):
    """Has Airbyte copy the data of a connection.

    Attributes:
        connection_id: The connection.
        wait: Whether to wait for the end.
        fail_on_active_sync: Whether it is a failure that its data are being copied already.
    """

    connection_id: str
    wait: bool = True
    fail_on_active_sync: bool = True

    def run(self, ctx: RunContext) -> SyncOutputs:
        """Begin, and wait."""
        service = self.service(ctx)
        answer = service.ask(ctx, "POST", "connections/sync", {"connectionId": self.connection_id})
        if answer is None:
            if self.fail_on_active_sync:
                raise TaskError(f"The data of connection {self.connection_id} are being copied already")
            ctx.log.info("The data of connection %s are being copied already", self.connection_id)
            return SyncOutputs(already_running=True)
        job_id = (answer.get("job") or {}).get("id")
        if not isinstance(job_id, int):
            raise TaskError("Airbyte did not say which job it began")
        if self.wait:
            self.ended(ctx, service, job_id)
        return SyncOutputs(job_id=job_id)


class StatusOutputs(Outputs):
    """How the job ended.

    Attributes:
        final_job_status: As Airbyte says it.
    """

    final_job_status: str


class CheckStatus(
    AirbyteTask,
    type="io.kestra.plugin.airbyte.connections.CheckStatus",
    deprecated_properties=("httpTimeout",),
    example="""
type: io.kestra.plugin.airbyte.connections.CheckStatus
url: http://airbyte:8000
token: "{{ secret('AIRBYTE_TOKEN') }}"
jobId: "{{ outputs.sync.jobId }}"
""",
):
    """Waits for the end of a job of Airbyte.

    Attributes:
        job_id: The job.
    """

    job_id: str

    def run(self, ctx: RunContext) -> StatusOutputs:
        """Wait."""
        if not self.job_id.strip().isdigit():
            raise TaskError(f"'{self.job_id}' is no job of Airbyte: it must be a number")
        return StatusOutputs(final_job_status=self.ended(ctx, self.service(ctx), int(self.job_id)))
