"""Executions in sum: as CSV, how long they take, which values they have."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from tiercel.api.paging import read_page
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, needed, query_of, valid_ids, whole
from tiercel.api.routes.executions import ROOT, conditions_of
from tiercel.api.shapes.executions import light_execution_shape
from tiercel.api.spreadsheets import csv_stream, every_row
from tiercel.model.json import Json
from tiercel.operations import execution_search
from tiercel.operations.showing import shown_execution

_LARGEST = 1000
_COLUMNS = (
    "id",
    "namespace",
    "flowId",
    "flowRevision",
    "state",
    "startDate",
    "endDate",
    "duration",
    "labels",
    "inputs",
    "outputs",
    "trigger",
    "kind",
    "parentId",
    "originalId",
    "scheduleDate",
)


@get(ROOT + "/export/by-query/csv")
async def export(request: Incoming) -> Stream:
    """Give the executions that a search finds as CSV."""
    environment, actor, query = environment_of(request), actor_of(request), query_of(request)
    wanted = read_page(query, conditions_of(request, query))
    await execution_search.search_executions(environment, actor, wanted)  # says what is wrong before the file begins
    rows = every_row(
        lambda page: execution_search.search_executions(environment, actor, page),
        wanted,
        lambda execution: _row(light_execution_shape(shown_execution(environment, execution))),
    )
    return csv_stream("executions.csv", _COLUMNS, rows)


@get(ROOT + "/namespaces/{namespace:str}/flows/{flow_id:str}/average-duration")
async def average_duration(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Tell how long the last executions of a flow took on average, in milliseconds."""
    valid_ids(namespace, flow_id)
    found = await execution_search.average_duration(environment_of(request), actor_of(request), (namespace, flow_id))
    shape: dict[str, Json] = {"count": found.count}
    if found.micros is not None:
        shape["avgDurationMs"] = round(found.micros / 1000)
    return answer(shape)


@get(ROOT + "/distinct-field-values")
async def list_values(request: Incoming) -> Response[bytes]:
    """Name the values a field has among the executions that a search finds."""
    query = query_of(request)
    environment = environment_of(request)
    found = await execution_search.list_values(
        environment,
        actor_of(request),
        _camel_case(needed(query, "field")),
        conditions_of(request, query),
        min(max(whole(query, "size") or 100, 1), _LARGEST),
    )
    return answer([environment.secrets.mask(value) for value in found])


def _row(shape: dict[str, Json]) -> dict[str, Json]:
    state = shape["state"]
    dates = {name: state.get(name) for name in ("startDate", "endDate", "duration")}
    return shape | {"state": state["current"]} | dates


def _camel_case(field: str) -> str:
    """Read the names of fields that clients have as constants: ``FLOW_ID`` is flowId."""
    if not field.isupper():
        return field
    first, *rest = field.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


ROUTES = (export, average_duration, list_values)
