"""Executions: start, read, search, follow, remove. What acts on them is in ``execution_actions``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from litestar import Response, delete, get, post
from litestar.params import FromPath
from litestar.response import Stream

from tiercel.api.date_filters import EXECUTION_DATES, dates_of, within_span
from tiercel.api.errors import RequestError
from tiercel.api.filter_fields import EXECUTION_FIELDS
from tiercel.api.filters import flat_filters, read_filters, read_instant
from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import (
    Incoming,
    Query,
    actor_of,
    answer,
    environment_of,
    every,
    execution_page,
    flag,
    inputs_of,
    json_of,
    one,
    query_of,
    valid_ids,
    whole,
)
from tiercel.api.routes.flow_keys import read_flow_keys
from tiercel.api.shapes.executions import execution_shape, light_execution_shape
from tiercel.api.shapes.flows import flow_for_execution_shape
from tiercel.api.shapes.inputs import checked_start_shape
from tiercel.api.sse import event_stream, frame
from tiercel.errors import ConflictError, InvalidArgumentError, Violation
from tiercel.model.execution import Execution, ExecutionKind
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations import execution_search, executions, flow_search, flows
from tiercel.operations.actor import Action, Resource
from tiercel.operations.environment import Environment
from tiercel.operations.executions import ExecutionDetails
from tiercel.operations.showing import shown_details, shown_execution
from tiercel.operations.starting import StartRequest, check_start, run_execution, start_execution
from tiercel.repository.query import Condition

ROOT = "/api/v1/main/executions"
_DEFAULT_DAYS = 8
_MOST_LATEST = 50
_WITH_OUTPUTS = frozenset({State.SUCCESS, State.WARNING})
_FLAT = {
    "namespace": "PREFIX",
    "flowId": "EQUALS",
    "state": "IN",
    "q": "EQUALS",
    "childFilter": "EQUALS",
    "startDate": "GREATER_THAN_OR_EQUAL_TO",
    "endDate": "LESS_THAN_OR_EQUAL_TO",
    "timeRange": "EQUALS",
    "triggerExecutionId": "EQUALS",
    "labels": "EQUALS",
}
"""Plain parameters of older clients, and the operations they stand for."""


@post(ROOT + "/trigger/{namespace:str}/{flow_id:str}", status_code=200)
async def start(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Start an execution; the path without ``trigger`` leads here too.

    With ``wait`` the answer comes when it is over, with ``outputs`` besides it is the outputs of the flow alone.
    """
    valid_ids(namespace, flow_id)
    query = query_of(request)
    is_for_outputs = flag(query, "outputs")
    if is_for_outputs and not flag(query, "wait"):
        raise RequestError(400, "invalid-query-parameter", "outputs=true needs wait=true: they are there at the end")
    environment, actor = environment_of(request), actor_of(request)
    actor.require(Resource.EXECUTION, Action.CREATE, namespace)
    await flows.load_flow(environment, (namespace, flow_id))  # an unknown flow is told before anything of the body
    wanted = await _start_request(request, query, namespace, flow_id)
    if flag(query, "wait"):
        found = await run_execution(environment, actor, wanted)
    else:
        found = ExecutionDetails(await start_execution(environment, actor, wanted), [])
    found = shown_details(environment, found)
    if is_for_outputs:
        return _outputs_alone(found.execution)
    shape = execution_shape(found.execution, found.task_runs)
    if url := execution_page(request, namespace, flow_id, found.execution.id):
        shape["url"] = url
    return answer(shape)


