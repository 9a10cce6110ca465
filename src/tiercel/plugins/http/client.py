"""The HTTP client of a task; imported when the first request is sent, because the library is slow to load.

Every connection is asked about before it is made (see `tiercel.plugins.http.guard`). A request is sent again, after a
pause that grows or that the answer asks for, when that cannot do harm: any one whose connection could not be made, and
one that may be repeated (GET, HEAD, OPTIONS, PUT, DELETE) when the answer says that it may work later.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, TypedDict, Unpack
from urllib.request import getproxies_environment

import httpx

from tiercel.plugins.failure import TaskError
from tiercel.plugins.http.guard import GuardedTransport, Run

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_LATER = frozenset({429, 502, 503, 504})
_LONGEST_PAUSE_SECONDS = 30.0
_TIMEOUT = httpx.Timeout(300.0, connect=10.0)


class Request(TypedDict, total=False):
    """What a request can have besides method and address, as the library has it."""

    params: Mapping[str, str | int | float | bool | None]
    headers: Mapping[str, str]
    content: str | bytes
    data: Mapping[str, str]
    files: Any
    json: Any
    auth: tuple[str, str] | httpx.Auth


class Http:
    """Requests of one run. Answers are those of httpx; nothing is raised for their status."""

    def __init__(self, ctx: Run) -> None:
        self._ctx = ctx

    def get(self, url: str, **request: Unpack[Request]) -> httpx.Response:
        """Ask for something."""
        return self.request("GET", url, **request)

    def post(self, url: str, **request: Unpack[Request]) -> httpx.Response:
        """Send something."""
        return self.request("POST", url, **request)

    def request(self, method: str, url: str, **request: Unpack[Request]) -> httpx.Response:
        """Send a request and read the answer.

        Raises:
            TaskError: No answer came.
        """
        with self.client() as client:
            try:
                return client.request(method, url, **request)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise TaskError(f"{method} {url} failed: {str(error) or type(error).__name__}") from error

    def client(
        self,
        *,
        timeout: httpx.Timeout | float = _TIMEOUT,
        proxy: httpx.Proxy | str | None = None,
        retries: int = 2,
        follow_redirects: bool = True,
        is_insecure: bool = False,
        keeps_alive: bool = False,
    ) -> AbstractContextManager[httpx.Client]:
        """Make a client, for streams, for many requests to one place, and for other settings. Use it with ``with``.

        Args:
            timeout: For a connection, and for each piece of the answer, in seconds.
            proxy: Its address; None = as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say, empty = none.
            retries: How often a request is sent again.
            follow_redirects: Whether to go where an answer points; each new address is asked about too.
            is_insecure: Do not check who answers.
            keeps_alive: Have the system keep idle connections alive.
        """

        def guarded(through: httpx.Proxy | None) -> httpx.BaseTransport:
            return GuardedTransport(self._ctx, is_insecure=is_insecure, proxy=through, keeps_alive=keeps_alive)

        chosen = httpx.Proxy(proxy) if isinstance(proxy, str) and proxy else proxy
        direct: httpx.BaseTransport = _EnvironmentTransport(guarded) if chosen is None else guarded(chosen or None)
        return httpx.Client(
            transport=_RepeatingTransport(self._ctx, direct, retries) if retries else direct,
            timeout=timeout,
            follow_redirects=follow_redirects,
            trust_env=False,
        )


class _EnvironmentTransport(httpx.BaseTransport):
    """Goes through the proxies that the process environment names."""

    def __init__(self, make: Any) -> None:  # noqa: ANN401 (a function with an optional argument)
        self._make = make
        self._proxies = getproxies_environment()
        self._made: dict[str, httpx.BaseTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        address = self._proxies.get(request.url.scheme) or self._proxies.get("all") or ""
        if address and _is_excepted(host, self._proxies.get("no", "")):
            address = ""
        if address not in self._made:
            self._made[address] = self._make(httpx.Proxy(address) if address else None)
        return self._made[address].handle_request(request)

    def close(self) -> None:
        for transport in self._made.values():
            transport.close()


class _RepeatingTransport(httpx.BaseTransport):
    """Sends a request again when that may help and cannot do harm."""

    def __init__(self, ctx: Run, inner: httpx.BaseTransport, retries: int) -> None:
        self._ctx = ctx
        self._inner = inner
        self._retries = retries

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for number in range(self._retries):
            pause = 0.5 * 2**number
            try:
                response = self._inner.handle_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                self._ctx.log.debug("%s: %s; it is tried again", request.url.host, error)
            else:
                is_repeatable = request.method in _REPEATABLE and isinstance(request.stream, httpx.ByteStream)
                if response.status_code not in _LATER or not is_repeatable:
                    return response
                pause = _asked_for(response, pause)
                if pause > _LONGEST_PAUSE_SECONDS:
                    return response
                response.close()
                self._ctx.log.debug("%s answered %s; it is asked again", request.url.host, response.status_code)
            if self._ctx.wait(pause):
                raise TaskError("The request was cancelled")
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def _is_excepted(host: str, exceptions: str) -> bool:
    """Tell whether NO_PROXY names a host, or something it is part of."""
    names = [name.strip().lstrip("*.").lower() for name in exceptions.split(",")]
    return exceptions.strip() == "*" or any(name and f".{host.lower()}".endswith(f".{name}") for name in names)


def _asked_for(response: httpx.Response, otherwise: float) -> float:
    """Read how many seconds an answer asks to wait; a date is passed over."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() else otherwise
