"""Triggers tried out without starting anything, and removals of triggers taken back."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import FromPath

from tiercel.api.filters import read_instant
from tiercel.api.requests import Incoming, actor_of, answer, body_of, environment_of, json_of, valid_ids
from tiercel.api.routes.triggers import ROOT
from tiercel.api.shapes.triggers import state_shape, trial_shape
from tiercel.errors import InvalidError, Violation
from tiercel.operations.trying import try_trigger
from tiercel.operations.undoing import undo_removal

_ONE = ROOT + "/{namespace:str}/{flow_id:str}/{trigger_id:str}"


@post(_ONE + "/test", status_code=200)
async def test(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], trigger_id: FromPath[str]
) -> Response[bytes]:
    """Tell what a trigger would start, with which variables, inputs and labels; nothing is started."""
    valid_ids(namespace, flow_id, trigger_id)
    body = await json_of(request) if await body_of(request) else {}
    given = body if isinstance(body, dict) else {}
    date, variables = given.get("date"), given.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise InvalidError([Violation("must be a map of what expressions see as trigger", path="variables")])
    trial = await try_trigger(
        environment_of(request),
        actor_of(request),
        (namespace, flow_id, trigger_id),
        at=None if date is None else read_instant(str(date), "date"),
        variables=variables,
    )
    return answer(trial_shape(trial))


@post(_ONE + "/undo", status_code=200)
async def undo(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], trigger_id: FromPath[str]
) -> Response[bytes]:
    """Bring back a trigger that the last save of its flow removed."""
    valid_ids(namespace, flow_id, trigger_id)
    environment = environment_of(request)
    found = await undo_removal(environment, actor_of(request), (namespace, flow_id, trigger_id))
    return answer(state_shape(found, environment.clock()))


ROUTES = (test, undo)
