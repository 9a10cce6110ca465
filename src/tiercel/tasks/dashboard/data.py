"""What the charts of a dashboard show."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tiercel.plugins import Json, Part, Properties, Raw

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


class Order(Properties):
    """How rows are sorted.

    Attributes:
        column: By which column.
        order: Smallest or largest first.
    """

    column: str
    order: Literal["ASC", "DESC"] = "ASC"


class ExecutionsColumn(Properties):
    """A column about executions.

    Attributes:
        field: What it shows.
        display_name: Its title.
        agg: How many values become one.
        key: Of a label.
        label_key: Old name of ``key``.
        graph_style: How it is drawn.
        column_alignment: Where its text stands.
    """

    field: ExecutionsField | None = None
    display_name: str | None = None
    agg: Aggregate | None = None
    key: str | None = None
    label_key: str | None = None
    graph_style: Literal["LINES", "BARS", "POINTS"] | None = None
    column_alignment: Literal["LEFT", "RIGHT", "CENTER"] | None = None


class Executions(
    Part,
    type="io.kestra.plugin.core.dashboard.data.Executions",
    example="""
type: io.kestra.plugin.core.dashboard.data.Executions
columns:
  name:
    field: FLOW_ID
""",
):
    """Gives rows about executions.

    Attributes:
        columns: The columns by name.
        where: Which rows.
        order_by: How they are sorted.
    """

    columns: dict[str, ExecutionsColumn] | None = None
    where: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    order_by: list[Order] | None = None


class FlowsColumn(Properties):
    """A column about flows.

    Attributes:
        field: What it shows.
        display_name: Its title.
        agg: How many values become one.
        key: Of a label.
        label_key: Old name of ``key``.
        graph_style: How it is drawn.
        column_alignment: Where its text stands.
    """

    field: FlowsField | None = None
    display_name: str | None = None
    agg: Aggregate | None = None
    key: str | None = None
    label_key: str | None = None
    graph_style: Literal["LINES", "BARS", "POINTS"] | None = None
    column_alignment: Literal["LEFT", "RIGHT", "CENTER"] | None = None


class Flows(
    Part,
    type="io.kestra.plugin.core.dashboard.data.Flows",
    example="""
type: io.kestra.plugin.core.dashboard.data.Flows
columns:
  name:
    field: ID
""",
):
    """Gives rows about flows.

    Attributes:
        columns: The columns by name.
        where: Which rows.
        order_by: How they are sorted.
    """

    columns: dict[str, FlowsColumn] | None = None
    where: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    order_by: list[Order] | None = None


class LogsColumn(Properties):
    """A column about log lines.

    Attributes:
        field: What it shows.
        display_name: Its title.
        agg: How many values become one.
        key: Of a label.
        label_key: Old name of ``key``.
        graph_style: How it is drawn.
        column_alignment: Where its text stands.
    """

    field: LogsField | None = None
    display_name: str | None = None
    agg: Aggregate | None = None
    key: str | None = None
    label_key: str | None = None
    graph_style: Literal["LINES", "BARS", "POINTS"] | None = None
    column_alignment: Literal["LEFT", "RIGHT", "CENTER"] | None = None


class Logs(
    Part,
    type="io.kestra.plugin.core.dashboard.data.Logs",
    example="""
type: io.kestra.plugin.core.dashboard.data.Logs
columns:
  name:
    field: FLOW_ID
""",
):
    """Gives rows about log lines.

    Attributes:
        columns: The columns by name.
        where: Which rows.
        order_by: How they are sorted.
    """

    columns: dict[str, LogsColumn] | None = None
    where: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    order_by: list[Order] | None = None


class MetricsColumn(Properties):
    """A column about metrics.

    Attributes:
        field: What it shows.
        display_name: Its title.
        agg: How many values become one.
        key: Of a label.
        label_key: Old name of ``key``.
        graph_style: How it is drawn.
        column_alignment: Where its text stands.
    """

    field: MetricsField | None = None
    display_name: str | None = None
    agg: Aggregate | None = None
    key: str | None = None
    label_key: str | None = None
    graph_style: Literal["LINES", "BARS", "POINTS"] | None = None
    column_alignment: Literal["LEFT", "RIGHT", "CENTER"] | None = None


class Metrics(
    Part,
    type="io.kestra.plugin.core.dashboard.data.Metrics",
    example="""
