"""Servers of tools and their tools as JSON, and what is read of a server that is to be stored."""

from __future__ import annotations

from tiercel.api.errors import BodyError
from tiercel.api.shapes.times import instant
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.operations.mcp_servers import DEFAULT
from tiercel.operations.tool_search import Tool
from tiercel.repository.mcp_servers import StoredServer

_TEXTS = {"id": "id", "description": "description", "instructions": "instructions", "authType": "auth_type"}
_FLAGS = {"disabled": "is_disabled", "platformTools": "has_platform_tools"}
_READ_ONLY = frozenset({"isDefault", "created", "updated", "tenantId"})
"""Members of answers, which clients send back; nothing is taken from them."""

_ELSEWHERE = frozenset({"serverType", "oauthProvider", "oauthScopesSupported"})
_KNOWN = (*_TEXTS, *_FLAGS, "serverType")


def server_shape(server: StoredServer) -> dict[str, Json]:
    """Give one server; what is not set is left out."""
    shape: dict[str, Json] = {
        "id": server.id,
        "description": server.description,
        "instructions": server.instructions,
        "serverType": "PRIVATE",
        "authType": server.auth_type,
        "platformTools": server.has_platform_tools,
        "disabled": server.is_disabled,
        "isDefault": server.id == DEFAULT,
        "created": instant(server.created_at) if server.created_at is not None else None,
        "updated": instant(server.updated_at) if server.updated_at is not None else None,
    }
    return {name: value for name, value in shape.items() if value is not None}


def tool_shape(tool: Tool) -> dict[str, Json]:
    """Give one tool of a flow as lists of a server show it."""
    namespace, flow_id, trigger_id = tool.key
    return {
        "toolName": tool.name,
        "triggerId": trigger_id,
        "title": tool.title,
        "description": tool.description,
        "annotations": dict(tool.annotations),
        "namespace": namespace,
        "flowId": flow_id,
        "flowRevision": tool.revision,
        "disabled": tool.is_disabled,
    }


def read_server(given: Json) -> StoredServer:
    """Read a server that is to be stored.

    Raises:
        InvalidError: Everything about its form that is wrong, or it asks for what is not offered.
    """
    if not isinstance(given, dict):
        raise BodyError('Send a JSON object such as {"id": "reports"}')
    wrong = [
        Violation(
            f'Unrecognized field "{name}"', path=name, code="unknown-property", hint=f"one of {', '.join(_KNOWN)}"
        )
        for name in given
        if name not in _KNOWN and name not in _READ_ONLY | _ELSEWHERE
    ]
    wrong += [_not(kind, name) for kind, name in _of_wrong_kind(given)]
    wrong += _not_offered(given)
    if wrong:
        raise InvalidError(wrong)
    values = {own: given[name] for name, own in (_TEXTS | _FLAGS).items() if given.get(name) is not None}
    return StoredServer(**values)


def _of_wrong_kind(given: dict[str, Json]) -> list[tuple[str, str]]:
    texts = [("text", name) for name in _TEXTS if not isinstance(given.get(name), str | None)]
    flags = [("true or false", name) for name in _FLAGS if not isinstance(given.get(name), bool | None)]
    missing = [("text", "id")] if given.get("id") is None else []
    return texts + flags + missing


def _not(kind: str, name: str) -> Violation:
    return Violation(f"must be {kind}", path=name, code="wrong-kind")


def _not_offered(given: dict[str, Json]) -> list[Violation]:
    """Refuse what would let in others than those who are known here."""
    wrong = []
    if given.get("serverType") not in {None, "PRIVATE"}:
        message = "only PRIVATE servers are offered: whoever calls a tool must be known, and acts with own rights"
        hint = "leave it out, and give the client an API token"
        wrong.append(Violation(message, path="serverType", code="not-supported", hint=hint))
    wrong += [
        Violation("signing in by OAuth is not offered", path=name, code="not-supported", hint="leave it out")
        for name in ("oauthProvider", "oauthScopesSupported")
        if given.get(name)
    ]
    return wrong
