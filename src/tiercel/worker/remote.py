"""The function ``http`` of expressions: one request, its body read by content type."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from tiercel.errors import ExpressionError
from tiercel.expressions import Value, to_json, to_text
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json

_SECONDS = 10.0
_LONGEST_BYTES = 10 * 1024 * 1024
_TRANSLATED = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_METADATA = frozenset({"100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"})
"""Where some clouds have it besides 169.254.169.254, which is link-local."""


def fetch(arguments: Mapping[str, Value], dialect: Dialect) -> Value:
    """Send the request and read the answer.

    Raises:
        ExpressionError: The address may not be asked, the request failed, or the answer is an error or cannot be read.
    """
    import httpx  # noqa: PLC0415 (most installations never call it from an expression)

    from tiercel.plugins.http.guard import GuardedTransport  # noqa: PLC0415 (the same)

    uri = to_text(arguments["uri"], dialect)
    _check_scheme(uri)
    method = to_text(arguments.get("method") or "GET", dialect).upper()
    query = _texts(arguments.get("query"), dialect) or None
    headers, content = _message(arguments, dialect)
    transport = GuardedTransport(_Guard(), is_insecure=False, proxy=None, keeps_alive=False)
    try:
        with (
            httpx.Client(timeout=_SECONDS, transport=transport, trust_env=False) as client,
            client.stream(method, uri, params=query, headers=headers, content=content) as response,
        ):
            received = _received(response.iter_bytes(), uri)
            text = received.decode(response.encoding or "utf-8", "replace")
            if response.is_error:
                raise ExpressionError("evaluation", f"{method} {uri} answered {response.status_code}: {text[:500]}")
            return _read(text, response.headers.get("content-type", ""), uri)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise ExpressionError("evaluation", f"{method} {uri} failed: {error}") from error


def is_inner_address(text: str) -> bool:
    """Tell whether an address leads to the metadata service of a cloud, or nowhere outside at all."""
    address = ip_address(text.partition("%")[0])
    meant: list[IPv4Address | IPv6Address]
    meant = [address, *_carried(address)] if isinstance(address, IPv6Address) else [address]
    return any(one.is_link_local or one.is_multicast or one.is_unspecified or str(one) in _METADATA for one in meant)


class _Guard:
    """Refuses addresses inside the system, for each just before the connection to it is made."""

    def call(self, operation: str, **arguments: Json) -> Json:  # noqa: ARG002 (there is one: whether to connect)
        if is_inner_address(str(arguments["address"])):
            message = f"{arguments['host']} is an address inside the system and may not be asked"
            raise ExpressionError("evaluation", message)
        return None

    def wait(self, seconds: float) -> bool:
        time.sleep(seconds)
        return False


def _carried(address: IPv6Address) -> list[IPv4Address]:
    """Give the IPv4 addresses that one of IPv6 stands for, in each of the ways there are to write one into it."""
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _TRANSLATED or (address in _COMPATIBLE and int(address) > 1):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]


def _message(arguments: Mapping[str, Value], dialect: Dialect) -> tuple[dict[str, str], str | None]:
    """Give the headers and the body of the request."""
    headers = _texts(arguments.get("headers"), dialect)
    accept, content_type, body = (arguments.get(name) for name in ("accept", "contentType", "body"))
    if accept is not None:
        headers["Accept"] = to_text(accept, dialect)
    if body is None:
        return headers, None
    headers.setdefault("Content-Type", to_text(content_type or "application/json", dialect))
    return headers, body if isinstance(body, str) else to_json(body, dialect)


def _received(pieces: Iterable[bytes], uri: str) -> bytes:
    received = bytearray()
    for piece in pieces:
        received += piece
        if len(received) > _LONGEST_BYTES:
            raise ExpressionError("budget", f"the answer of {uri} is longer than {_LONGEST_BYTES:,} bytes")
    return bytes(received)


def _check_scheme(uri: str) -> None:
    try:
        parts = urlsplit(uri)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ExpressionError("evaluation", f"{uri} is no http or https address")


def _texts(value: Value, dialect: Dialect) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {to_text(key, dialect): to_text(item, dialect) for key, item in value.items()}


def _read(text: str, content_type: str, uri: str) -> Value:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        try:
            value: Value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ExpressionError("evaluation", f"the answer of {uri} is not the JSON it says: {error}") from error
        return value
    if kind in {"application/yaml", "application/x-yaml", "text/yaml"}:
        from tiercel.source.reader import read_yaml  # noqa: PLC0415 (rare)

        document = read_yaml(text)
        if document.violations:
            raise ExpressionError(
                "evaluation", f"the answer of {uri} is not the YAML it says: {document.violations[0]}"
            )
        return document.data
    return text
