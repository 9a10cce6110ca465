"""Calls of webhooks: the only routes that start something for whoever asks, since the key is the right to it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

import msgspec
from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from tiercel.api.errors import RequestError
from tiercel.api.requests import Incoming, answer, empty, environment_of
from tiercel.api.shapes.executions import light_execution_shape
from tiercel.api.shapes.limits import gathered_shape
from tiercel.api.webhook_content import RequestContent
from tiercel.errors import NotFoundError
from tiercel.model.execution import Execution
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.environment import Environment
from tiercel.operations.showing import shown_execution
from tiercel.operations.webhook_answers import Answer
from tiercel.operations.webhook_verification import UnverifiedError
from tiercel.operations.webhooks import Call, NotMetError, Reply, call_webhook

PATH = "/api/v1/main/executions/webhook/{namespace:str}/{flow_id:str}/{key:path}"
_SHOWN = ("tenantId", "id", "namespace", "flowId", "flowRevision", "trigger", "outputs", "labels", "state")
_NOT_FOUND = "Not Found: Flow not found, or none of its webhooks has this key"


@route(PATH, http_method=[HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT], status_code=200)
async def call(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], key: FromPath[str]
) -> Response[bytes]:
    """Start an execution; answered at once, or at its end when the trigger says so."""
    environment = environment_of(request)
    sent = Call(
        content=RequestContent(request),
        headers=_grouped((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]),
        parameters=_grouped(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)),
    )
    try:
        reply = await call_webhook(environment, (namespace, flow_id), key.removeprefix("/"), sent)
    except NotFoundError:
        raise RequestError(404, "not-found", _NOT_FOUND) from None
    except UnverifiedError as error:
        refused = RequestError(401, "unauthenticated", str(error))
        if not error.asks_for_password:
            raise refused from None
        challenge = {"WWW-Authenticate": f'Basic realm="{flow_id}", charset="UTF-8"'}
        return answer({"message": str(error)}, 401, challenge)
    except NotMetError as error:
        if error.is_silent:
            return empty(204)
        raise
    return _answer(environment, reply)


def _answer(environment: Environment, reply: Reply) -> Response[bytes]:
    if reply.is_gathered:
        return answer(gathered_shape(reply.gathering), 202)
    if reply.answer is not None:
        return _own_answer(reply.answer, reply)
    execution, url = shown_execution(environment, reply.execution), environment.settings.server.url
    status = reply.status or (500 if execution.state is State.FAILED else 200)
    if not reply.with_outputs:
        return answer(_shape(execution, url), status)
    outputs = execution.outputs or {}
    if reply.content_type == "text/plain":
        return Response(_text(outputs).encode(), status_code=status, media_type="text/plain")
    return answer(outputs, status)


def _own_answer(wanted: Answer, reply: Reply) -> Response[bytes]:
    """Make the answer that a trigger asks for; a page in it can do nothing in the name of the interface."""
    body = wanted.body
    is_text = isinstance(body, str)
    content = body.encode() if isinstance(body, str) else b"" if body is None else msgspec.json.encode(body)
    status = wanted.status or reply.status or (500 if reply.execution.state is State.FAILED else 200)
    headers = {**wanted.headers, "Content-Security-Policy": "default-src 'none'; sandbox"}
    media_type = wanted.content_type or ("text/plain" if is_text else "application/json")
    return Response(content, status_code=status, headers=headers, media_type=media_type)


def _text(outputs: dict[str, Json]) -> str:
    """Give a single output as it is, several as JSON."""
    only = next(iter(outputs.values())) if len(outputs) == 1 else outputs
    return only if isinstance(only, str) else msgspec.json.encode(only).decode()


def _shape(execution: Execution, url: str) -> dict[str, Json]:
    """Give what a caller may see: not the inputs, which may come from elsewhere."""
    whole = light_execution_shape(execution)
    shape = {name: whole[name] for name in _SHOWN if name in whole}
    if url:
        shape["url"] = f"{url}/ui/main/executions/{execution.namespace}/{execution.flow_id}/{execution.id}"
    return shape


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


ROUTES = (call,)
