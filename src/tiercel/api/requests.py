"""What handlers read from a request, and the answers they make."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, Response
from litestar.datastructures import State, UploadFile

from tiercel.api.errors import RequestError
from tiercel.api.forms import Form, read_form
from tiercel.model.json import Json
from tiercel.operations.actor import Actor
from tiercel.operations.environment import Environment
from tiercel.operations.uploads import Upload

Incoming: TypeAlias = Request[object, object, State]
Query: TypeAlias = list[tuple[str, str]]

_MOST_DIGITS = 15
_JSON = frozenset({"application/json", "text/json"})
_YAML = _JSON | {"application/x-yaml", "application/yaml", "text/yaml", "text/x-yaml"}
_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,255}")


def environment_of(request: Incoming) -> Environment:
    """Give the environment the application serves."""
    environment: Environment = request.app.state["environment"]
    return environment


def actor_of(request: Incoming) -> Actor:
    """Give who asks, as the guard found out."""
    actor: Actor = request.scope["state"]["actor"]
    return actor


def is_open(request: Incoming) -> bool:
    """Tell whether this server lets everybody in."""
    found: bool = request.app.state["is_open"]
    return found


def query_of(request: Incoming) -> Query:
    """Give the query string as pairs in their order."""
    return parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def one(query: Query, name: str) -> str | None:
    """Give the first value of a parameter; an empty one counts as absent."""
    return next((value for key, value in query if key == name and value), None)


def needed(query: Query, name: str) -> str:
    """Give the first value of a parameter that must be there.

    Raises:
        RequestError: It is not.
    """
    value = one(query, name)
    if value is None:
        raise RequestError(400, "invalid-query-parameter", f"{name} is required")
    return value


def every(query: Query, name: str) -> list[str]:
    """Give all values of a parameter, those with commas taken apart."""
    return [part for key, value in query if key == name for part in value.split(",") if part]


def flag(query: Query, name: str, *, default: bool = False) -> bool:
    """Read a boolean parameter.

    Raises:
        RequestError: It is neither true nor false.
    """
    value = one(query, name)
    if value is None:
        return default
    if value.lower() not in {"true", "false"}:
        raise RequestError(422, "invalid-argument", f"{name} must be true or false, not '{value}'")
    return value.lower() == "true"


def whole(query: Query, name: str) -> int | None:
    """Read a whole number.

    Raises:
        RequestError: It is none.
    """
    value = one(query, name)
    if value is None:
        return None
    return number(name, value)


def number(name: str, text: str) -> int:
    """Read a whole number that a database can hold.

    Raises:
        RequestError: It is none.
    """
    try:
        value = int(text[:_MOST_DIGITS])
    except ValueError:
        raise RequestError(422, "invalid-argument", f"{name} must be a number, not '{text}'") from None
    if len(text) > _MOST_DIGITS:
        raise RequestError(422, "invalid-argument", f"{name} is too large a number: '{text}'")
    return value


def valid_ids(*ids: str) -> None:
    """Refuse ids in a path that nothing can have.

    Raises:
        RequestError: One holds characters that ids do not have.
    """
    for text in ids:
        if not _ID.fullmatch(text):
            raise RequestError(404, "not-found", f"'{text}' is no id: letters, digits, dot, dash and underscore only")


async def body_of(request: Incoming) -> bytes:
    """Give the whole body, which is held in memory: so it is no longer than a body may be, whatever it says it is."""
    request.scope["state"]["expect_no_upload"]()
    return b"" if _is_without_body(request) else await request.body()


def _is_without_body(request: Incoming) -> bool:
    """Tell whether the head says that nothing follows it (RFC 9112, 6.3), so that nothing need be waited for."""
    length = request.headers.get("content-length")
    if length is not None:
        return length == "0"
    return request.scope["http_version"].startswith("1") and "transfer-encoding" not in request.headers


async def text_of(request: Incoming) -> str:
    """Give the body as text.

    Raises:
        RequestError: It is not UTF-8.
    """
    try:
        return (await body_of(request)).decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"The body is not UTF-8: byte {error.start} cannot be read"
        raise RequestError(422, "invalid-request-body", message) from None


async def source_of(request: Incoming) -> str:
    """Give the body as a text of YAML, which JSON is too.

    Raises:
        RequestError: It says it is something else, or is not UTF-8.
    """
    text = await text_of(request)
    _check_kind(request, text, _YAML, "application/x-yaml")
    return text


async def json_of(request: Incoming) -> Json:
    """Give the body as JSON, None when it is empty.

    Raises:
        RequestError: It is not JSON, or says that it is something else.
    """
    body = await body_of(request)
    if not body:
        return None
    _check_kind(request, body, _JSON, "application/json")
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise RequestError(422, "invalid-json", f"The body is not JSON: {error}") from None
    except RecursionError:
        raise RequestError(422, "invalid-json", "The body is nested too deep: flatten it") from None


async def parts_of(request: Incoming) -> dict[str, Json | Upload]:
    """Give the parts of a form: texts, and files as uploads; nothing when there is no body.

    Raises:
        RequestError: The body is of another kind.
    """
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        if int(request.headers.get("content-length") or 0) or "transfer-encoding" in request.headers:
            message = f"Send multipart/form-data with one part for each input, not '{content_type or 'nothing'}'"
            raise RequestError(415, "unsupported-media-type", message)
        return {}
    return {name: _part(values) for name, values in (await form_of(request)).items()}


async def form_of(request: Incoming) -> Form:
    """Give every part of a form; the same when it is asked for again.

    Raises:
        RequestError: It cannot be read as a form.
    """
    state = request.scope["state"]
    if "form" not in state:
        limit = environment_of(request).settings.server.body_limit_bytes
        state["form"] = await read_form(
            request.headers.get("content-type", ""), request.stream(), limit, state["at_end"]
        )
    form: Form = state["form"]
    return form


async def inputs_of(request: Incoming) -> dict[str, Json | Upload]:
    """Give the inputs a form carries; older clients send each file as a part ``files`` named like its input.

    Raises:
        RequestError: The body is of another kind.
    """
    parts = await parts_of(request)
    if isinstance(parts.get("files"), Upload):
        del parts["files"]
        uploads = [part for part in (await form_of(request))["files"] if isinstance(part, UploadFile)]
        parts |= {upload.filename: Upload(upload.filename, upload.file) for upload in uploads}
    return parts


def expected_revision(request: Incoming) -> int | None:
    """Read which revision a save was made from: ``If-Match: "3"``, or ``If-None-Match: *`` for none, which is 0.

    Raises:
        RequestError: The header holds something else.
    """
    if request.headers.get("if-none-match") == "*":
        return 0
    text = request.headers.get("if-match", "*").strip()
    if text == "*":
        return None
    number_ = text.removeprefix("W/").strip('"')
    if not number_.isdecimal() or len(number_) > _MOST_DIGITS:
        message = f'If-Match must be the ETag of an answer, such as "3", not {text}'
        raise RequestError(400, "invalid-header", message)
    return int(number_)


def is_older_form(request: Incoming) -> bool:
    """Whether an action was asked for by its 1.x path, whose clients expect the answers of 1.x."""
    return bool(request.scope["state"].get("is_older_form"))


def execution_page(request: Incoming, namespace: str, flow_id: str, id_: str) -> str:
    """Give the address of an execution in the web interface, with the tenant where the request named it.

    Empty when the settings do not say which address users see.
    """
    url = environment_of(request).settings.server.url
    tenant = "/main" if request.scope["state"].get("is_tenanted") else ""
    return f"{url}/ui{tenant}/executions/{namespace}/{flow_id}/{id_}" if url else ""


def answer(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """Answer with JSON."""
    content = msgspec.json.encode(value)
    return Response(content, status_code=status, headers=headers, media_type="application/json")


def empty(status: int = 200) -> Response[bytes]:
    """Answer without a body, which is no JSON: clients would try to read it."""
    return Response(b"", status_code=status, media_type="text/plain")


def with_etag(response: Response[bytes], revision: int) -> Response[bytes]:
    """Say which revision an answer is about, to be given back as ``If-Match``."""
    response.headers["ETag"] = f'"{revision}"'
    return response


def _check_kind(request: Incoming, body: str | bytes, known: frozenset[str], right: str) -> None:
    """Refuse a body of another kind; one without a name is taken as what is expected, and so is nothing at all."""
    name = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if name and body and name not in known and not (right.endswith("json") and name.endswith("+json")):
        raise RequestError(415, "unsupported-media-type", f"Send {right}, not '{name}'")


def _part(values: Sequence[object]) -> Json | Upload:
    value = values[-1]
    if isinstance(value, UploadFile):
        return Upload(value.filename, value.file)
    return value
