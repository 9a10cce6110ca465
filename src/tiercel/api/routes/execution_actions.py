"""Acting on executions, one or many: the paths of both published versions lead here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar import Response, delete, post
from litestar.params import FromPath

from tiercel.api.errors import BodyError, RequestError
from tiercel.api.requests import (
    Incoming,
    actor_of,
    answer,
    empty,
    environment_of,
    every,
    flag,
    inputs_of,
    is_older_form,
    json_of,
    needed,
    one,
    query_of,
    text_of,
    valid_ids,
    whole,
)
from tiercel.api.shapes.executions import execution_shape
from tiercel.api.shapes.inputs import checked_start_shape
from tiercel.api.tenancy import ACTIONS
from tiercel.errors import ConflictError, ExpressionError, InvalidArgumentError, Violation
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations import control, replaying
from tiercel.operations.evaluation import evaluate
from tiercel.operations.executions import ExecutionDetails
from tiercel.operations.reviews import Review, review
from tiercel.operations.showing import shown_details
from tiercel.operations.starting import CheckedStart

ROOT = "/api/v1/main/executions"
Act = Callable[[Incoming, str], Awaitable[Response[bytes]]]


@post(ROOT + "/{execution_id:str}/actions/{verb:str}", status_code=200)
async def act_on_one(request: Incoming, execution_id: FromPath[str], verb: FromPath[str]) -> Response[bytes]:
    """Do one thing to one execution."""
    action = ACTIONS_OF_ONE.get(verb)
    if action is None:
        raise RequestError(404, "not-found", f"there is no action '{verb}'; there are {', '.join(sorted(ACTIONS))}")
    valid_ids(execution_id)
    return await action(request, execution_id)


@post(ROOT + "/{execution_id:str}/actions/resume", status_code=200)
async def resume_one(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Let a paused execution go on, with the inputs it asks for."""
    valid_ids(execution_id)
    inputs = await inputs_of(request)
    found = await replaying.resume(environment_of(request), actor_of(request), execution_id, inputs)
    return empty(204) if is_older_form(request) else _shown(request, found)


