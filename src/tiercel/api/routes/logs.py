"""Log lines."""

from __future__ import annotations

from collections.abc import AsyncIterator

from litestar import Response, delete, get
from litestar.params import FromPath
from litestar.response import Stream

from tiercel.api.errors import RequestError
from tiercel.api.filter_fields import LOG_FIELDS
from tiercel.api.filters import read_filters
from tiercel.api.paging import LARGEST, page_shape, read_page
from tiercel.api.requests import (
    Incoming,
    actor_of,
    answer,
    empty,
    environment_of,
    flag,
    one,
    query_of,
    valid_ids,
    whole,
)
from tiercel.api.shapes.logs import log_line, log_shape
from tiercel.api.sse import event_stream, frame
from tiercel.model.json import Json
from tiercel.model.log import LogEntry, LogLevel
from tiercel.operations import logs
from tiercel.operations.executions import get_execution
from tiercel.operations.logs import LogFilter, by_rank
from tiercel.repository.log_lines import LineFilter
from tiercel.repository.matching import Matching
from tiercel.repository.query import Filter, Operation

_ROOT = "/api/v1/main/logs"
_DEFAULT_DAYS = 8
_LINES = 200
_FLAT = {
    "namespace": "PREFIX",
    "flowId": "EQUALS",
    "minLevel": "GREATER_THAN_OR_EQUAL_TO",
    "executionId": "EQUALS",
    "taskId": "EQUALS",
    "triggerId": "EQUALS",
    "q": "EQUALS",
    "startDate": "GREATER_THAN_OR_EQUAL_TO",
    "endDate": "LESS_THAN_OR_EQUAL_TO",
    "timeRange": "EQUALS",
}
"""Plain parameters of older clients, and the operations they stand for."""
_SIMPLE = (
    ("level", Operation.GREATER_THAN_OR_EQUAL_TO),
    ("taskId", Operation.EQUALS),
    ("taskRunId", Operation.EQUALS),
    ("attemptNumber", Operation.EQUALS),
)
"""What the lines of one execution are mostly asked by, which a statement answers."""


@get(_ROOT + "/search")
async def search(request: Incoming) -> Response[bytes]:
    """Give one page of lines; without a date only those of the last eight days."""
    query = query_of(request)
    environment = environment_of(request)
    flat = [
        (f"filters[{'level' if name == 'minLevel' else name}][{_FLAT[name]}]", value)
        for name, value in query
        if name in _FLAT and value
    ]
    where = read_filters(query + flat, LOG_FIELDS, environment.clock(), default_days=_DEFAULT_DAYS)
    if not any(isinstance(one_of, Filter) and one_of.field == "kind" for one_of in where):
        where = (*where, Filter("kind", Operation.EQUALS, "NORMAL"))
    found = await logs.search_logs(environment, actor_of(request), read_page(query, where))
    shape = page_shape(found, log_shape)
    shape["type"] = "CURSOR" if one(query, "cursor") else "OFFSET"
    return answer(shape)


@get(_ROOT + "/{execution_id:str}")
async def list_of_execution(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Give the lines of an execution in the order of their time."""
    valid_ids(execution_id)
    found = await logs.list_logs(environment_of(request), actor_of(request), execution_id, _wanted(request))
    return answer([log_shape(entry) for entry in found])


@delete(_ROOT + "/{execution_id:str}", status_code=200)
async def delete_of_execution(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Remove lines of an execution."""
    valid_ids(execution_id)
    await logs.delete_logs(environment_of(request), actor_of(request), execution_id, _wanted(request))
    return empty()


@get(_ROOT + "/{execution_id:str}/download")
async def download(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Give the lines of an execution as a text file."""
    valid_ids(execution_id)
    environment, actor = environment_of(request), actor_of(request)
    execution = (await get_execution(environment, actor, execution_id)).execution
    found = await logs.list_logs(environment, actor, execution_id, _wanted(request))
    headers = {"Content-Disposition": f'attachment; filename="{execution_id}.log"'}
    if not execution.is_over:
        headers["Cache-Control"] = "no-cache"
    text = "".join(log_line(entry) for entry in found)
    return Response(text.encode(), media_type="text/plain", headers=headers)


@get(_ROOT + "/{execution_id:str}/lines")
async def list_range(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Give a stretch of the lines of an execution and how many there are; a negative place counts from the end."""
    valid_ids(execution_id)
    query = query_of(request)
    wanted = _wanted(request)
    filtered = LineFilter(
        execution_id=execution_id,
        lowest=wanted.lowest,
        task_id=wanted.task_id,
        task_run_id=wanted.task_run_id,
        attempt_number=wanted.attempt_number,
        text=one(query, "q"),
    )
    offset, asked = whole(query, "offset") or 0, whole(query, "size")
    size = _LINES if asked is None else asked
    if not 1 <= size <= LARGEST:
        raise RequestError(422, "invalid-argument", f"size is from 1 to {LARGEST}")
    found = await logs.list_range(
        environment_of(request),
        actor_of(request),
        filtered,
        offset=offset,
        limit=size,
        is_counted=flag(query, "count", default=True),
        matching=wanted.matching,
    )
    shape: dict[str, Json] = {"offset": offset, "results": [log_shape(entry) for entry in found.entries]}
    if found.total is not None:
        shape["total"] = found.total
    return answer(shape)


@get(_ROOT + "/{execution_id:str}/follow")
async def follow(request: Incoming, execution_id: FromPath[str]) -> Stream:
    """Stream the lines of an execution: those there are, then each as it comes, until the client goes."""
    valid_ids(execution_id)
    found = await logs.follow_logs(environment_of(request), actor_of(request), execution_id, _wanted(request))
    return await event_stream(request, _frames(found))


@delete(_ROOT + "/{namespace:str}/{flow_id:str}", status_code=200)
async def delete_of_trigger(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Remove the lines that a trigger of a flow wrote."""
    valid_ids(namespace, flow_id)
    trigger_id = one(query_of(request), "triggerId")
    if trigger_id is None:
        raise RequestError(400, "invalid-query-parameter", "triggerId is required")
    await logs.delete_trigger_logs(environment_of(request), actor_of(request), (namespace, flow_id, trigger_id))
    return empty()


def _wanted(request: Incoming) -> LogFilter:
    """Read which lines of an execution are asked for, by filters or by the plain parameters of older clients."""
    query = query_of(request)
    plain = (one(query, "minLevel"), one(query, "taskId"), one(query, "taskRunId"), one(query, "attempt"))
    flat = [(f"filters[{field}][{same}]", value) for (field, same), value in zip(_SIMPLE, plain, strict=True) if value]
    found = [by_rank(each) for each in read_filters(query + flat, LOG_FIELDS, environment_of(request).clock())]
    simple = {(each.field, each.operation): each for each in found if isinstance(each, Filter)}
    level, task, run, attempt = (simple.get(pair) for pair in _SIMPLE)
    left = [each for each in found if not any(each is taken for taken in (level, task, run, attempt))]
    return LogFilter(
        lowest=None if level is None else next(each for each in LogLevel if each.rank == level.value),
        task_id=None if task is None else str(task.value),
        task_run_id=None if run is None else str(run.value),
        attempt_number=None if attempt is None else int(str(attempt.value)),
        matching=Matching(left) if left else None,
    )


async def _frames(entries: AsyncIterator[LogEntry]) -> AsyncIterator[bytes]:
    yield frame("start", {})
    async for entry in entries:
        yield frame("progress", log_shape(entry))


ROUTES = (search, list_of_execution, delete_of_execution, delete_of_trigger, download, list_range, follow)
