"""Figures that tasks leave."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from tiercel.api.errors import RequestError
from tiercel.api.filter_fields import METRIC_FIELDS
from tiercel.api.filters import read_filters, read_instant
from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, one, query_of, valid_ids
from tiercel.api.shapes.logs import metric_shape
from tiercel.api.shapes.times import instant
from tiercel.model.json import Json
from tiercel.operations import metrics
from tiercel.operations.metrics import Aggregates, Aggregation
from tiercel.repository.query import Filter, Operation

_ROOT = "/api/v1/main/metrics"
_DEFAULT_MICROS = 30 * 86_400 * 1_000_000


@get(_ROOT + "/{execution_id:str}")
async def search_of_execution(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Give one page of the figures of an execution."""
    valid_ids(execution_id)
    query = query_of(request)
    given = (("executionId", execution_id), ("taskRunId", one(query, "taskRunId")), ("taskId", one(query, "taskId")))
    plain = tuple(Filter(name, Operation.EQUALS, value) for name, value in given if value is not None)
    where = (*plain, *read_filters(query, METRIC_FIELDS, environment_of(request).clock()))
    found = await metrics.search_execution_metrics(
        environment_of(request), actor_of(request), execution_id, read_page(query, where)
    )
    return answer(page_shape(found, metric_shape))


@get(_ROOT + "/names/{namespace:str}/{flow_id:str}")
async def list_names(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Name the figures of a flow."""
    valid_ids(namespace, flow_id)
    return answer(await metrics.list_metric_names(environment_of(request), actor_of(request), (namespace, flow_id)))


@get(_ROOT + "/names/{namespace:str}/{flow_id:str}/{task_id:str}")
async def list_names_of_task(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], task_id: FromPath[str]
) -> Response[bytes]:
    """Name the figures of a task."""
    valid_ids(namespace, flow_id, task_id)
    key = (namespace, flow_id)
    return answer(await metrics.list_metric_names(environment_of(request), actor_of(request), key, task_id))


@get(_ROOT + "/tasks/{namespace:str}/{flow_id:str}")
async def list_tasks(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Name the tasks of a flow that left figures, also those it no longer has."""
    valid_ids(namespace, flow_id)
    return answer(await metrics.list_metric_tasks(environment_of(request), actor_of(request), (namespace, flow_id)))


@get(_ROOT + "/aggregates/{namespace:str}/{flow_id:str}/{name:str}")
async def aggregate(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """Add up a figure of a flow over time, that of the last 30 days when no dates are given."""
    valid_ids(namespace, flow_id)
    return await _aggregate(request, (namespace, flow_id), name, None)


@get(_ROOT + "/aggregates/{namespace:str}/{flow_id:str}/{task_id:str}/{name:str}")
async def aggregate_of_task(
    request: Incoming,
    namespace: FromPath[str],
    flow_id: FromPath[str],
    task_id: FromPath[str],
    name: FromPath[str],
) -> Response[bytes]:
    """Add up a figure of a task over time, that of the last 30 days when no dates are given."""
    valid_ids(namespace, flow_id, task_id)
    return await _aggregate(request, (namespace, flow_id), name, task_id)


async def _aggregate(request: Incoming, key: tuple[str, str], name: str, task_id: str | None) -> Response[bytes]:
    environment, query = environment_of(request), query_of(request)
    start, end = one(query, "startDate"), one(query, "endDate")
    until = read_instant(end, "endDate") if end else environment.clock()
    found = await metrics.aggregate_metric(
        environment,
        actor_of(request),
        key,
        name,
        task_id=task_id,
        start=read_instant(start, "startDate") if start else until - _DEFAULT_MICROS,
        end=until,
        aggregation=_aggregation(one(query, "aggregation") or Aggregation.SUM),
    )
    return answer(_aggregates_shape(name, found))


def _aggregation(text: str) -> Aggregation:
    try:
        return Aggregation(text.lower())
    except ValueError:
        message = f"aggregation is one of {', '.join(Aggregation)}, not '{text}'"
        raise RequestError(422, "invalid-argument", message) from None


def _aggregates_shape(name: str, found: Aggregates) -> dict[str, Json]:
    shapes: list[Json] = []
    for stretch in found.stretches:
        shape: dict[str, Json] = {"name": name, "date": instant(stretch.at)}
        if stretch.value is not None:
            shape["value"] = stretch.value
        shapes.append(shape)
    return {"groupBy": found.grouping, "aggregations": shapes}


ROUTES = (
    search_of_execution,
    list_names,
    list_names_of_task,
    list_tasks,
    aggregate,
    aggregate_of_task,
)
