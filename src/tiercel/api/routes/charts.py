"""What the charts of dashboards show, as JSON and as files."""

from __future__ import annotations

import msgspec
from litestar import Response, post
from litestar.params import FromPath

from tiercel.api.chart_filters import read_overrides
from tiercel.api.errors import RequestError
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of, one, query_of, valid_ids
from tiercel.api.shapes.dashboards import content_shape, rows_of
from tiercel.api.spreadsheets import csv_text
from tiercel.errors import InvalidError, Violation
from tiercel.operations import charts
from tiercel.operations.actor import Action, Resource
from tiercel.operations.charts import ChartContent

_ROOT = "/api/v1/main/dashboards"
_CHART = _ROOT + "/{dashboard_id:str}/charts/{chart_id:str}"
_FORMATS = {"csv": "text/csv", "json": "application/json", "ion": "application/ion"}


@post(_CHART, status_code=200)
async def get_chart_data(request: Incoming, dashboard_id: FromPath[str], chart_id: FromPath[str]) -> Response[bytes]:
    """Give what a chart of a dashboard shows, narrowed by the body."""
    return answer(content_shape(await _read(request, dashboard_id, chart_id)))


@post(_ROOT + "/charts/preview", status_code=200)
async def preview_chart(request: Incoming) -> Response[bytes]:
    """Give what a chart shows that is not saved: ``{"chart": "<its YAML>", "globalFilter": {...}}``."""
    return answer(content_shape(await _preview(request)))


@post([_CHART + "/export", _CHART + "/export/to-csv"], status_code=200)
async def export_chart_data(request: Incoming, dashboard_id: FromPath[str], chart_id: FromPath[str]) -> Response[bytes]:
    """Give what a chart of a dashboard shows as a file."""
    return _file(request, await _read(request, dashboard_id, chart_id))


@post([_ROOT + "/charts/export", _ROOT + "/charts/export/to-csv"], status_code=200)
async def export_preview(request: Incoming) -> Response[bytes]:
    """Give what a chart shows that is not saved, as a file."""
    return _file(request, await _preview(request))


async def _read(request: Incoming, dashboard_id: str, chart_id: str) -> ChartContent:
    actor_of(request).require(Resource.DASHBOARD, Action.READ)
    valid_ids(dashboard_id, chart_id)
    environment = environment_of(request)
    overrides = read_overrides(await json_of(request), environment.clock())
    return await charts.read_chart(environment, actor_of(request), dashboard_id, chart_id, overrides)


async def _preview(request: Incoming) -> ChartContent:
    actor_of(request).require(Resource.DASHBOARD, Action.READ)
    given, environment = await json_of(request), environment_of(request)
    if not isinstance(given, dict) or not isinstance(given.get("chart"), str):
        raise InvalidError([Violation("send the YAML of a chart as text", path="chart", code="required")])
    overrides = read_overrides(given.get("globalFilter"), environment.clock())
    return await charts.preview_chart(environment, actor_of(request), given["chart"], overrides)


def _file(request: Incoming, content: ChartContent) -> Response[bytes]:
    wanted = (one(query_of(request), "format") or "csv").lower()
    if wanted not in _FORMATS:
        known = ", ".join(_FORMATS)
        raise RequestError(422, "invalid-argument", f"format is one of {known}, not '{wanted}'")
    rows = rows_of(content)
    query = content.chart.query
    if wanted == "csv":
        columns = [(column.name, column.title or column.name) for column in query.columns] if query is not None else []
        body = csv_text(columns or [("content", "content")], rows).encode()
    elif wanted == "json":
        body = msgspec.json.encode(rows)
    else:  # a value on each line: JSON is Ion
        body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{content.chart.id}.{wanted}"'}
    return Response(body, media_type=_FORMATS[wanted], headers=headers)


ROUTES = (get_chart_data, preview_chart, export_chart_data, export_preview)
