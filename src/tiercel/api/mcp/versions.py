"""Versions of the protocol, and which of them a request speaks.

Up to 2025-11-25 a client introduces itself once; from 2026-07-28 on each request says all there is to know, and repeats
some of it in headers, which must say the same.

Source: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from tiercel.api.mcp.messages import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    UNSUPPORTED_VERSION,
    Message,
    RpcError,
)

MODERN = ("2026-07-28",)
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""Newest first."""

WITH_BATCHES = "2025-03-26"
"""The one version in which a body may hold several messages; also what a request without a version speaks."""

VERSION_HEADER = "mcp-protocol-version"
SESSION_HEADER = "mcp-session-id"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
_NAMED = "tools/call"


def is_modern(headers: Mapping[str, str], message: Message) -> bool:
    """Whether a request says what it speaks by itself."""
    return VERSION_KEY in message.meta or headers.get(VERSION_HEADER) in MODERN


def check_modern(headers: Mapping[str, str], message: Message) -> str:
    """Give the version of a request that says it by itself.

    Raises:
        RpcError: The version is not known, or the headers do not say what the body does.
    """
    meta = message.meta
    version = meta.get(VERSION_KEY)
    if not isinstance(version, str):
        raise RpcError(INVALID_PARAMS, f"Invalid params: _meta needs {VERSION_KEY}")
    header = headers.get(VERSION_HEADER)
    if header != version:
        raise _mismatch("MCP-Protocol-Version", header, version)
    if version not in MODERN:
        raise unsupported(version)
    if not isinstance(meta.get(CAPABILITIES_KEY), dict):
        raise RpcError(INVALID_PARAMS, f"Invalid params: _meta needs {CAPABILITIES_KEY}")
    if headers.get("mcp-method") != message.method:
        raise _mismatch("Mcp-Method", headers.get("mcp-method"), message.method)
    if message.method == _NAMED:
        name = message.params.get("name")
        if _plain(headers.get("mcp-name")) != name:
            raise _mismatch("Mcp-Name", headers.get("mcp-name"), str(name))
    return version


def check_legacy(headers: Mapping[str, str], known: str | None) -> str:
    """Give the version of a request after the client introduced itself; ``known`` is what they agreed on, if known.

    Raises:
        RpcError: It is none of these versions.
    """
    version = headers.get(VERSION_HEADER) or known or WITH_BATCHES
    if version not in LEGACY:
        raise unsupported(version)
    return version


def agree(wanted: object) -> str:
    """Give the version to go on with, of one that a client asks for."""
    return wanted if isinstance(wanted, str) and wanted in LEGACY else LEGACY[0]


def unsupported(version: str) -> RpcError:
    """Say which versions there are."""
    data = {"supported": [*MODERN, *LEGACY], "requested": version}
    return RpcError(UNSUPPORTED_VERSION, f"Unsupported protocol version: {version}", data)


def _mismatch(name: str, header: str | None, body: str) -> RpcError:
    said = f"the header {name} says '{header}'" if header is not None else f"the header {name} is missing"
    return RpcError(HEADER_MISMATCH, f"Header mismatch: {said}, the body says '{body}'")


def _plain(value: str | None) -> str | None:
    """Read a header whose value may be written as ``=?base64?...?=``."""
    if value is None or not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    try:
        return base64.b64decode(value[len("=?base64?") : -2], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
