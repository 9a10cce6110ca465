"""The guard that every request passes before any route sees it, and the alias of paths without a tenant.

In order: the Host header must name this server (a page of another site that rebinds its name to this address does not
get in), an Origin must be this server's, the size must be allowed, and somebody must be asking unless the route is on
the public list. Whatever is not allowed here is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPScope, Message, Receive, Scope, Send
from msgspec import Struct

from tiercel.api.errors import problem
from tiercel.api.tenancy import TenantError, canonical_path
from tiercel.operations.actor import Actor

PUBLIC = frozenset({("GET", "/ping"), ("GET", "/health"), ("GET", "/api/v1/configs/login")})
"""Every route that answers without anybody being known, besides the pages of the interface."""

PUBLIC_PAGES = "/ui/"
"""Where the files of the interface lie: they tell nothing of the installation, and show the sign-in."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Authenticator(Protocol):
    """Finds out who sent a request."""

    def identify(self, headers: dict[str, str]) -> Actor | None:
        """Give who asks; None when nobody can be told."""


class Everybody:
    """Takes every request as one actor's: for a server that only this machine can reach."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def identify(self, headers: dict[str, str]) -> Actor | None:  # noqa: ARG002 (the protocol's)
        """Give the one actor."""
        return self._actor


class Nobody:
    """Knows no one: an installation without users."""

    def identify(self, headers: dict[str, str]) -> Actor | None:  # noqa: ARG002 (the protocol's)
        """Give None."""
        return None


class Limits(Struct, frozen=True, kw_only=True):
    """Bytes of a request body, with and without files."""

    body_bytes: int
    upload_bytes: int


class _Refusal(Exception):  # noqa: N818 (an answer, not an error)
    def __init__(self, status: int, slug: str, message: str) -> None:
        self.status = status
        self.slug = slug
        super().__init__(message)


class Gate:
    """The guard, as an ASGI application around the routes."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator, hosts: Iterable[str], limits: Limits) -> None:
        self._app = app
        self._authenticator = authenticator
        self._hosts = LOOPBACK | {host.lower() for host in hosts}
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through with its actor in ``scope["state"]``, or answer the refusal."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            limit = self._admit(scope, headers)
        except _Refusal as refusal:
            await _refuse(send, scope["path"], refusal)
            return
        await self._app(scope, _Counted(receive, limit), send)

    def _admit(self, scope: HTTPScope, headers: dict[str, str]) -> int:
        self._check_host(headers)
        limit = self._check_size(headers)
        try:
            path = canonical_path(scope["method"], scope["path"])
        except TenantError as error:
            raise _Refusal(400, "bad-request", str(error)) from None
        scope["path"] = path
        actor = self._authenticator.identify(headers)
        if actor is None and not _is_public(scope["method"], path):
            raise _Refusal(401, "unauthenticated", "Sign in first: this server does not know who you are.")
        scope.setdefault("state", {})["actor"] = actor or Actor(name="nobody")
        return limit

    def _check_host(self, headers: dict[str, str]) -> None:
        host = headers.get("host", "")
        if _name_of(host) not in self._hosts:
            raise _Refusal(
                403, "forbidden", f"This server does not answer for the host '{host}'; see server.allowed_hosts."
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            raise _Refusal(403, "forbidden", f"Requests of pages from '{origin}' are not allowed.")

    def _check_size(self, headers: dict[str, str]) -> int:
        is_upload = headers.get("content-type", "").startswith("multipart/")
        limit = self._limits.upload_bytes if is_upload else self._limits.body_bytes
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise _Refusal(400, "bad-request", "Content-Length is not a number.")
        if int(length) > limit:
            raise _Refusal(413, "payload-too-large", f"The body has {length} bytes; {limit} are allowed.")
        return limit


class _Counted:
    """A receive channel that stops a body which is longer than it may be, whatever its headers said."""

    __slots__ = ("_left", "_limit", "_receive")

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._left = limit

    async def __call__(self) -> HTTPReceiveMessage:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message["body"])
            if self._left < 0:
                raise ClientException(f"The body is longer than the {self._limit} bytes allowed.", status_code=413)
        return message  # type: ignore[return-value]


def _is_public(method: str, path: str) -> bool:
    is_page = path in {"/", "/ui"} or path.startswith(PUBLIC_PAGES)
    return (method, path) in PUBLIC or (method == "GET" and is_page)


def _name_of(host: str) -> str:
    return (urlsplit(f"//{host}").hostname or "").lower()


async def _refuse(send: Send, path: str, refusal: _Refusal) -> None:
    body = msgspec.json.encode(problem(refusal.status, refusal.slug, str(refusal), path))
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if refusal.status == 401:  # noqa: PLR2004 (a status)
        headers.append((b"www-authenticate", b"Basic"))
    start: Message = {"type": "http.response.start", "status": refusal.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})
