"""JSON-RPC 2.0 as the Model Context Protocol uses it: one message a body, ids that are texts or whole numbers.

Source: https://modelcontextprotocol.io/specification/2026-07-28/basic, and the same page of 2025-11-25.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec
from msgspec import Struct

from tiercel.model.json import Json

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

STATUS = {
    PARSE_ERROR: 400,
    INVALID_REQUEST: 400,
    HEADER_MISMATCH: 400,
    UNSUPPORTED_VERSION: 400,
}
"""Statuses of errors that say something of the request as such, whatever it asks for."""

MODERN_STATUS = STATUS | {METHOD_NOT_FOUND: 404, INVALID_PARAMS: 400}
"""The same from version 2026-07-28 on."""

Id: TypeAlias = str | int


class RpcError(Exception):
    """Why a message has no result."""

    def __init__(self, code: int, message: str, data: Json = None) -> None:
        self.code = code
        self.message = message
        self.data = data
        super().__init__(message)


class Message(Struct, frozen=True, kw_only=True):
    """A request, or a notification: that has no id."""

    method: str
    params: dict[str, Json]
    id: Id | None = None

    @property
    def meta(self) -> dict[str, Json]:
        """What the message says of itself."""
        found = self.params.get("_meta")
        return found if isinstance(found, dict) else {}


def decode(body: bytes) -> Json:
    """Read a body.

    Raises:
        RpcError: It is not JSON.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        raise RpcError(PARSE_ERROR, "Parse error: the body is not JSON") from None


def read_message(value: Json) -> Message | None:
    """Read one message; None for the answer to a request of the server, of which there are none.

    Raises:
        RpcError: It is none.
    """
    if not isinstance(value, dict) or value.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, 'Invalid request: send one JSON object with "jsonrpc": "2.0"')
    if "method" not in value and ("result" in value or "error" in value):
        return None
    method, params = value.get("method"), value.get("params", {})
    id_ = value.get("id")
    if not isinstance(method, str) or not isinstance(params, dict):
        raise RpcError(INVALID_REQUEST, "Invalid request: method must be text, and params an object")
    if "id" in value and (not isinstance(id_, str | int) or isinstance(id_, bool)):
        raise RpcError(INVALID_REQUEST, "Invalid request: id must be text or a whole number")
    return Message(method=method, params=params, id=id_)


def id_of(value: Json) -> Id | None:
    """Give the id of what may be no message."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def result_body(id_: Id | None, result: dict[str, Json]) -> dict[str, Json]:
    """Give the answer to a request."""
    return {"jsonrpc": "2.0", "id": id_, "result": result}


def error_body(id_: Id | None, error: RpcError) -> dict[str, Json]:
    """Give the answer to what has no result."""
    told: dict[str, Json] = {"code": error.code, "message": error.message}
    if error.data is not None:
        told["data"] = error.data
    return {"jsonrpc": "2.0", "id": id_, "error": told}


def notification_body(method: str, params: dict[str, Json] | None = None) -> dict[str, Json]:
    """Give what the client is told without having asked."""
    body: dict[str, Json] = {"jsonrpc": "2.0", "method": method}
    return body if params is None else body | {"params": params}
