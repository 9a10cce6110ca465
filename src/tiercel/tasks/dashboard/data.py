"""What the charts of a dashboard show."""

from __future__ import annotations

from typing import ClassVar, Generic, Literal, TypeVar

from pydantic import Field

from tiercel.model.types import TypeKind
from tiercel.plugins import Json, Part, Properties

Aggregate = Literal["AVG", "MAX", "MIN", "SUM", "COUNT"]
ExecutionsField = Literal[
    "ID",
    "NAMESPACE",
    "FLOW_ID",
    "FLOW_REVISION",
    "STATE",
    "DURATION",
    "LABELS",
    "START_DATE",
    "END_DATE",
    "TRIGGER_EXECUTION_ID",
    "SCOPE",
]
FlowsField = Literal["ID", "NAMESPACE", "REVISION"]
LogsField = Literal[
    "NAMESPACE",
    "FLOW_ID",
    "EXECUTION_ID",
    "TASK_ID",
    "DATE",
    "TASK_RUN_ID",
    "ATTEMPT_NUMBER",
    "TRIGGER_ID",
    "LEVEL",
    "MESSAGE",
]
MetricsField = Literal[
    "NAMESPACE", "FLOW_ID", "TASK_ID", "EXECUTION_ID", "TASK_RUN_ID", "TYPE", "NAME", "VALUE", "DATE"
]
TriggersField = Literal["ID", "NAMESPACE", "FLOW_ID", "TRIGGER_ID", "EXECUTION_ID", "NEXT_EXECUTION_DATE", "WORKER_ID"]
Comparison = Literal[
    "EQUAL_TO",
    "NOT_EQUAL_TO",
    "IN",
    "NOT_IN",
    "GREATER_THAN",
    "GREATER_THAN_OR_EQUAL_TO",
    "LESS_THAN",
    "LESS_THAN_OR_EQUAL_TO",
    "STARTS_WITH",
    "ENDS_WITH",
    "CONTAINS",
    "PREFIX",
    "REGEX",
    "IS_NULL",
    "IS_NOT_NULL",
    "IS_TRUE",
    "IS_FALSE",
    "OR",
]
F = TypeVar("F")


class Order(Properties):
    """How rows are sorted.

    Attributes:
        column: By which column.
        order: Smallest or largest first.
    """

    column: str
    order: Literal["ASC", "DESC"] = "ASC"


class Column(Properties, Generic[F]):
    """One column.

    Attributes:
        field: What it shows.
        display_name: Its title.
        agg: How many values become one.
        key: Of a label.
        label_key: Old name of ``key``.
        graph_style: How it is drawn.
        column_alignment: Where its text stands.
    """

    field: F | None = None
    display_name: str | None = None
    agg: Aggregate | None = None
    key: str | None = None
    label_key: str | None = None
    graph_style: Literal["LINES", "BARS", "POINTS"] | None = None
    column_alignment: Literal["LEFT", "RIGHT", "CENTER"] | None = None


class Where(Properties, Generic[F]):
    """One condition on rows.

    Attributes:
        type: How the field is compared; ``OR`` holds when one of the conditions in ``values`` does.
        field: What is compared.
        key: Of a label.
        label_key: Old name of ``key``.
        value: With what it is compared.
        values: The values of ``IN`` and ``NOT_IN``, or the conditions of ``OR``.
    """

    type: Comparison
    field: F | None = None
    key: str | None = None
    label_key: str | None = None
    value: Json = None
    values: list[Json] | None = None


class Rows(Part, Generic[F]):
    """Rows of a dataset.

    Attributes:
        columns: The columns by name.
        where: Which rows; all conditions must hold.
        order_by: How they are sorted.
    """

    kind: ClassVar[TypeKind] = TypeKind.DATA

    columns: dict[str, Column[F]]
    where: list[Where[F]] = Field(default_factory=list)
    order_by: list[Order] | None = None


class Figure(Part, Generic[F]):
    """One figure of a dataset.

    Attributes:
        columns: What is counted or added up.
        numerator: Which of the rows, for a share.
        where: Which rows at all; all conditions must hold.
    """

    kind: ClassVar[TypeKind] = TypeKind.DATA_KPI

    columns: Column[F]
    numerator: list[Where[F]] = Field(default_factory=list)
    where: list[Where[F]] = Field(default_factory=list)


class Executions(
    Rows[ExecutionsField],
    type="io.kestra.plugin.core.dashboard.data.Executions",
    example="""
type: io.kestra.plugin.core.dashboard.data.Executions
columns:
  name:
    field: FLOW_ID
""",
):
    """Gives rows about executions."""


class Flows(
    Rows[FlowsField],
    type="io.kestra.plugin.core.dashboard.data.Flows",
    example="""
type: io.kestra.plugin.core.dashboard.data.Flows
columns:
  name:
    field: ID
""",
):
    """Gives rows about flows."""


class Logs(
    Rows[LogsField],
    type="io.kestra.plugin.core.dashboard.data.Logs",
    example="""
type: io.kestra.plugin.core.dashboard.data.Logs
columns:
  name:
    field: FLOW_ID
""",
):
    """Gives rows about log lines."""


class Metrics(
    Rows[MetricsField],
    type="io.kestra.plugin.core.dashboard.data.Metrics",
    example="""
type: io.kestra.plugin.core.dashboard.data.Metrics
columns:
  name:
    field: FLOW_ID
""",
):
    """Gives rows about metrics."""


class Triggers(
    Rows[TriggersField],
    type="io.kestra.plugin.core.dashboard.data.Triggers",
    example="""
type: io.kestra.plugin.core.dashboard.data.Triggers
columns:
  name:
    field: FLOW_ID
""",
):
    """Gives rows about triggers."""


class ExecutionsKPI(
    Figure[ExecutionsField],
    type="io.kestra.plugin.core.dashboard.data.ExecutionsKPI",
    example="""
type: io.kestra.plugin.core.dashboard.data.ExecutionsKPI
columns:
  field: FLOW_ID
  agg: COUNT
""",
):
    """Gives one figure about executions."""


class FlowsKPI(
    Figure[FlowsField],
    type="io.kestra.plugin.core.dashboard.data.FlowsKPI",
    example="""
type: io.kestra.plugin.core.dashboard.data.FlowsKPI
columns:
  field: ID
  agg: COUNT
""",
):
    """Gives one figure about flows."""


class LogsKPI(
    Figure[LogsField],
    type="io.kestra.plugin.core.dashboard.data.LogsKPI",
    example="""
type: io.kestra.plugin.core.dashboard.data.LogsKPI
columns:
  field: FLOW_ID
  agg: COUNT
""",
):
    """Gives one figure about log lines."""


class MetricsKPI(
    Figure[MetricsField],
    type="io.kestra.plugin.core.dashboard.data.MetricsKPI",
    example="""
type: io.kestra.plugin.core.dashboard.data.MetricsKPI
columns:
  field: FLOW_ID
  agg: COUNT
""",
):
    """Gives one figure about metrics."""
