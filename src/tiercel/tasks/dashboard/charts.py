"""Charts of a dashboard."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tiercel.plugins import Json, Part, Properties, Raw

Id = Annotated[str, Field(min_length=1, pattern="^[a-zA-Z0-9][a-zA-Z0-9_-]*$")]
Width = Annotated[int, Field(ge=1, le=12)]


class Switchable(Properties):
    """A part of a chart that can be left out.

    Attributes:
        enabled: Whether it is there.
    """

    enabled: bool = True


class ChartOptions(Properties):
    """How a chart looks.

    Attributes:
        display_name: Its title.
        description: What it shows.
        width: In twelfths of the page.
    """

    display_name: Annotated[str, Field(min_length=1)]
    description: str | None = None
    width: Width = 6


class BarOptions(ChartOptions):
    """How bars look.

    Attributes:
        display_name: Title of the chart.
        description: What it shows.
        width: In twelfths of the page.
        column: The column along the axis.
        legend: Its legend.
        tooltip: What is shown under the pointer.
    """

    column: str | None = None
    legend: Switchable = Field(default_factory=Switchable)
    tooltip: Literal["NONE", "ALL", "SINGLE"] = "ALL"


class TimeSeriesOptions(BarOptions):
    """How lines look.

    Attributes:
        display_name: Title of the chart.
        description: What it shows.
        width: In twelfths of the page.
        column: The column along the axis.
        color_by_column: The column that gives colours.
        legend: Its legend.
        tooltip: What is shown under the pointer.
    """

    color_by_column: str | None = None


class PieOptions(ChartOptions):
    """How a pie looks.

    Attributes:
        display_name: Title of the chart.
        description: What it shows.
        width: In twelfths of the page.
        color_by_column: The column that gives colours.
        graph_style: Whether it has a hole.
        legend: Its legend.
        tooltip: What is shown under the pointer.
    """

    color_by_column: str | None = None
    graph_style: Literal["PIE", "DONUT"] = "DONUT"
    legend: Switchable = Field(default_factory=Switchable)
    tooltip: Literal["NONE", "ALL", "SINGLE"] = "ALL"


class KpiOptions(ChartOptions):
    """How a figure looks.

    Attributes:
        display_name: Title of the chart.
        description: What it shows.
        width: In twelfths of the page.
        number_type: A number or a share.
    """

    number_type: Literal["FLAT", "PERCENTAGE"] = "FLAT"


class TableOptions(ChartOptions):
    """How a table looks.

    Attributes:
        display_name: Title of the chart.
        description: What it shows.
        width: In twelfths of the page.
        header: Its header.
        pagination: Its pages.
    """

    header: Switchable = Field(default_factory=Switchable)
    pagination: Switchable = Field(default_factory=Switchable)


class Bar(
    Part,
    type="io.kestra.plugin.core.dashboard.chart.Bar",
    example="""
type: io.kestra.plugin.core.dashboard.chart.Bar
id: per_namespace
chartOptions:
  displayName: Executions
  column: namespace
data:
  type: io.kestra.plugin.core.dashboard.data.Executions
  columns:
    namespace:
      field: NAMESPACE
    total:
      agg: COUNT
""",
):
    """Shows bars.

    Attributes:
        id: Its name on the dashboard.
        chart_options: How it looks.
        data: What it shows.
    """

    id: Id
    chart_options: BarOptions | None = None
    data: Raw[dict[str, Json]]


class TimeSeries(
    Part,
    type="io.kestra.plugin.core.dashboard.chart.TimeSeries",
    example="""
type: io.kestra.plugin.core.dashboard.chart.TimeSeries
id: over_time
chartOptions:
  displayName: Executions over time
  column: date
data:
  type: io.kestra.plugin.core.dashboard.data.Executions
  columns:
    date:
      field: START_DATE
    total:
      agg: COUNT
""",
):
    """Shows lines over time.

    Attributes:
        id: Its name on the dashboard.
        chart_options: How it looks.
        data: What it shows.
    """

    id: Id
    chart_options: TimeSeriesOptions | None = None
    data: Raw[dict[str, Json]]


class Pie(
    Part,
    type="io.kestra.plugin.core.dashboard.chart.Pie",
    example="""
type: io.kestra.plugin.core.dashboard.chart.Pie
id: states
data:
  type: io.kestra.plugin.core.dashboard.data.Executions
  columns:
    state:
      field: STATE
    total:
      agg: COUNT
""",
):
    """Shows shares of a whole.

    Attributes:
        id: Its name on the dashboard.
        chart_options: How it looks.
        data: What it shows.
    """

    id: Id
    chart_options: PieOptions | None = None
    data: Raw[dict[str, Json]]


class Table(
    Part,
    type="io.kestra.plugin.core.dashboard.chart.Table",
    example="""
type: io.kestra.plugin.core.dashboard.chart.Table
id: errors
data:
  type: io.kestra.plugin.core.dashboard.data.Logs
  columns:
    message:
      field: MESSAGE
""",
):
    """Shows rows.

    Attributes:
        id: Its name on the dashboard.
        chart_options: How it looks.
        data: What it shows.
    """

    id: Id
    chart_options: TableOptions | None = None
    data: Raw[dict[str, Json]]


class KPI(
    Part,
    type="io.kestra.plugin.core.dashboard.chart.KPI",
    example="""
type: io.kestra.plugin.core.dashboard.chart.KPI
id: success_rate
chartOptions:
  displayName: Success rate
  numberType: PERCENTAGE
data:
  type: io.kestra.plugin.core.dashboard.data.ExecutionsKPI
  columns:
    field: ID
    agg: COUNT
""",
):
    """Shows one figure.

    Attributes:
        id: Its name on the dashboard.
        chart_options: How it looks.
        data: What it shows.
    """

    id: Id
    chart_options: KpiOptions | None = None
    data: Raw[dict[str, Json]]


class Markdown(
    Part,
    type="io.kestra.plugin.core.dashboard.chart.Markdown",
    deprecated_properties=("content",),
    example="""
type: io.kestra.plugin.core.dashboard.chart.Markdown
id: notes
source:
  type: Text
  content: "# Notes"
""",
):
    """Shows a text.

    Attributes:
        id: Its name on the dashboard.
        chart_options: How it looks.
        source: The text, or the flow whose description is shown.
        content: Old place of ``source.content``.
    """

    id: Id
    chart_options: ChartOptions | None = None
    source: Raw[dict[str, Json] | None] = None
    content: str | None = None
