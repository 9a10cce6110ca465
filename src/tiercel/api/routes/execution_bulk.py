"""The same for many executions: named one by one, or by the filters of a search."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar import Response, delete, post
from litestar.params import FromPath

from tiercel.api.errors import PROBLEMS, BodyError, RequestError, problem
from tiercel.api.requests import (
    Incoming,
    Query,
    actor_of,
    answer,
    environment_of,
    flag,
    json_of,
    one,
    query_of,
)
from tiercel.api.routes.execution_actions import read_labels
from tiercel.api.routes.executions import conditions_of
from tiercel.errors import InvalidArgumentError, InvalidError, Violation
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations import control, execution_search, executions, replaying
from tiercel.operations.actor import Action, Actor
from tiercel.operations.environment import Environment
from tiercel.operations.execution_search import Deed

ROOT = "/api/v1/main/executions"
Act = Callable[[str], Awaitable[object]]


@post(ROOT + "/{verb:str}/by-ids", status_code=202)
async def act_on_ids(request: Incoming, verb: FromPath[str]) -> Response[bytes]:
    """Do one thing to executions named in the body."""
    body = await json_of(request)
    labels = None
    if verb == "labels":
        labels = read_labels(body.get("executionLabels")) if isinstance(body, dict) else []
        body = body.get("executionsId") if isinstance(body, dict) else None
    return await _act_on(request, verb, _ids(body), labels)


@post(ROOT + "/{verb:str}/by-query", status_code=202)
async def act_on_query(request: Incoming, verb: FromPath[str]) -> Response[bytes]:
    """Do one thing to the executions that a search finds."""
    labels = read_labels(await json_of(request)) if verb == "labels" else None
    return await _act_on(request, verb, await _found(request), labels)


@delete(ROOT + "/kill/by-ids", status_code=202)
async def kill_ids(request: Incoming) -> Response[bytes]:
    """Stop the executions named in the body."""
    return await _act_on(request, "kill", _ids(await json_of(request)), None)


@delete(ROOT + "/kill/by-query", status_code=202)
async def kill_query(request: Incoming) -> Response[bytes]:
    """Stop the executions that a search finds."""
    return await _act_on(request, "kill", await _found(request), None)


@delete(ROOT + "/by-ids", status_code=200)
async def delete_ids(request: Incoming) -> Response[bytes]:
    """Remove the executions named in the body, or none when one may not be."""
    return await _delete(request, _ids(await json_of(request)))


@delete(ROOT + "/by-query", status_code=200)
async def delete_query(request: Incoming) -> Response[bytes]:
    """Remove the executions that a search finds, or none when one may not be."""
    return await _delete(request, await _found(request))


async def _act_on(
    request: Incoming, verb: str, ids: list[str], labels: list[tuple[str, str]] | None
) -> Response[bytes]:
    environment, actor = environment_of(request), actor_of(request)
    check = _CHECKS.get(verb)
    deed = Deed(
        act=_act_for(environment, actor, verb, query_of(request), labels),
        needs=Action.CREATE if verb == "replay" else Action.UPDATE,
        refusal=lambda execution: control.refusal_of(execution, verb),
        check=None if check is None else lambda one_id: check(environment, actor, one_id),
    )
    try:
        count = await execution_search.act_on_many(environment, actor, ids, deed)
    except InvalidError as error:
        return _refused(request, verb, error, len(ids))
    return answer({"count": count, "operationId": environment.new_id(), "totalItems": count}, 202)


def _act_for(
    environment: Environment, actor: Actor, verb: str, query: Query, labels: list[tuple[str, str]] | None
) -> Act:
    simple = _SIMPLE.get(verb)
    if simple is not None:
        return lambda one_id: simple(environment, actor, one_id)
    if verb == "replay":
        latest = flag(query, "latestRevision")
        return lambda one_id: replaying.replay(
            environment, actor, replaying.ReplayRequest(execution_id=one_id, is_latest=latest)
        )
    if verb == "unqueue":
        state = _state(one(query, "state") or one(query, "newState") or State.RUNNING)
        return lambda one_id: control.unqueue(environment, actor, one_id, state)
    if verb == "change-status":
        wanted = one(query, "newStatus")  # not "needed", which would be so for every verb
        if wanted is None:
            raise RequestError(400, "invalid-query-parameter", "newStatus is required")
        state = _state(wanted)
        return lambda one_id: control.set_state(environment, actor, one_id, state)
    if verb == "labels":
        return lambda one_id: control.set_labels(environment, actor, one_id, labels or [])
    raise RequestError(404, "not-found", f"there is no '{verb}' of many executions")


async def _resume(environment: Environment, actor: Actor, execution_id: str) -> object:
    return await replaying.resume(environment, actor, execution_id, {})


_SIMPLE: dict[str, Callable[[Environment, Actor, str], Awaitable[object]]] = {
    "kill": control.kill,
    "pause": control.pause,
    "resume": _resume,
    "restart": control.restart,
    "force-run": control.force_run,
}


_CHECKS: dict[str, Callable[[Environment, Actor, str], Awaitable[object]]] = {
    "resume": replaying.require_resumable,
    "restart": control.require_restartable,
}
"""What a state alone does not tell."""

ACTIONS_OF_MANY = frozenset({*_SIMPLE, "replay", "unqueue", "change-status", "labels"})


async def _delete(request: Incoming, ids: list[str]) -> Response[bytes]:
    query = query_of(request)
    try:
        count = await executions.delete_executions(
            environment_of(request),
            actor_of(request),
            ids,
            with_live=flag(query, "includeNonTerminated"),
            with_logs=flag(query, "deleteLogs", default=True),
            with_metrics=flag(query, "deleteMetrics", default=True),
            with_files=flag(query, "deleteStorage", default=True),
        )
    except InvalidError as error:
        return _refused(request, "deletion", error, len(ids))
    return answer({"count": count})


async def _found(request: Incoming) -> list[str]:
    where = conditions_of(request, query_of(request))
    return await execution_search.list_ids(environment_of(request), actor_of(request), where)


def _ids(body: Json) -> list[str]:
    if not isinstance(body, list) or not all(isinstance(item, str) for item in body):
        raise BodyError("Send a JSON array of execution ids")
    return list(dict.fromkeys(body))


def _state(text: Json) -> State:
    if text not in State.__members__:
        raise InvalidArgumentError([Violation(f"'{text}' is no state", path="state", hint=", ".join(State))])
    return State(text)


def _refused(request: Incoming, verb: str, error: InvalidError, total: int) -> Response[bytes]:
    is_partly = isinstance(error, execution_search.PartlyDoneError)
    done = "the others are done" if is_partly else "nothing was done"
    first, left = error.violations[0], len(error.violations) - 1
    more = f", and {left} more under errors" if left else ""
    message = f"invalid bulk {verb}, {done}: {first.path}: {first.message}{more}"
    body = problem(400, "bulk-validation-failed", message, request.url.path, violations=error.violations)
    body["invalids"] = [
        {"message": found.message, "invalidValue": found.path, "propertyPath": "execution"}
        for found in error.violations
    ]
    body["done"] = total - len(error.violations) if is_partly else 0
    body["errors"] = [_item_shape(found) for found in error.violations]
    return Response(answer(body).content, status_code=400, media_type="application/problem+json")


def _item_shape(found: Violation) -> dict[str, Json]:
    """Give what is wrong with one of many: its id, in place of a place in a document, and the kind of its problem."""
    return {"detail": found.message, "path": found.path, "code": found.code, "type": PROBLEMS + found.code}


ROUTES = (act_on_ids, act_on_query, kill_ids, kill_query, delete_ids, delete_query)
