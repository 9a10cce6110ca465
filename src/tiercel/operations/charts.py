"""What the charts of dashboards show, of what whoever asks may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from tiercel.errors import InvalidArgumentError, InvalidError, NotFoundError, Violation
from tiercel.model.dashboard import DEFAULT_WINDOW, LONGEST_WINDOW, Chart, ChartKind, ChartQuery, Dataset
from tiercel.model.moments import micros_in
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.dashboards import get_dashboard, validate_chart
from tiercel.operations.environment import Environment
from tiercel.operations.parsing import document_of
from tiercel.operations.visibility import visible
from tiercel.repository.chart_records import MOST_GIVEN, ChartRequest, ChartRows, Span
from tiercel.repository.charts import read_figure, read_rows
from tiercel.repository.flows import get_flow
from tiercel.repository.query import Condition, Filter, Operation

_TIMED = frozenset({Dataset.EXECUTIONS, Dataset.LOGS, Dataset.METRICS})
_SEEN_AS: Mapping[Dataset, Resource] = {
    Dataset.EXECUTIONS: Resource.EXECUTION,
    Dataset.LOGS: Resource.LOG,
    Dataset.METRICS: Resource.EXECUTION,
    Dataset.FLOWS: Resource.FLOW,
    Dataset.TRIGGERS: Resource.TRIGGER,
}


class Overrides(Struct, frozen=True, kw_only=True):
    """What a viewer narrows a chart to.

    Attributes:
        start: Microseconds since 1970; None = as far back from the end as the dashboard looks.
        end: None = now.
        namespace: With those below it.
        where: Conditions by the names of lists; those that do not fit the data of a chart are left out.
        size: None = all that a chart shows at once.
        page: From 1.
    """

    start: int | None = None
    end: int | None = None
    namespace: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    where: tuple[Condition, ...] = ()
    size: int | None = None
    page: int = 1


class ChartContent(Struct, frozen=True, kw_only=True):
    """What a chart shows: rows; a figure; or a text.

    Attributes:
        span: What stretch of time was looked at; None when the data has no time.
    """

    chart: Chart
    rows: ChartRows | None = None
    figure: float | None = None
    text: str | None = None
    span: Span | None = None


@operation(Resource.DASHBOARD, Action.READ)
async def read_chart(
    environment: Environment, actor: Actor, dashboard_id: str, chart_id: str, overrides: Overrides
) -> ChartContent:
    """Give what a chart of a dashboard shows.

    Raises:
        NotFoundError: There is no such dashboard or chart.
        InvalidError: The range is longer than the dashboard allows, or a filter is wrong.
    """
    dashboard = (await get_dashboard(environment, actor, dashboard_id)).dashboard
    chart = next((one for one in dashboard.charts if one.id == chart_id), None)
    if chart is None:
        raise NotFoundError("chart", f"{chart_id} of dashboard {dashboard_id}")
    return await _content(environment, actor, chart, overrides, (dashboard.window, dashboard.longest))


@operation(Resource.DASHBOARD, Action.READ)
async def preview_chart(environment: Environment, actor: Actor, source: str, overrides: Overrides) -> ChartContent:
    """Give what a chart that is not saved shows.

    Raises:
        InvalidError: Everything that is wrong with its source, or the range is too long, or a filter is wrong.
    """
    parsed = await validate_chart(environment, actor, source)
    if parsed.chart is None:
        raise InvalidError([violation for violation in parsed.violations if violation.is_error])
    return await _content(environment, actor, parsed.chart, overrides, (DEFAULT_WINDOW, LONGEST_WINDOW))


async def _content(
    environment: Environment, actor: Actor, chart: Chart, overrides: Overrides, window: tuple[timedelta, timedelta]
) -> ChartContent:
    query = chart.query
    if query is None:
        return ChartContent(chart=chart, text=await _text(environment, actor, chart))
    request = _request(environment, actor, query, overrides, window)
    if chart.kind is ChartKind.KPI:
        figure = await environment.database.read(
            lambda connection: read_figure(connection, request, is_share=chart.is_share)
        )
        return ChartContent(chart=chart, figure=figure, span=request.span)
    rows = await environment.database.read(lambda connection: read_rows(connection, request))
    return ChartContent(chart=chart, rows=rows, span=request.span)


def _request(
    environment: Environment,
    actor: Actor,
    query: ChartQuery,
    overrides: Overrides,
    window: tuple[timedelta, timedelta],
) -> ChartRequest:
    resource = _SEEN_AS[query.dataset]
    actor.require(resource, Action.READ)
    size = overrides.size or MOST_GIVEN
    if not 1 <= size <= MOST_GIVEN or overrides.page < 1:
        raise InvalidArgumentError(
            [Violation(f"pageSize is from 1 to {MOST_GIVEN}, pageNumber from 1", path="pageSize")]
        )
    where = list(overrides.where)
    if overrides.namespace:
        where.append(Filter("namespace", Operation.PREFIX, overrides.namespace))
    where += [Filter("labels", Operation.EQUALS, value, key) for key, value in overrides.labels]
    return ChartRequest(
        query=query,
        where=tuple(where),
        required=visible(actor, resource),
        span=_span(environment, overrides, window) if query.dataset in _TIMED else None,
        size=size,
        page=overrides.page,
    )


def _span(environment: Environment, overrides: Overrides, window: tuple[timedelta, timedelta]) -> Span:
    usual, longest = window
    end = overrides.end if overrides.end is not None else environment.clock() + 1
    start = overrides.start if overrides.start is not None else end - micros_in(usual)
    if start > end:
        raise InvalidArgumentError([Violation("must not be after endDate", path="startDate", code="empty-range")])
    if end - start > micros_in(longest) + 1:
        message = f"the range is longer than the {longest.days} days that timeWindow.max allows"
        raise InvalidArgumentError([Violation(message, path="startDate", code="range-too-long")])
    return Span(start, end)


async def _text(environment: Environment, actor: Actor, chart: Chart) -> str:
    if chart.flow is None:
        return chart.text or ""
    key = chart.flow
    actor.require(Resource.FLOW, Action.READ, key[0])
    stored = await environment.database.read(lambda connection: get_flow(connection, *key))
    return str(document_of(stored.source).get("description") or "")
