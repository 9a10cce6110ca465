"""Tasks about other executions: removing, counting and resuming them."""

from __future__ import annotations

from pydantic import Field

from tiercel.plugins import Dialect, Json, Outputs, Properties, Raw, RunContext, State, Task, TaskError, is_truthy


class PurgeExecutionsOutputs(Outputs):
    """What a PurgeExecutions gives back.

    Attributes:
        executions_count: How many executions were removed.
        logs_count: How many lines of their logs.
        storages_count: How many of their files.
        metrics_count: How many of their metrics.
        task_outputs_count: How many outputs of their tasks.
        execution_outputs_count: How many of their own outputs.
    """

    executions_count: int = 0
    logs_count: int = 0
    storages_count: int = 0
    metrics_count: int = 0
    task_outputs_count: int | None = None
    execution_outputs_count: int | None = None


class PurgeExecutions(
    Task,
    type="io.kestra.plugin.core.execution.PurgeExecutions",
    aliases=("io.kestra.core.tasks.storages.Purge", "io.kestra.plugin.core.storage.Purge"),
    example="""
type: io.kestra.plugin.core.execution.PurgeExecutions
namespace: company.team
endDate: "{{ now() | dateAdd(-90, 'DAYS') }}"
states: [SUCCESS]
""",
):
    """Removes executions and what belongs to them.

    Attributes:
        namespace: Only of this namespace and those below it.
        flow_id: Only of this flow.
        start_date: Only those that began after this date.
        end_date: Only those that ended before this date.
        states: Only those in one of these states.
        purge_execution: Whether the executions go.
        purge_log: Whether their logs go.
        purge_metric: Whether their metrics go.
        purge_storage: Whether their files go.
        batch_size: How many at once.
    """

    end_date: str
    namespace: str | None = None
    flow_id: str | None = None
    start_date: str | None = None
    states: list[State] | None = None
    purge_execution: bool = True
    purge_log: bool = True
    purge_metric: bool = True
    purge_storage: bool = True
    batch_size: int = 100

    def run(self, ctx: RunContext) -> PurgeExecutionsOutputs:
        """Remove them, batch by batch."""
        counts: dict[str, int] = ctx.call(
            "executions.purge",
            namespace=self.namespace,
            flow_id=self.flow_id,
            start_date=self.start_date,
            end_date=self.end_date,
            states=[state.value for state in self.states or ()],
            purge_execution=self.purge_execution,
            purge_log=self.purge_log,
            purge_metric=self.purge_metric,
            purge_storage=self.purge_storage,
            batch_size=self.batch_size,
        )
        known = PurgeExecutionsOutputs(**counts)
        if ctx.dialect is Dialect.V1_3:
            known = known.model_copy(update={"task_outputs_count": None, "execution_outputs_count": None})
        return known


class CountedFlow(Properties):
    """A flow whose executions are counted.

    Attributes:
        namespace: Of the flow.
        flow_id: The flow.
    """

    namespace: str
    flow_id: str


class CountOutputs(Outputs):
    """What a Count gives back.

    Attributes:
        results: Namespace, flow and count of those that fit.
        total: The sum of their counts.
    """

    results: list[dict[str, Json]] = Field(default_factory=list)
    total: int


class Count(
    Task,
    type="io.kestra.plugin.core.execution.Count",
    aliases=("io.kestra.core.tasks.executions.Counts",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.execution.Count
flows:
  - namespace: company.team
    flowId: load
startDate: "{{ now() | dateAdd(-1, 'DAYS') }}"
expression: "{{ count == 0 }}"
""",
):
    """Counts the executions of flows.

    Attributes:
        flows: These flows; give these or namespaces.
        namespaces: All flows of these.
        states: Only executions in one of these states.
        start_date: Only those that began after this date.
        end_date: Only those that began before this date.
        expression: Which counts are listed; ``count`` is a variable.
    """

    expression: Raw[str]
    start_date: str
    flows: list[CountedFlow] | None = None
    namespaces: list[str] | None = None
    states: list[State] | None = None
    end_date: str | None = None

    def run(self, ctx: RunContext) -> CountOutputs:
        """Count, then choose."""
        if not self.flows and not self.namespaces:
            raise TaskError("One of `flows` and `namespaces` must be given")
        counted = ctx.call(
            "executions.count",
            flows=[flow.model_dump(by_alias=True) for flow in self.flows or ()],
            namespaces=self.namespaces or [],
            states=[state.value for state in self.states or ()],
            start_date=self.start_date,
            end_date=self.end_date,
        )
        fitting = [row for row in counted if is_truthy(str(ctx.render(self.expression, {"count": row["count"]})))]
        return CountOutputs(results=fitting, total=sum(int(row["count"]) for row in fitting))


class Resume(
    Task,
    type="io.kestra.plugin.core.execution.Resume",
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.execution.Resume
executionId: "{{ trigger.executionId }}"
inputs:
  reason: checked
""",
):
    """Lets a paused execution go on.

    Attributes:
        execution_id: The execution; this one when nothing is said.
        namespace: Of its flow.
        flow_id: Its flow.
        inputs: What the Pause asks for.
    """

    execution_id: str | None = None
    namespace: str | None = None
    flow_id: str | None = None
    inputs: dict[str, Json] | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for it."""
        ctx.call(
            "executions.resume",
            execution_id=self.execution_id or ctx.facts.execution_id,
            namespace=self.namespace,
            flow_id=self.flow_id,
            inputs=self.inputs or {},
        )
