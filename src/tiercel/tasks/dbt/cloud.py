"""Running jobs of dbt's own cloud."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from pydantic import Field

from tiercel.plugins import Json, Outputs, RunContext, Task, TaskError
from tiercel.tasks.dbt.results import MANIFEST, RUN_RESULTS
from tiercel.tasks.http.options import HttpOptions
from tiercel.tasks.syncing.rest import Service, wait_for

_GOOD = 10
_ENDS = {_GOOD: "success", 20: "error", 30: "cancelled"}


class CloudOutputs(Outputs):
    """What a run left.

    Attributes:
        run_results: URI of the results of its nodes.
        manifest: URI of the manifest.
    """

    run_results: str | None = None
    manifest: str | None = None


class RunOutputs(CloudOutputs):
    """What was run.

    Attributes:
        run_id: The run.
    """

    run_id: int


class CloudTask(Task):
    """A task that asks the cloud.

    Attributes:
        account_id: The account.
        token: A token to log in with.
        base_url: Address of the cloud.
        max_duration: How long to wait for the end.
        poll_frequency: How often to look.
        parse_run_results: Whether the results of nodes are stored.
        max_retries: How often the cloud is asked again when it is busy.
        initial_delay_ms: How long to wait before that, in milliseconds; twice as long before each further time.
        options: How it is asked.
    """

    account_id: str
    token: str
    base_url: str = "https://cloud.getdbt.com"
    max_duration: timedelta = timedelta(hours=1)
    poll_frequency: timedelta = timedelta(seconds=5)
    parse_run_results: bool = True
    max_retries: int = Field(3, ge=0)
    initial_delay_ms: int = 1000
    options: HttpOptions = Field(default_factory=HttpOptions)

    def service(self) -> Service:
        """Give the part of the cloud that is the account's."""
        return Service(
            address=f"{self.base_url.rstrip('/')}/api/v2/accounts/{quote(self.account_id, safe='')}",
            headers={"Authorization": f"Token {self.token}"},
            options=self.options,
            attempts=self.max_retries + 1,
            pause=timedelta(milliseconds=self.initial_delay_ms),
        )

    def ended(self, ctx: RunContext, run_id: str) -> CloudOutputs:
        """Wait for the end of a run, and store what it left.

        Raises:
            TaskError: It ended badly, or took too long.
        """
        service = self.service()

        def look() -> dict[str, Any] | None:
            found = service.get(ctx, f"runs/{quote(run_id, safe='')}/").get("data") or {}
            return found if found.get("status") in _ENDS else None

        what = f"Run {run_id} of dbt"
        found = wait_for(ctx, look, every=self.poll_frequency, longest=self.max_duration, what=what)
        stored = self._stored(ctx, service, run_id)
        if found["status"] != _GOOD:
            told = found.get("status_message") or found.get("href") or "it does not say why"
            given = stored.model_dump(by_alias=True, exclude_none=True)
            raise TaskError(f"{what} ended with {_ENDS[found['status']]}: {told}", outputs=given)
        return stored

    def _stored(self, ctx: RunContext, service: Service, run_id: str) -> CloudOutputs:
        kept: dict[str, str] = {}
        for name in (MANIFEST, *((RUN_RESULTS,) if self.parse_run_results else ())):
            text = service.fetch(ctx, f"runs/{quote(run_id, safe='')}/artifacts/{name}")
            if text is not None:
                kept[name] = ctx.files.write(name, text.encode())
        return CloudOutputs(run_results=kept.get(RUN_RESULTS), manifest=kept.get(MANIFEST))


class TriggerRun(
    CloudTask,
    type="io.kestra.plugin.dbt.cloud.TriggerRun",
    outputs=RunOutputs,
    example="""
type: io.kestra.plugin.dbt.cloud.TriggerRun
accountId: "12345"
token: "{{ secret('DBT_TOKEN') }}"
jobId: "678"
cause: "Orders of {{ trigger.date }}"
""",
):
    """Runs a job of dbt's cloud.

    Attributes:
        job_id: The job.
        cause: Why it is run, for its records.
        wait: Whether to wait for the end.
        git_sha: The commit to run.
        git_branch: The branch to run.
        schema_override: The schema in place of that of the job.
        dbt_version_override: The version of dbt in place of that of the job.
        threads_override: How many nodes are worked on at a time, in place of what the job says.
        target_name_override: The target in place of that of the job.
        generate_docs_override: Whether documentation is made, in place of what the job says.
        timeout_seconds_override: How long it may take, in place of what the job says.
        steps_override: The commands in place of those of the job.
    """

    job_id: str
    cause: str = "Triggered by Kestra."
    wait: bool = True
    git_sha: str | None = None
    git_branch: str | None = None
    schema_override: str | None = None
    dbt_version_override: str | None = None
    threads_override: str | None = None
    target_name_override: str | None = None
    generate_docs_override: bool | None = None
    timeout_seconds_override: int | None = None
    steps_override: list[str] | None = None

    def run(self, ctx: RunContext) -> RunOutputs:
        """Begin, and wait."""
        steps: Json = list(self.steps_override) if self.steps_override is not None else None
        body: dict[str, Json] = {
            "cause": self.cause,
            "git_sha": self.git_sha,
            "git_branch": self.git_branch,
            "schema_override": self.schema_override,
            "dbt_version_override": self.dbt_version_override,
            "threads_override": self.threads_override,
            "target_name_override": self.target_name_override,
            "generate_docs_override": self.generate_docs_override,
            "timeout_seconds_override": self.timeout_seconds_override,
            "steps_override": steps,
        }
        answer = self.service().ask(ctx, "POST", f"jobs/{quote(self.job_id, safe='')}/run/", body) or {}
        run_id = (answer.get("data") or {}).get("id")
        if not isinstance(run_id, int):
            raise TaskError("dbt did not say which run it began")
        ctx.log.info("Run %s has begun", run_id)
        ended = self.ended(ctx, str(run_id)) if self.wait else CloudOutputs()
        return RunOutputs(run_id=run_id, run_results=ended.run_results, manifest=ended.manifest)


class CheckStatus(
    CloudTask,
    type="io.kestra.plugin.dbt.cloud.CheckStatus",
    outputs=CloudOutputs,
    example="""
type: io.kestra.plugin.dbt.cloud.CheckStatus
accountId: "12345"
token: "{{ secret('DBT_TOKEN') }}"
runId: "{{ outputs.run.runId }}"
""",
):
    """Waits for the end of a run of dbt's cloud.

    Attributes:
        run_id: The run.
    """

    run_id: str

    def run(self, ctx: RunContext) -> CloudOutputs:
        """Wait."""
        return self.ended(ctx, self.run_id)
