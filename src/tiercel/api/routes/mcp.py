"""The endpoint of each server of tools: the Model Context Protocol over Streamable HTTP.

Who asks is known by the guard as everywhere, which has held Origin and Host against this server too. Clients up to
2025-11-25 introduce themselves and may keep a session; later ones say all there is to know with each request.
"""

from __future__ import annotations

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath
from litestar.response import Stream
from msgspec.structs import replace

from tiercel.api.errors import RequestError, problem
from tiercel.api.live.hub import Hub
from tiercel.api.mcp.answers import answer_request
from tiercel.api.mcp.exchanges import Exchange
from tiercel.api.mcp.listening import listen, subscribe
from tiercel.api.mcp.messages import (
    INVALID_REQUEST,
    MODERN_STATUS,
    Message,
    RpcError,
    decode,
    error_body,
    id_of,
    read_message,
    result_body,
)
from tiercel.api.mcp.methods import introduction, respond
from tiercel.api.mcp.versions import (
    SESSION_HEADER,
    WITH_BATCHES,
    agree,
    check_legacy,
    check_modern,
    is_modern,
)
from tiercel.api.requests import Incoming, actor_of, answer, empty, environment_of, is_open
from tiercel.api.sse import event_stream
from tiercel.model.json import Json
from tiercel.operations.mcp_servers import open_server
from tiercel.operations.mcp_sessions import begin_session, end_session, get_session
from tiercel.repository.mcp_servers import StoredServer

_PATH = "/api/v1/main/mcp/{server_id:str}"
_EVENTS, _JSON = "text/event-stream", "application/json"
_SCHEMES = {"BASIC": "basic", "API_TOKEN": "bearer"}
_MOST_IN_BATCH = 20
_SESSION = "Mcp-Session-Id"

Answer = Response[bytes] | Stream


@post(_PATH, status_code=200)
async def send(request: Incoming, server_id: FromPath[str]) -> Answer:
    """Take a message of the Model Context Protocol, and answer with JSON or a stream."""
    server = await _server(request, server_id)
    if server.is_disabled:
        return _disabled(request, server)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise RequestError(415, "unsupported-media-type", f"Send one JSON-RPC message as {_JSON}")
    value: Json = None
    try:
        value = decode(await request.body())
        if isinstance(value, list):
            return await _answer_batch(request, server, value)
        message = read_message(value)
        return empty(202) if message is None else await _answer(request, server, message)
    except RpcError as error:
        return answer(error_body(id_of(value), error), MODERN_STATUS.get(error.code, 400))


@get(_PATH)
async def follow(request: Incoming, server_id: FromPath[str]) -> Answer:
    """Stream what a client of a server of tools is told without asking: that its tools have changed."""
    server = await _server(request, server_id)
    if server.is_disabled:
        return _disabled(request, server)
    if _EVENTS not in request.headers.get("accept", ""):
        raise RequestError(406, "not-acceptable", f"Accept {_EVENTS}: this is a stream; messages are sent with POST")
    exchange, token = await _exchange(request, server), request.headers.get(SESSION_HEADER, "")
    if not token:
        token = await begin_session(exchange.environment, exchange.actor, server.id, WITH_BATCHES)
    stream = await event_stream(request, listen(exchange, _hub(request)))
    stream.headers[_SESSION] = token
    return stream


@delete(_PATH, status_code=200)
async def close(request: Incoming, server_id: FromPath[str]) -> Response[bytes]:
    """End the session of a client with a server of tools."""
    server = await _server(request, server_id)
    token = request.headers.get(SESSION_HEADER)
    if not token:
        raise RequestError(400, "bad-request", f"Send the header {_SESSION} of the session that ends")
    await end_session(environment_of(request), actor_of(request), server.id, token)
    return empty(204)


async def _server(request: Incoming, server_id: str) -> StoredServer:
    """Give the server if the client said who it is in the way the server wants."""
    server = await open_server(environment_of(request), actor_of(request), server_id)
    scheme = _SCHEMES.get(server.auth_type or "")
    given = request.headers.get("authorization", "").partition(" ")[0].lower()
    if scheme is not None and given != scheme and not is_open(request):
        wanted = "a name and a password" if scheme == "basic" else "an API token"
        raise RequestError(401, "unauthenticated", f"The MCP server {server.id} wants {wanted} in Authorization")
    return server


def _disabled(request: Incoming, server: StoredServer) -> Response[bytes]:
    """Answer as refusals do, without a line in the log of errors: nothing is wrong."""
    body = problem(503, "service-unavailable", f"The MCP server {server.id} is disabled", request.url.path)
    return Response(msgspec.json.encode(body), status_code=503, media_type="application/problem+json")


async def _answer(request: Incoming, server: StoredServer, message: Message) -> Answer:
    if message.id is None:
        return empty(202)  # nothing that clients tell changes anything here
    if message.method == "initialize":
        return await _introduce(request, server, message)
    if is_modern(request.headers, message):
        exchange = _asked(request, server, check_modern(request.headers, message))
        if message.method == "subscriptions/listen":
            return await event_stream(request, subscribe(exchange, message, _hub(request)))
    else:
        exchange = await _exchange(request, server)
    return await answer_request(request, exchange, message, can_stream=_EVENTS in request.headers.get("accept", ""))


async def _introduce(request: Incoming, server: StoredServer, message: Message) -> Response[bytes]:
    exchange = _asked(request, server, agree(message.params.get("protocolVersion")))
    token = await begin_session(exchange.environment, exchange.actor, server.id, exchange.version)
    return answer(result_body(message.id, introduction(exchange)), headers={_SESSION: token})


async def _answer_batch(request: Incoming, server: StoredServer, values: list[Json]) -> Response[bytes]:
    exchange = await _exchange(request, server)
    if exchange.version != WITH_BATCHES or not 0 < len(values) <= _MOST_IN_BATCH:
        raise RpcError(INVALID_REQUEST, "Invalid request: send one message, not a list of them")
    messages = [read_message(value) for value in values]
    asked = [message for message in messages if message is not None and message.id is not None]
    bodies = [(await respond(exchange, message, _tell_nobody))[0] for message in asked]
    return answer(bodies) if bodies else empty(202)


async def _exchange(request: Incoming, server: StoredServer) -> Exchange:
    """Give what the answer to a client depends on that has introduced itself, or says what it speaks in a header."""
    token = request.headers.get(SESSION_HEADER, "")
    session = None
    if token:
        session = await get_session(environment_of(request), actor_of(request), server.id, token)
    version = check_legacy(request.headers, session.version if session is not None else None)
    return replace(_asked(request, server, version), session=token)


def _asked(request: Incoming, server: StoredServer, version: str) -> Exchange:
    return Exchange(environment=environment_of(request), actor=actor_of(request), server=server, version=version)


def _hub(request: Incoming) -> Hub:
    hub: Hub = request.app.state["hub"]
    return hub


def _tell_nobody(text: str) -> None:
    del text


ROUTES = (send, follow, close)