type: io.kestra.plugin.core.dashboard.data.Metrics
columns:
  name:
    field: FLOW_ID
""",
):
    """Gives rows about metrics.

    Attributes:
        columns: The columns by name.
        where: Which rows.
        order_by: How they are sorted.
    """

    columns: dict[str, MetricsColumn] | None = None
    where: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    order_by: list[Order] | None = None


class TriggersColumn(Properties):
    """A column about triggers.

    Attributes:
        field: What it shows.
        display_name: Its title.
        agg: How many values become one.
        key: Of a label.
        label_key: Old name of ``key``.
        graph_style: How it is drawn.
        column_alignment: Where its text stands.
    """

    field: TriggersField | None = None
    display_name: str | None = None
    agg: Aggregate | None = None
    key: str | None = None
    label_key: str | None = None
    graph_style: Literal["LINES", "BARS", "POINTS"] | None = None
    column_alignment: Literal["LEFT", "RIGHT", "CENTER"] | None = None


class Triggers(
    Part,
    type="io.kestra.plugin.core.dashboard.data.Triggers",
    example="""
type: io.kestra.plugin.core.dashboard.data.Triggers
columns:
  name:
    field: FLOW_ID
""",
):
    """Gives rows about triggers.

    Attributes:
        columns: The columns by name.
        where: Which rows.
        order_by: How they are sorted.
    """

    columns: dict[str, TriggersColumn] | None = None
    where: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    order_by: list[Order] | None = None


class ExecutionsKPI(
    Part,
    type="io.kestra.plugin.core.dashboard.data.ExecutionsKPI",
    example="""
type: io.kestra.plugin.core.dashboard.data.ExecutionsKPI
columns:
  field: FLOW_ID
  agg: COUNT
""",
):
    """Gives one figure about executions.

    Attributes:
        columns: What is counted.
        numerator: Which rows, for a share.
        where: Which rows at all.
    """

    columns: ExecutionsColumn | None = None
    numerator: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    where: Raw[list[dict[str, Json]]] = Field(default_factory=list)


class FlowsKPI(
    Part,
    type="io.kestra.plugin.core.dashboard.data.FlowsKPI",
    example="""
type: io.kestra.plugin.core.dashboard.data.FlowsKPI
columns:
  field: ID
  agg: COUNT
""",
):
    """Gives one figure about flows.

    Attributes:
        columns: What is counted.
        numerator: Which rows, for a share.
        where: Which rows at all.
    """

    columns: FlowsColumn | None = None
    numerator: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    where: Raw[list[dict[str, Json]]] = Field(default_factory=list)


class LogsKPI(
    Part,
    type="io.kestra.plugin.core.dashboard.data.LogsKPI",
    example="""
type: io.kestra.plugin.core.dashboard.data.LogsKPI
columns:
  field: FLOW_ID
  agg: COUNT
""",
):
    """Gives one figure about log lines.

    Attributes:
        columns: What is counted.
        numerator: Which rows, for a share.
        where: Which rows at all.
    """

    columns: LogsColumn | None = None
    numerator: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    where: Raw[list[dict[str, Json]]] = Field(default_factory=list)


class MetricsKPI(
    Part,
    type="io.kestra.plugin.core.dashboard.data.MetricsKPI",
    example="""
type: io.kestra.plugin.core.dashboard.data.MetricsKPI
columns:
  field: FLOW_ID
  agg: COUNT
""",
):
    """Gives one figure about metrics.

    Attributes:
        columns: What is counted.
        numerator: Which rows, for a share.
        where: Which rows at all.
    """

    columns: MetricsColumn | None = None
    numerator: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    where: Raw[list[dict[str, Json]]] = Field(default_factory=list)
