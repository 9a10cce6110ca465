"""The calendar of what schedules will start."""

from __future__ import annotations

from litestar import Response, get

from tiercel.api.filter_fields import TRIGGER_FIELDS
from tiercel.api.filters import read_filters, read_instant
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, one, query_of
from tiercel.api.shapes.times import instant
from tiercel.operations.actor import Action, Resource
from tiercel.operations.planning import plan_runs

_WEEK = 7 * 86_400 * 1_000_000


@get("/api/v1/main/triggers/planned")
async def planned(request: Incoming) -> Response[bytes]:
    """Tell how many flows schedules will start in each hour; without dates, of the next seven days."""
    actor_of(request).require(Resource.TRIGGER, Action.READ)
    environment, query = environment_of(request), query_of(request)
    now = environment.clock()
    given_start, given_end = one(query, "from"), one(query, "to")
    start = read_instant(given_start, "from") if given_start else now
    end = read_instant(given_end, "to") if given_end else start + _WEEK
    where = read_filters(query, TRIGGER_FIELDS, now)
    found = await plan_runs(environment, actor_of(request), start, end, where)
    return answer(
        {
            "from": instant(start),
            "to": instant(end),
            "total": found.total,
            "complete": found.is_complete,
            "hours": [{"at": instant(hour.at), "count": hour.count, "flows": hour.flows} for hour in found.hours],
        }
    )


ROUTES = (planned,)
