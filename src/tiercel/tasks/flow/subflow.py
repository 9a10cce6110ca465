"""Tasks that run another flow, or a stored list of tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from tiercel.plugins import LIST, Dialect, ExecutableTask, FlowableTask, Json, Outputs, Static


class SubflowOutputs(Outputs):
    """What a Subflow gives back.

    Attributes:
        execution_id: Of the execution it started.
        state: The state of that execution.
        outputs: Its outputs, when it was waited for.
    """

    execution_id: str
    state: str | None = None
    outputs: dict[str, Json] | None = None


class Subflow(
    ExecutableTask,
    type="io.kestra.plugin.core.flow.Subflow",
    aliases=("io.kestra.core.tasks.flows.Flow", "io.kestra.core.tasks.flows.Subflow"),
    control="subflow",
    deprecated_properties=("outputs",),
    outputs=SubflowOutputs,
    example="""
type: io.kestra.plugin.core.flow.Subflow
namespace: company.team
flowId: load
inputs:
  day: "{{ inputs.day }}"
""",
):
    """Starts an execution of another flow and waits for it.

    Attributes:
        namespace: Of the flow.
        flow_id: The flow.
        revision: A given revision of it.
        inputs: Its inputs.
        labels: Labels of its execution, as a map or a list of key and value.
        wait: Whether to wait for it.
        transmit_failed: Whether its failure is that of this task.
        inherit_labels: Whether it carries the labels of this execution.
        schedule_date: Start it at this time.
        restart_behavior: What a restart does with a failed one: start it again, or a new one.
        outputs: Expressions over the outputs of its tasks.
    """

    namespace: Annotated[str, Field(min_length=1)]
    flow_id: str
    revision: Annotated[int | None, Field(ge=1)] = None
    inputs: dict[str, Json] | None = None
    labels: list[Json] | dict[str, Json] | None = None
    wait: Static[bool] = True
    transmit_failed: Static[bool] = True
    inherit_labels: bool = False
    schedule_date: datetime | None = None
    restart_behavior: Static[Literal["NEW_EXECUTION", "RETRY_FAILED"]] = "RETRY_FAILED"
    outputs: dict[str, Json] | None = None


class TemplateOutputs(Outputs):
    """What a Template gives back.

    Attributes:
        args: The arguments, rendered.
    """

    args: dict[str, Json] | None = None


class Template(
    FlowableTask,
    type="io.kestra.plugin.core.flow.Template",
    aliases=("io.kestra.core.tasks.flows.Template",),
    control="template",
    dialects=(Dialect.V1_3,),
    deprecated=True,
    branches={"errors": LIST, "finally": LIST},
    outputs=TemplateOutputs,
    example="""
type: io.kestra.plugin.core.flow.Template
namespace: company.team
templateId: greeting
args:
  name: "{{ inputs.name }}"
""",
):
    """Runs the tasks of a stored template in place.

    Attributes:
        namespace: Of the template.
        template_id: The template.
        args: Values its tasks read as outputs of this one.
    """

    namespace: str
    template_id: str
    args: dict[str, str] | None = None