@post(ROOT + "/{execution_id:str}/actions/resume/validate", status_code=200)
async def validate_resume(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Tell what resuming with these inputs would meet."""
    valid_ids(execution_id)
    inputs = await inputs_of(request)
    flow, declared, resolved = await replaying.check_resume(
        environment_of(request), actor_of(request), execution_id, inputs
    )
    return answer(checked_start_shape(flow.namespace, flow.id, declared, CheckedStart(resolved.states, [])))


@post(ROOT + "/{execution_id:str}/actions/eval", status_code=200)
async def evaluate_one(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Render a text as the flow would."""
    valid_ids(execution_id)
    return await _evaluate(request, execution_id, None)


@post(ROOT + "/{execution_id:str}/actions/eval/{task_run_id:str}", status_code=200)
async def evaluate_for_task(
    request: Incoming, execution_id: FromPath[str], task_run_id: FromPath[str]
) -> Response[bytes]:
    """Render a text as a task run would."""
    valid_ids(execution_id, task_run_id)
    return await _evaluate(request, execution_id, task_run_id)


@delete(ROOT + "/{execution_id:str}/actions/kill", status_code=200)
async def kill_one(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Stop an execution, and what it waits for unless ``isOnKillCascade`` is false."""
    valid_ids(execution_id)
    is_cascading = flag(query_of(request), "isOnKillCascade", default=True)
    found = await control.kill(environment_of(request), actor_of(request), execution_id, is_cascading=is_cascading)
    return _shown(request, found, 202 if is_older_form(request) else 200)


async def _pause(request: Incoming, execution_id: str) -> Response[bytes]:
    return _shown(request, await control.pause(environment_of(request), actor_of(request), execution_id))


async def _resume_from_breakpoint(request: Incoming, execution_id: str) -> Response[bytes]:
    breakpoints = every(query_of(request), "breakpoints")
    return _shown(
        request,
        await control.resume_from_breakpoint(environment_of(request), actor_of(request), execution_id, breakpoints),
    )


async def _restart(request: Incoming, execution_id: str) -> Response[bytes]:
    revision = whole(query_of(request), "revision")
    environment, actor = environment_of(request), actor_of(request)
    if revision is None:
        return _shown(request, await control.restart(environment, actor, execution_id))
    return _shown(request, await replaying.restart_at(environment, actor, execution_id, revision))


async def _replay(request: Incoming, execution_id: str) -> Response[bytes]:
    return await _replay_with(request, execution_id, None)


async def _replay_with_inputs(request: Incoming, execution_id: str) -> Response[bytes]:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise RequestError(422, "invalid-request-body", "Required Body [inputs] not specified")
    return await _replay_with(request, execution_id, await inputs_of(request) or None)  # nothing given: the old ones


async def _replay_with(request: Incoming, execution_id: str, inputs: dict[str, Json] | None) -> Response[bytes]:
    query = query_of(request)
    wanted = replaying.ReplayRequest(
        execution_id=execution_id,
        task_run_id=one(query, "taskRunId"),
        revision=whole(query, "revision"),
        breakpoints=every(query, "breakpoints"),
        inputs=inputs,
    )
    return _shown(request, await replaying.replay(environment_of(request), actor_of(request), wanted))


async def _change_status(request: Incoming, execution_id: str) -> Response[bytes]:
    state = _state(needed(query_of(request), "status"), "status")
    return _shown(request, await control.set_state(environment_of(request), actor_of(request), execution_id, state))


async def _change_task_run(request: Incoming, execution_id: str) -> Response[bytes]:
    body = await json_of(request)
    if not isinstance(body, dict) or not isinstance(body.get("taskRunId"), str):
        raise BodyError("Send a JSON object with taskRunId and state")
    state = _state(body.get("state"), "state")
    return _shown(
        request,
        await control.set_task_run_state(
            environment_of(request), actor_of(request), execution_id, body["taskRunId"], state
        ),
    )


async def _force_run(request: Incoming, execution_id: str) -> Response[bytes]:
    return _shown(request, await control.force_run(environment_of(request), actor_of(request), execution_id))


async def _unqueue(request: Incoming, execution_id: str) -> Response[bytes]:
    state = _state(one(query_of(request), "state") or State.RUNNING, "state")
    return _shown(request, await control.unqueue(environment_of(request), actor_of(request), execution_id, state))


async def _set_labels(request: Incoming, execution_id: str) -> Response[bytes]:
    labels = read_labels(await json_of(request))
    try:
        found = await control.set_labels(environment_of(request), actor_of(request), execution_id, labels)
    except ConflictError as error:
        raise RequestError(400, "bad-request", str(error)) from None  # the one action that 2.0 refuses so
    return _shown(request, found)


async def _review(request: Incoming, execution_id: str) -> Response[bytes]:
    body = await json_of(request)
    if not isinstance(body, dict):
        raise BodyError("Send a JSON object with decision and, where asked for, taskRunId, comment and inputs")
    inputs = body.get("inputs")
    given = Review(
        decision=str(body.get("decision")),
        task=str(body.get("taskRunId") or body.get("taskId") or ""),
        comment=_optional_text(body.get("comment")),
        by=_optional_text(body.get("by")),
        inputs=inputs if isinstance(inputs, dict) else {},
    )
    return _shown(request, await review(environment_of(request), actor_of(request), execution_id, given))


def _optional_text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


async def _evaluate(request: Incoming, execution_id: str, task_run_id: str | None) -> Response[bytes]:
    text = await text_of(request)
    try:
        result = await evaluate(environment_of(request), actor_of(request), execution_id, task_run_id, text)
    except ExpressionError as error:
        shape: dict[str, Json] = {"error": str(error)}
        if error.line:
            shape |= {"line": error.line, "column": error.column}
        return answer(shape)
    return answer({"result": result})


def read_labels(body: Json) -> list[tuple[str, str]]:
    """Read a JSON array of labels.

    Raises:
        InvalidError: It is none, or a key or value is missing.
    """
    try:
        pairs = [(item["key"], item["value"]) for item in body]
    except (TypeError, KeyError):
        pairs = [(None, None)]
    if any(key in (None, "") or value is None for key, value in pairs):
        raise BodyError([Violation("Send a JSON array of {key, value}, both with a text", path="labels")])
    return [(str(key), str(value)) for key, value in pairs]


def _state(text: Json, name: str) -> State:
    if not isinstance(text, str) or text not in State.__members__:
        raise InvalidArgumentError([Violation(f"'{text}' is no state", path=name, hint=", ".join(State))])
    return State(text)


def _shown(request: Incoming, found: ExecutionDetails, status: int = 200) -> Response[bytes]:
    found = shown_details(environment_of(request), found)
    return answer(execution_shape(found.execution, found.task_runs), status)


ACTIONS_OF_ONE: dict[str, Act] = {
    "pause": _pause,
    "resume-from-breakpoint": _resume_from_breakpoint,
    "restart": _restart,
    "replay": _replay,
    "replay-with-inputs": _replay_with_inputs,
    "change-status": _change_status,
    "state": _change_task_run,
    "force-run": _force_run,
    "unqueue": _unqueue,
    "review": _review,
    "labels": _set_labels,
}

ROUTES = (act_on_one, resume_one, validate_resume, evaluate_one, evaluate_for_task, kill_one)
