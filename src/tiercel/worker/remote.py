"""The function ``http`` of expressions: one request, its body read by content type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import getaddrinfo
from urllib.parse import urlsplit

from tiercel.errors import ExpressionError
from tiercel.expressions import Value, to_json, to_text
from tiercel.model.dialect import Dialect
from tiercel.operations.environment import Environment

_SECONDS = 10.0
_LONGEST_BYTES = 10 * 1024 * 1024


def fetch(environment: Environment, arguments: Mapping[str, Value], dialect: Dialect) -> Value:
    """Send the request and read the answer.

    Raises:
        ExpressionError: The address may not be asked, the request failed, or the answer is an error.
    """
    import httpx  # noqa: PLC0415 (most installations never call it from an expression)

    del environment
    uri = to_text(arguments["uri"], dialect)
    refuse_inner_address(uri)
    method = to_text(arguments.get("method") or "GET", dialect).upper()
    headers = _texts(arguments.get("headers"), dialect)
    accept, content_type = arguments.get("accept"), arguments.get("contentType")
    if accept is not None:
        headers["Accept"] = to_text(accept, dialect)
    body = arguments.get("body")
    if body is not None:
        headers.setdefault("Content-Type", to_text(content_type or "application/json", dialect))
    content = None if body is None else body if isinstance(body, str) else to_json(body, dialect)
    try:
        with (
            httpx.Client(timeout=_SECONDS) as client,
            client.stream(
                method, uri, params=_texts(arguments.get("query"), dialect) or None, headers=headers, content=content
            ) as response,
        ):
            received = b""
            for piece in response.iter_bytes():
                received += piece
                if len(received) > _LONGEST_BYTES:
                    raise ExpressionError("budget", f"the answer of {uri} is longer than {_LONGEST_BYTES:,} bytes")
            text = received.decode(response.encoding or "utf-8", "replace")
            if response.is_error:
                raise ExpressionError("evaluation", f"{method} {uri} answered {response.status_code}: {text[:500]}")
            return _read(text, response.headers.get("content-type", ""))
    except httpx.HTTPError as error:
        raise ExpressionError("evaluation", f"{method} {uri} failed: {error}") from error


def refuse_inner_address(uri: str) -> None:
    """Refuse addresses that lead to the metadata service of a cloud or to link-local networks.

    Raises:
        ExpressionError: The address may not be asked.
    """
    parts = urlsplit(uri)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ExpressionError("evaluation", f"{uri} is no http or https address")
    try:
        found = {str(entry[4][0]) for entry in getaddrinfo(parts.hostname, None)}
    except (OSError, ValueError):  # a name may be none at all
        return  # the request itself says best why the name cannot be found
    if any(map(is_inner_address, found)):
        raise ExpressionError("evaluation", f"{parts.hostname} is an address inside the system and may not be asked")


def is_inner_address(text: str) -> bool:
    """Tell whether an address leads to the metadata service of a cloud, or nowhere outside at all."""
    address: IPv4Address | IPv6Address = ip_address(text)
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return address.is_link_local or address.is_multicast or address.is_unspecified


def _texts(value: Value, dialect: Dialect) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {to_text(key, dialect): to_text(item, dialect) for key, item in value.items()}


def _read(text: str, content_type: str) -> Value:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        value: Value = json.loads(text)
        return value
    if kind in {"application/yaml", "application/x-yaml", "text/yaml"}:
        from tiercel.source.reader import read_yaml  # noqa: PLC0415 (rare)

        return read_yaml(text).data
    return text
