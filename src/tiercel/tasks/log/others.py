"""Reading and removing log lines."""

from __future__ import annotations

from collections.abc import Iterator

from tiercel.plugins import Dialect, Json, LogLevel, Outputs, RunContext, Task
from tiercel.tasks.storage.ion import write_rows


class FetchOutputs(Outputs):
    """What a Fetch gives back.

    Attributes:
        size: How many lines.
        uri: A file with one line a row.
    """

    size: int
    uri: str


class Fetch(
    Task,
    type="io.kestra.plugin.core.log.Fetch",
    aliases=("io.kestra.core.tasks.log.Fetch",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.log.Fetch
level: WARN
tasksId:
  - load
""",
):
    """Writes the log of an execution to a file.

    Attributes:
        execution_id: The execution; this one when nothing is said.
        namespace: Of its flow.
        flow_id: Its flow.
        tasks_id: Only lines of these tasks.
        level: Only lines of this severity and above.
    """

    execution_id: str | None = None
    namespace: str | None = None
    flow_id: str | None = None
    tasks_id: list[str] | None = None
    level: LogLevel = LogLevel.INFO

    def run(self, ctx: RunContext) -> FetchOutputs:
        """Store the lines, page by page."""
        counts = {"lines": 0}
        uri = ctx.files.write(ctx.files.new_name(".ion"), write_rows(ctx.dialect, self._lines(ctx, counts)))
        return FetchOutputs(size=counts["lines"], uri=uri)

    def _lines(self, ctx: RunContext, counts: dict[str, int]) -> Iterator[Json]:
        after: Json = None
        while True:
            page = ctx.call(
                "logs.list",
                execution_id=self.execution_id or ctx.facts.execution_id,
                namespace=self.namespace,
                flow_id=self.flow_id,
                task_ids=self.tasks_id or [],
                level=self.level.value,
                after=after,
            )
            for line in page["items"]:
                counts["lines"] += 1
                yield line
            after = page.get("next")
            if after is None:
                return


class PurgeLogsOutputs(Outputs):
    """What a PurgeLogs gives back.

    Attributes:
        count: How many lines were removed.
        execution_logs_count: Those of executions.
        non_execution_logs_count: The others.
    """

    count: int = 0
    execution_logs_count: int | None = None
    non_execution_logs_count: int | None = None


class PurgeLogs(
    Task,
    type="io.kestra.plugin.core.log.PurgeLogs",
    new_properties=("batchSize", "purgeExecutionLogs", "purgeNonExecutionLogs"),
    example="""
type: io.kestra.plugin.core.log.PurgeLogs
namespace: company.team
logLevels: [TRACE, DEBUG]
endDate: "{{ now() | dateAdd(-30, 'DAYS') }}"
""",
):
    """Removes log lines.

    Attributes:
        namespace: Only of this namespace and those below it.
        flow_id: Only of this flow.
        execution_id: Only of this execution.
        log_levels: Only lines of these severities.
        start_date: Only lines written after this date.
        end_date: Only lines written before this date.
        purge_execution_logs: Whether lines of executions go.
        purge_non_execution_logs: Whether other lines go, those of triggers for one.
        batch_size: How many at once.
    """

    end_date: str
    namespace: str | None = None
    flow_id: str | None = None
    execution_id: str | None = None
    log_levels: list[LogLevel] | None = None
    start_date: str | None = None
    purge_execution_logs: bool = True
    purge_non_execution_logs: bool = True
    batch_size: int | None = None

    def run(self, ctx: RunContext) -> PurgeLogsOutputs:
        """Remove them."""
        counts = ctx.call(
            "logs.purge",
            namespace=self.namespace,
            flow_id=self.flow_id,
            execution_id=self.execution_id,
            levels=[level.value for level in self.log_levels or ()],
            start_date=self.start_date,
            end_date=self.end_date,
            purge_execution_logs=self.purge_execution_logs,
            purge_non_execution_logs=self.purge_non_execution_logs,
            batch_size=self.batch_size,
        )
        of_executions, others = int(counts["executionLogsCount"]), int(counts["nonExecutionLogsCount"])
        if ctx.dialect is Dialect.V1_3:
            return PurgeLogsOutputs(count=of_executions + others)
        return PurgeLogsOutputs(
            count=of_executions + others, execution_logs_count=of_executions, non_execution_logs_count=others
        )
