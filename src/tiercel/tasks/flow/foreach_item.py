"""ForEachItem and the three tasks it is carried out by: split a file, start subflows, merge their outputs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from tiercel.plugins import (
    LIST,
    Dialect,
    ExecutableTask,
    FlowableTask,
    Json,
    Outputs,
    Properties,
    RunContext,
    Static,
    Task,
)
from tiercel.tasks.storage.ion import write_rows
from tiercel.tasks.storage.splitting import SplitRules, split_file


class Batch(Properties):
    """How a file is cut into batches; one of ``rows``, ``bytes``, ``partitions`` and ``regex_pattern``.

    Attributes:
        rows: So many lines each.
        bytes: So much each at most, such as ``10MB``.
        partitions: Into so many.
        separator: What ends a line.
        regex_pattern: By what its first group finds in each line.
    """

    rows: int | None = None
    bytes: str | None = None
    partitions: int | None = None
    separator: str = "\n"
    regex_pattern: str | None = None


class ForEachItem(
    FlowableTask,
    type="io.kestra.plugin.core.flow.ForEachItem",
    aliases=("io.kestra.core.tasks.flows.ForEachItem",),
    control="foreach_item",
    dialects=(Dialect.V1_3,),
    branches={"errors": LIST, "finally": LIST},
    example="""
type: io.kestra.plugin.core.flow.ForEachItem
items: "{{ outputs.extract.uri }}"
batch:
  rows: 100
namespace: company.team
flowId: load_batch
inputs:
  file: "{{ taskrun.items }}"
""",
):
    """Cuts a file into batches and starts a flow for each.

    Attributes:
        items: URI of the file.
        batch: How it is cut; line by line when nothing is said.
        namespace: Of the flow.
        flow_id: The flow.
        revision: A given revision of it.
        inputs: Its inputs; ``taskrun.items`` is the URI of the batch, ``taskrun.iteration`` its number from 0.
        labels: Labels of its executions, as a map or a list of key and value.
        wait: Whether to wait for the executions.
        transmit_failed: Whether a failed execution fails this task.
        inherit_labels: Whether its executions carry the labels of this one.
        schedule_date: Start them at this time.
        restart_behavior: What a restart does with failed executions: start them again, or new ones.
    """

    items: str
    namespace: str
    flow_id: str
    batch: Batch = Field(default_factory=Batch)
    revision: Static[int | None] = None
    inputs: dict[str, Json] | None = None
    labels: list[Json] | dict[str, Json] | None = None
    wait: Static[bool] = True
    transmit_failed: Static[bool] = True
    inherit_labels: Static[bool] = False
    schedule_date: datetime | None = None
    restart_behavior: Static[Literal["NEW_EXECUTION", "RETRY_FAILED"]] = "RETRY_FAILED"


class SplitOutputs(Outputs):
    """What the split gives back.

    Attributes:
        splits: A file with the URI of one batch a line.
    """

    splits: str


class ForEachItemSplit(
    Task,
    type="io.kestra.plugin.core.flow.ForEachItem$ForEachItemSplit",
    dialects=(Dialect.V1_3,),
    internal=True,
    example="""
type: io.kestra.plugin.core.flow.ForEachItem$ForEachItemSplit
items: "{{ outputs.extract.uri }}"
batch:
  rows: 100
""",
):
    """Cuts the file of a ForEachItem into batches.

    Attributes:
        items: URI of the file.
        batch: How it is cut.
    """

    items: str
    batch: Batch = Field(default_factory=Batch)

    def run(self, ctx: RunContext) -> SplitOutputs:
        """Store the batches, then the list of them."""
        batch = self.batch
        rows = batch.rows if any((batch.rows, batch.bytes, batch.partitions, batch.regex_pattern)) else 1
        rules = SplitRules(rows, batch.bytes, batch.partitions, batch.regex_pattern, batch.separator)
        uris = split_file(ctx, self.items, rules)
        return SplitOutputs(splits=ctx.files.write("splits.txt", "\n".join(uris).encode()))


class ItemsOutputs(Outputs):
    """What the executions of a ForEachItem give back.

    Attributes:
        iterations: How many there are, by state.
        number_of_batches: How many batches there are.
        uri: A file with their outputs.
    """

    iterations: dict[str, int] | None = None
    number_of_batches: int | None = None
    uri: str | None = None


class ForEachItemExecutable(
    ExecutableTask,
    type="io.kestra.plugin.core.flow.ForEachItem$ForEachItemExecutable",
    control="foreach_item_items",
    outputs=ItemsOutputs,
    dialects=(Dialect.V1_3,),
    internal=True,
    example="""
type: io.kestra.plugin.core.flow.ForEachItem$ForEachItemExecutable
namespace: company.team
flowId: load_batch
""",
):
    """Starts the executions of a ForEachItem, one a batch.

    Attributes:
        namespace: Of the flow.
        flow_id: The flow.
        revision: A given revision of it.
        inputs: Its inputs.
        labels: Labels of its executions.
        wait: Whether to wait for the executions.
        transmit_failed: Whether a failed execution fails this task.
        inherit_labels: Whether its executions carry the labels of this one.
        schedule_date: Start them at this time.
        restart_behavior: What a restart does with failed executions.
    """

    namespace: str
    flow_id: str
    revision: Static[int | None] = None
    inputs: dict[str, Json] | None = None
    labels: list[Json] | dict[str, Json] | None = None
    wait: Static[bool] = True
    transmit_failed: Static[bool] = True
    inherit_labels: Static[bool] = False
    schedule_date: datetime | None = None
    restart_behavior: Static[Literal["NEW_EXECUTION", "RETRY_FAILED"]] = "RETRY_FAILED"


class MergeOutputs(Outputs):
    """What the merge gives back.

    Attributes:
        subflow_outputs: A file with the outputs of one execution a row.
    """

    subflow_outputs: str | None = None


class ForEachItemMergeOutputs(
    Task,
    type="io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs",
    dialects=(Dialect.V1_3,),
    internal=True,
    example="type: io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs",
):
    """Joins the outputs of the executions of a ForEachItem into one file."""

    def run(self, ctx: RunContext) -> MergeOutputs:
        """Write one row for each execution; nothing when none had outputs."""
        items_task = f"{ctx.facts.task_id.removesuffix('_merge')}_items"
        rows: list[Json] = [row for row in ctx.call("executions.child_outputs", task_id=items_task) if row]
        if not rows:
            return MergeOutputs()
        return MergeOutputs(subflow_outputs=ctx.files.write("outputs.ion", write_rows(ctx.dialect, rows)))
