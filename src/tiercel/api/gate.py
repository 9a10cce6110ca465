"""The guard that every request passes before any route sees it, and the alias of paths without a tenant.

In order: the Host header must name this server (a page of another site that rebinds its name to this address does not
get in), an Origin must be this server's, the size must be allowed, and somebody must be asking unless the route is on
the public list. Whatever is not allowed here is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPScope, Message, Receive, Scope, Send
from msgspec import Struct

from tiercel.api.errors import problem
from tiercel.api.tenancy import PREFIX, TENANT, TenantError, canonical_path, has_head, is_older_action
from tiercel.errors import UnavailableError
from tiercel.operations.actor import Actor
from tiercel.operations.attempts import TooManyAttemptsError

PUBLIC = frozenset(
    {
        ("GET", "/ping"),
        ("GET", "/health"),
        ("GET", "/health/liveness"),
        ("GET", "/health/readiness"),
        ("GET", "/api/v1/configs/login"),
        ("POST", "/api/v1/login"),
        ("POST", "/login"),
        ("POST", "/api/v1/main/basicAuth"),
    }
)
"""Every route that answers without anybody being known, besides webhooks and the pages of the interface.

The last makes the first user, for whoever shows the token that the server printed, and nothing afterwards.
"""

PUBLIC_CALLS = "/api/v1/main/executions/webhook/"
"""Where webhooks lie: the key in the path is the right to start what it starts, and nothing else can be done there."""

_CLIENTS = frozenset({"ui", "cli"})
"""What may be said in ``X-Tiercel-Client``; a revision shows it, no right depends on it."""

CALL_METHODS = frozenset({"GET", "POST", "PUT"})

PUBLIC_PAGES = "/ui/"
"""Where the files of the interface lie: they tell nothing of the installation, and show the sign-in."""

_MARKS = ((b"x-content-type-options", b"nosniff"), (b"cross-origin-resource-policy", b"same-origin"))
_MOST_DIGITS = 18
_SLOWEST_BYTES = 1_000
"""So many bytes of a body come in a second at least."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Call(Struct, frozen=True):
    """What is known of a request before it is let in; names of headers are in lower case."""

    method: str
    headers: dict[str, str]
    address: str


class Authenticator(Protocol):
    """Finds out who sent a request.

    Attributes:
        is_open: Nobody needs to sign in.
    """

    is_open: bool

    async def identify(self, call: Call) -> Actor | None:
        """Give who asks; None when nobody can be told.

        Raises:
            Refusal: The request is not to be answered, whoever sent it.
            UnavailableError: It cannot be found out now.
        """


class Everybody:
    """Takes every request as one actor's: for a server that only this machine can reach."""

    is_open = True

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    async def identify(self, call: Call) -> Actor | None:  # noqa: ARG002 (the protocol's)
        """Give the one actor."""
        return self._actor


class Limits(Struct, frozen=True, kw_only=True):
    """Bytes of a request body, with and without files, and how long it may take beside what its length gives it."""

    body_bytes: int
    upload_bytes: int
    wait_seconds: float = 30.0


class Refusal(Exception):  # noqa: N818 (an answer, not an error)
    """What is answered in place of a route; ``retry_after`` is in seconds, 0 = not said."""

    def __init__(self, status: int, slug: str, message: str, *, retry_after: int = 0) -> None:
        self.status = status
        self.slug = slug
        self.retry_after = retry_after
        super().__init__(message)


