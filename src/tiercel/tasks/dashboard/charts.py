"""Charts of a dashboard."""

from __future__ import annotations

from typing import Annotated, ClassVar, Generic, Literal, TypeVar

from pydantic import Field

from tiercel.model.types import TypeKind
from tiercel.plugins import Json, Part, Properties, Raw

Id = Annotated[str, Field(min_length=1, pattern="^[a-zA-Z0-9][a-zA-Z0-9_-]*$")]
Width = Annotated[int, Field(ge=1, le=12)]
Look = TypeVar("Look")


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


class LegendOptions(ChartOptions):
    """How something with a legend looks.

    Attributes:
        legend: Its legend.
        tooltip: What is shown under the pointer.
    """

    legend: Switchable = Field(default_factory=Switchable)
    tooltip: Literal["NONE", "ALL", "SINGLE"] = "ALL"


class BarOptions(LegendOptions):
    """How bars look.

    Attributes:
        column: The column along the axis.
    """

    column: str | None = None


class TimeSeriesOptions(BarOptions):
    """How lines look.

    Attributes:
        color_by_column: The column that gives colours.
    """

    color_by_column: str | None = None


class PieOptions(LegendOptions):
    """How a pie looks.

    Attributes:
        color_by_column: The column that gives colours.
        graph_style: Whether it has a hole.
    """

    color_by_column: str | None = None
    graph_style: Literal["PIE", "DONUT"] = "DONUT"


class KpiOptions(ChartOptions):
    """How a figure looks.

    Attributes:
        number_type: A number or a share.
    """

    number_type: Literal["FLAT", "PERCENTAGE"] = "FLAT"


class TableOptions(ChartOptions):
    """How a table looks.

    Attributes:
        header: Its header.
        pagination: Its pages.
    """

    header: Switchable = Field(default_factory=Switchable)
    pagination: Switchable = Field(default_factory=Switchable)


class Chart(Part, Generic[Look]):
    """Something on a dashboard.

    Attributes:
        id: Its name on the dashboard.
        chart_options: How it looks.
    """

    kind: ClassVar[TypeKind] = TypeKind.CHART

    id: Id
    chart_options: Look | None = None


class DataChart(Chart[Look], Generic[Look]):
    """A chart of data.

    Attributes:
        data: What it shows.
    """

    data: Raw[dict[str, Json]]


class Bar(
    DataChart[BarOptions],
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
    """Shows bars."""


class TimeSeries(
    DataChart[TimeSeriesOptions],
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
    """Shows lines over time."""


class Pie(
    DataChart[PieOptions],
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
    """Shows shares of a whole."""


class Table(
    DataChart[TableOptions],
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
    """Shows rows."""


class KPI(
    DataChart[KpiOptions],
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
  numerator:
    - type: EQUAL_TO
      field: STATE
      value: SUCCESS
""",
):
    """Shows one figure."""


class Markdown(
    Chart[ChartOptions],
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
        source: The text, or the flow whose description is shown.
        content: Old place of ``source.content``.
    """

    source: Raw[dict[str, Json] | None] = None
    content: str | None = None
