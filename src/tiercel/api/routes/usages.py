"""What the installation holds: counted, what should be written anew, and the flows as CSV."""

from __future__ import annotations

from litestar import Response, get
from litestar.response import Stream

from tiercel.api.filter_fields import FLOW_FIELDS
from tiercel.api.filters import read_filters
from tiercel.api.paging import read_page
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, one, query_of
from tiercel.api.routes.flows import with_flat_filters
from tiercel.api.shapes.flows import flow_shape
from tiercel.api.shapes.times import duration, instant
from tiercel.api.spreadsheets import csv_stream, every_row
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations import flow_search, usages
from tiercel.operations.usages import FlowUsage
from tiercel.repository.usages import Day

_COLUMNS = (
    "id",
    "namespace",
    "revision",
    "updated",
    "description",
    "disabled",
    "draft",
    "dialect",
    "labels",
    "inputs",
    "variables",
    "tasks",
    "errors",
    "finally",
    "afterExecution",
    "triggers",
    "outputs",
    "concurrency",
    "retry",
    "sla",
    "checks",
)


@get("/api/v1/main/usages/all")
async def count(request: Incoming) -> Response[bytes]:
    """Count flows by what they use, and the executions of the last 30 days."""
    found = await usages.count_usage(environment_of(request), actor_of(request))
    return answer(
        {
            "flows": _flows_shape(found.flows),
            "executions": {"dailyExecutionsCount": [_day_shape(day) for day in found.days]},
        }
    )


@get("/api/v1/main/flows/deprecated")
async def list_deprecated(request: Incoming) -> Response[bytes]:
    """List the flows with tasks of types that should no longer be written."""
    found = await usages.list_deprecated(
        environment_of(request), actor_of(request), one(query_of(request), "namespace")
    )
    shapes: list[Json] = [
        {
            "namespace": flow.namespace,
            "flowId": flow.id,
            "revision": flow.revision,
            "deprecatedTasks": [
                {"taskId": task.task_id, "taskType": task.type}
                | ({"replacement": task.replacement} if task.replacement is not None else {})
                for task in tasks
            ],
        }
        for flow, tasks in found
    ]
    return answer(shapes)


@get("/api/v1/main/flows/export/by-query/csv")
async def export_flows(request: Incoming) -> Stream:
    """Give the flows that a search finds as CSV."""
    environment, actor, query = environment_of(request), actor_of(request), query_of(request)
    wanted = read_page(query, read_filters(with_flat_filters(query), FLOW_FIELDS, environment.clock()))
    await flow_search.search_flows(environment, actor, wanted)  # says what is wrong before the file begins
    rows = every_row(lambda page: flow_search.search_flows(environment, actor, page), wanted, flow_shape)
    return csv_stream("flows.csv", _COLUMNS, rows)


def _flows_shape(usage: FlowUsage) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "count": usage.count,
        "namespacesCount": usage.namespaces,
        "taskTypeCount": usage.task_types,
        "triggerTypeCount": usage.trigger_types,
        "inputTypeCount": usage.input_types,
    }
    return shape | {f"has{part}Count": count for part, count in sorted(usage.parts.items())}


def _day_shape(day: Day) -> dict[str, Json]:
    lengths: dict[str, Json] = {
        "min": duration(day.least),
        "max": duration(day.most),
        "avg": duration(day.total // day.ended if day.ended else 0),
        "sum": duration(day.total),
        "count": day.ended,
    }
    counts = {state: day.counts.get(state, 0) for state in State}
    return {"startDate": instant(day.at), "groupBy": "day", "duration": lengths, "executionCounts": counts}


ROUTES = (count, list_deprecated, export_flows)