class Gate:
    """The guard, as an ASGI application around the routes."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator, hosts: Iterable[str], limits: Limits) -> None:
        self._app = app
        self._authenticator = authenticator
        self._hosts = LOOPBACK | {host.lower() for host in hosts}
        # A page can make a name of its own lead here, never an address: that is this machine's or another one's.
        self._is_everywhere = any(_is_address(host) and ip_address(host).is_unspecified for host in self._hosts)
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through with its actor in ``scope["state"]``, or answer the refusal.

        Besides the actor there are ``asked_path``, the path as it was sent, ``is_still_known`` for what lasts longer
        than its beginning, ``expect_no_upload`` for what holds a body in memory, and ``at_end``, a stack of what is
        closed after the answer.
        """
        if scope["type"] != ScopeType.HTTP:
            if scope["type"] != ScopeType.WEBSOCKET:  # there are none, hence none gets past
                await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD" and has_head(scope["path"]):
            scope["method"], send = "GET", _without_body(send)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        asked = scope.setdefault("state", {})["asked_path"] = scope["path"]
        try:
            limit = await self._admit(scope, headers)
        except Refusal as refusal:
            await _refuse(send, asked, headers, refusal)
            return
        counted = _Counted(receive, limit, self._limits.wait_seconds)
        scope["state"]["expect_no_upload"] = partial(counted.limit_to, self._limits.body_bytes)
        with ExitStack() as stack:
            scope["state"]["at_end"] = stack
            await self._app(scope, counted, _marked(send))

    async def _admit(self, scope: HTTPScope, headers: dict[str, str]) -> int:
        self._check_host(scope, headers)
        limit = self._check_size(headers)
        try:
            path = canonical_path(scope["method"], scope["path"])
        except TenantError as error:
            raise Refusal(400, "bad-request", str(error)) from None
        state = scope["state"]
        state["is_older_form"] = is_older_action(scope["path"], path)
        state["is_tenanted"] = scope["path"].startswith(f"{PREFIX}{TENANT}/")
        scope["path"] = path
        actor = None if _is_public(scope["method"], path) else await self._identify(scope, headers)
        state["actor"] = actor or Actor(name="nobody")
        return limit

    async def _identify(self, scope: HTTPScope, headers: dict[str, str]) -> Actor:
        client = scope.get("client")
        call = Call(scope["method"], headers, client[0] if client else "")
        try:
            actor = await self._authenticator.identify(call)
        except TooManyAttemptsError as error:
            raise Refusal(429, "too-many-requests", str(error), retry_after=error.retry_after) from None
        except UnavailableError as error:
            raise Refusal(503, "service-unavailable", str(error)) from None
        if actor is None:
            raise Refusal(401, "unauthenticated", "Sign in first: this server does not know who you are.")
        scope["state"]["is_still_known"] = partial(self._is_still_known, call, actor)
        word = headers.get("x-tiercel-client", "")
        return msgspec.structs.replace(actor, client=word) if word in _CLIENTS else actor

    async def _is_still_known(self, call: Call, actor: Actor) -> bool:
        """Tell whether what was sent would be taken for the same actor with the same rights now."""
        try:
            found = await self._authenticator.identify(call)
        except (Refusal, TooManyAttemptsError, UnavailableError):
            return False
        return found is not None and (found.name, found.permissions) == (actor.name, actor.permissions)

    def _check_host(self, scope: HTTPScope, headers: dict[str, str]) -> None:
        if sum(name.lower() == b"host" for name, _ in scope["headers"]) > 1:
            raise Refusal(400, "bad-request", "There is more than one Host header.")
        host = headers.get("host", "")
        name = _name_of(host)
        if name not in self._hosts and not (self._is_everywhere and _is_address(name)):
            raise Refusal(
                403, "forbidden", f"This server does not answer for the host '{host}'; see server.allowed_hosts."
            )
        origin = headers.get("origin")
        if origin is not None and _place_of(origin) != host.lower():
            raise Refusal(403, "forbidden", f"Requests of pages from '{origin}' are not allowed.")

    def _check_size(self, headers: dict[str, str]) -> int:
        is_upload = headers.get("content-type", "").lower().startswith("multipart/form-data")
        limit = self._limits.upload_bytes if is_upload else self._limits.body_bytes
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise Refusal(400, "bad-request", "Content-Length is not a number.")
        if len(length) > _MOST_DIGITS or int(length) > limit:
            raise Refusal(413, "payload-too-large", f"The body has {length} bytes; {limit} are allowed.")
        return limit


class _Counted:
    """A receive channel that stops a body which is longer than it may be, whatever it said it is, or comes too slowly.

    A connection whose body never ends would be held for ever, and so many of them would lock everybody out.
    """

    __slots__ = ("_is_whole", "_left", "_limit", "_receive", "_until", "_wait_seconds")

    def __init__(self, receive: Receive, limit: int, wait_seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._left = limit
        self._wait_seconds = wait_seconds
        self._until: float | None = None
        self._is_whole = False

    def limit_to(self, limit: int) -> None:
        """Allow no more than so many bytes in all, of which some may have come already."""
        if limit < self._limit:
            self._left -= self._limit - limit
            self._limit = limit

    async def __call__(self) -> HTTPReceiveMessage:
        message = await (self._receive() if self._is_whole else self._receive_in_time())
        if message["type"] == "http.request":
            length = len(message["body"])
            self._left -= length
            if self._left < 0:
                raise ClientException(f"The body is longer than the {self._limit} bytes allowed.", status_code=413)
            self._is_whole = not message["more_body"]
        return message  # type: ignore[return-value]  # a request is sent no messages of web sockets

    async def _receive_in_time(self) -> HTTPReceiveMessage:
        now = asyncio.get_running_loop().time()
        if self._until is None:
            self._until = now + self._wait_seconds
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            reason = f"The body did not come within {self._wait_seconds:g} seconds and one for each 1,000 bytes of it."
            raise ClientException(reason, status_code=408) from None
        if message["type"] == "http.request":
            self._until += len(message["body"]) / _SLOWEST_BYTES
        return message  # type: ignore[return-value]  # a request is sent no messages of web sockets


def _is_public(method: str, path: str) -> bool:
    is_page = path in {"/", "/ui"} or path.startswith(PUBLIC_PAGES)
    is_call = method in CALL_METHODS and path.startswith(PUBLIC_CALLS)
    return (method, path) in PUBLIC or is_call or (method == "GET" and is_page)


def _name_of(host: str) -> str:
    """Give the name in a Host header without its port, nothing for what is no name."""
    if "@" in host:
        return ""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _place_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _marked(send: Send) -> Send:
    """Keep browsers from guessing what an answer is, and pages of others from embedding it."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_MARKS]
        await send(message)

    return marked


def _without_body(send: Send) -> Send:
    """Answer what a GET would be answered, less its body."""

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return headed


async def _refuse(send: Send, path: str, headers: dict[str, str], refusal: Refusal) -> None:
    body = msgspec.json.encode(problem(refusal.status, refusal.slug, str(refusal), path))
    sent = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode()), *_MARKS]
    if refusal.status == 401 and _is_asked(headers):  # noqa: PLR2004 (a status)
        sent.append((b"www-authenticate", b"Basic"))
    if refusal.retry_after:
        sent.append((b"retry-after", str(refusal.retry_after).encode()))
    start: Message = {"type": "http.response.start", "status": refusal.status, "headers": sent}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _is_asked(headers: dict[str, str]) -> bool:
    """Whether a browser may ask for a password by itself: not behind the back of a page that has its own sign-in."""
    is_page = headers.get("sec-fetch-mode", "navigate") == "navigate"
    return is_page and not headers.get("referer", "").rstrip("/").endswith("/login")