@post(ROOT + "/trigger/{namespace:str}/{flow_id:str}/validate", status_code=200)
async def validate_start(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Tell what a start with these inputs would meet."""
    valid_ids(namespace, flow_id)
    query = query_of(request)
    wanted = await _start_request(request, query, namespace, flow_id)
    environment = environment_of(request)
    checked = await check_start(environment, actor_of(request), wanted)
    flow = await flows.load_flow(environment, (namespace, flow_id), wanted.revision)
    return answer(checked_start_shape(namespace, flow_id, flow.inputs, checked))


@get(ROOT + "/search")
async def search(request: Incoming) -> Response[bytes]:
    """Give one page of executions; without a date only those of the last eight days."""
    query = query_of(request)
    where = conditions_of(request, query, default_days=_DEFAULT_DAYS)
    found = await execution_search.search_executions(
        environment_of(request), actor_of(request), read_page(query, where)
    )
    return answer(page_shape(found, partial(_light_shape, environment_of(request))))


@get(ROOT)
async def list_of_flow(request: Incoming) -> Response[bytes]:
    """Give one page of the executions of one flow."""
    query = query_of(request)
    if one(query, "namespace") is None or one(query, "flowId") is None:
        raise RequestError(400, "invalid-query-parameter", "namespace and flowId are required")
    exact = [(f"filters[{name}][EQUALS]" if name in {"namespace", "flowId"} else name, value) for name, value in query]
    where = read_filters(exact, EXECUTION_FIELDS, environment_of(request).clock())
    found = await execution_search.search_executions(
        environment_of(request), actor_of(request), read_page(query, where)
    )
    return answer(page_shape(found, partial(_light_shape, environment_of(request))))


@post(ROOT + "/latest", status_code=200)
async def list_latest(request: Incoming) -> Response[bytes]:
    """Give the last execution of each flow, or with ``each`` so many of them, newest first."""
    keys = read_flow_keys(await json_of(request) or [])
    each = whole(query_of(request), "each")
    if each is not None and not 1 <= each <= _MOST_LATEST:
        raise InvalidArgumentError([Violation(f"must be from 1 to {_MOST_LATEST}", path="each")])
    found = await execution_search.list_latest(environment_of(request), actor_of(request), keys, each or 1)
    return answer([_latest_shape(light_execution_shape(execution)) for execution in found])


@get(ROOT + "/namespaces")
async def list_namespaces(request: Incoming) -> Response[bytes]:
    """Name the namespaces that have executions."""
    return answer(await execution_search.list_namespaces(environment_of(request), actor_of(request)))


@get(ROOT + "/namespaces/{namespace:str}/flows")
async def list_startable_flows(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Give what is needed to start each flow of a namespace; those that no longer parse are left out."""
    valid_ids(namespace)
    found = await flow_search.list_startable(environment_of(request), actor_of(request), namespace)
    return answer([flow_for_execution_shape(flow) for flow in found])


@get(ROOT + "/{execution_id:str}")
async def get_one(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Give an execution with its task runs and outputs."""
    valid_ids(execution_id)
    environment = environment_of(request)
    found = shown_details(environment, await executions.get_execution(environment, actor_of(request), execution_id))
    return answer(execution_shape(found.execution, found.task_runs))


@delete(ROOT + "/{execution_id:str}", status_code=204)
async def delete_one(request: Incoming, execution_id: FromPath[str]) -> None:
    """Remove an ended execution with its lines, figures and files."""
    valid_ids(execution_id)
    query = query_of(request)
    await executions.delete_execution(
        environment_of(request),
        actor_of(request),
        execution_id,
        with_logs=flag(query, "deleteLogs", default=True),
        with_metrics=flag(query, "deleteMetrics", default=True),
        with_files=flag(query, "deleteStorage", default=True),
    )


@get(ROOT + "/{execution_id:str}/follow")
async def follow(request: Incoming, execution_id: FromPath[str]) -> Stream:
    """Stream an execution: the whole of it after each change, until it is over."""
    valid_ids(execution_id)
    found = await executions.follow_execution(environment_of(request), actor_of(request), execution_id)
    return await event_stream(request, _frames(environment_of(request), execution_id, found))


@get(ROOT + "/{execution_id:str}/flow")
async def get_flow_of(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Give the flow as the execution runs it, without what tasks are told."""
    valid_ids(execution_id)
    environment, actor = environment_of(request), actor_of(request)
    found = await executions.get_execution(environment, actor, execution_id)
    key = (found.execution.namespace, found.execution.flow_id)
    return answer(flow_for_execution_shape(await flows.load_flow(environment, key, found.execution.revision)))


@get(ROOT + "/flows/{namespace:str}/{flow_id:str}")
async def get_startable_flow(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Give what is needed to start a flow: its inputs, and its tasks by name."""
    valid_ids(namespace, flow_id)
    environment = environment_of(request)
    revision = whole(query_of(request), "revision")
    await flows.get_flow(environment, actor_of(request), (namespace, flow_id), revision=revision)
    return answer(flow_for_execution_shape(await flows.load_flow(environment, (namespace, flow_id), revision)))


def conditions_of(request: Incoming, query: Query, *, default_days: int = 0) -> tuple[Condition, ...]:
    """Read the filters of a list of executions, those of older clients included."""
    flat = flat_filters(query, _FLAT)
    now = environment_of(request).clock()
    found = read_filters(query + flat, EXECUTION_FIELDS, now, default_days=default_days)
    return within_span(found, dates_of(one(query, "dateFilter"), EXECUTION_DATES))


async def _start_request(request: Incoming, query: Query, namespace: str, flow_id: str) -> StartRequest:
    kind = one(query, "kind")
    if kind is not None and kind not in ExecutionKind.__members__:
        raise RequestError(422, "invalid-argument", f"kind must be one of {', '.join(ExecutionKind)}")
    due = one(query, "scheduleDate")
    return StartRequest(
        namespace=namespace,
        flow_id=flow_id,
        revision=whole(query, "revision"),
        inputs=await inputs_of(request),
        labels=_labels(query),
        scheduled_at=read_instant(due, "scheduleDate") if due else None,
        breakpoints=every(query, "breakpoints"),
        kind=ExecutionKind(kind) if kind else ExecutionKind.NORMAL,
        origin="api",
    )


def _labels(query: Query) -> list[tuple[str, str]]:
    labels = []
    for name, value in query:
        if name != "labels" or not value:
            continue
        key, colon, text = value.partition(":")
        if not colon or not key or not text:
            raise InvalidArgumentError([Violation(f"'{value}' is no label", path="labels", hint="key:value")])
        labels.append((key, text))
    return labels


async def _frames(
    environment: Environment, execution_id: str, changes: AsyncIterator[ExecutionDetails]
) -> AsyncIterator[bytes]:
    yield frame("start", {"id": execution_id})
    async for found in changes:
        kind = "end" if found.execution.is_over else "progress"
        shown = shown_details(environment, found)
        yield frame(kind, execution_shape(shown.execution, shown.task_runs))


def _light_shape(environment: Environment, execution: Execution) -> dict[str, Json]:
    return light_execution_shape(shown_execution(environment, execution))


def _outputs_alone(execution: Execution) -> Response[bytes]:
    if execution.state not in _WITH_OUTPUTS:
        raise ConflictError(f"Execution {execution.id} ended {execution.state}: see what it did, there are no outputs")
    response = answer(execution.outputs or {})
    response.headers["X-Execution-Id"] = execution.id
    return response


def _latest_shape(shape: dict[str, Json]) -> dict[str, Json]:
    state = shape["state"]
    return {
        "id": shape["id"],
        "namespace": shape["namespace"],
        "flowId": shape["flowId"],
        "startDate": state.get("startDate"),
        "endDate": state.get("endDate"),
        "status": state["current"],
    }


ROUTES = (
    start,
    validate_start,
    search,
    list_of_flow,
    list_latest,
    list_namespaces,
    get_one,
    delete_one,
    follow,
    get_flow_of,
    get_startable_flow,
    list_startable_flows,
)
