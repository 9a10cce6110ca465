"""Conditions on executions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tiercel.plugins import Condition, Dialect, Json, State


class ExecutionFlow(
    Condition,
    type="io.kestra.plugin.core.condition.ExecutionFlow",
    aliases=(
        "io.kestra.core.models.conditions.types.ExecutionFlowCondition",
        "io.kestra.plugin.core.condition.ExecutionFlowCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.ExecutionFlow
namespace: company.team
flowId: extract
""",
):
    """Holds for executions of one flow.

    Attributes:
        namespace: Of the flow.
        flow_id: The flow.
    """

    namespace: str
    flow_id: str


class ExecutionNamespace(
    Condition,
    type="io.kestra.plugin.core.condition.ExecutionNamespace",
    aliases=(
        "io.kestra.core.models.conditions.types.ExecutionNamespaceCondition",
        "io.kestra.plugin.core.condition.ExecutionNamespaceCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.ExecutionNamespace
namespace: company
prefix: true
""",
):
    """Holds for executions of a namespace.

    Attributes:
        namespace: The namespace.
        comparison: How it is compared.
        prefix: Whether those below it count too.
    """

    namespace: str
    comparison: Literal["EQUALS", "PREFIX", "SUFFIX"] | None = None
    prefix: bool = False


class ExecutionLabels(
    Condition,
    type="io.kestra.plugin.core.condition.ExecutionLabels",
    aliases=(
        "io.kestra.core.models.conditions.types.ExecutionLabelsCondition",
        "io.kestra.plugin.core.condition.ExecutionLabelsCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.ExecutionLabels
labels:
  team: data
""",
):
    """Holds for executions with all of these labels.

    Attributes:
        labels: As a map, or a list of key and value.
    """

    labels: list[Json] | dict[str, Json]


class ExecutionOutputs(
    Condition,
    type="io.kestra.plugin.core.condition.ExecutionOutputs",
    aliases=(
        "io.kestra.core.models.conditions.types.ExecutionOutputsCondition",
        "io.kestra.plugin.core.condition.ExecutionOutputsCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.ExecutionOutputs
expression: "{{ trigger.outputs.rows > 0 }}"
""",
):
    """Holds when an expression over the outputs of the execution does.

    Attributes:
        expression: The expression; ``trigger.outputs`` are the outputs.
    """

    expression: str


class ExecutionStatus(
    Condition,
    type="io.kestra.plugin.core.condition.ExecutionStatus",
    aliases=(
        "io.kestra.core.models.conditions.types.ExecutionStatusCondition",
        "io.kestra.plugin.core.condition.ExecutionStatusCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.ExecutionStatus
in: [FAILED, WARNING]
""",
):
    """Holds for executions in one of these states.

    Attributes:
        in_: It must be in one of these.
        not_in: It must be in none of these.
    """

    in_: list[State] | None = Field(default=None, alias="in")
    not_in: list[State] | None = None


class HasRetryAttempt(
    Condition,
    type="io.kestra.plugin.core.condition.HasRetryAttempt",
    aliases=(
        "io.kestra.core.models.conditions.types.HasRetryAttemptCondition",
        "io.kestra.plugin.core.condition.HasRetryAttemptCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.HasRetryAttempt
in: [FAILED]
""",
):
    """Holds for executions with an attempt in one of these states.

    Attributes:
        in_: There must be an attempt in one of these.
        not_in: There must be an attempt in none of these.
    """

    in_: list[State] | None = Field(default=None, alias="in")
    not_in: list[State] | None = None


class FlowCondition(
    Condition,
    type="io.kestra.plugin.core.condition.FlowCondition",
    aliases=("io.kestra.core.models.conditions.types.FlowCondition",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.condition.FlowCondition
namespace: company.team
flowId: extract
""",
):
    """Holds for one flow.

    Attributes:
        namespace: Of the flow.
        flow_id: The flow.
    """

    namespace: str
    flow_id: str


class FlowNamespaceCondition(
    Condition,
    type="io.kestra.plugin.core.condition.FlowNamespaceCondition",
    aliases=("io.kestra.core.models.conditions.types.FlowNamespaceCondition",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.condition.FlowNamespaceCondition
namespace: company
prefix: true
""",
):
    """Holds for the flows of a namespace.

    Attributes:
        namespace: The namespace.
        prefix: Whether those below it count too.
    """

    namespace: str
    prefix: bool = False
