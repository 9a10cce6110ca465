"""Connections that ask the installation before they are made, to the very address that was asked about.

A name is resolved once, each of its addresses is checked, and the connection goes to the address, not to the name: a
name that resolves differently a moment later gains nothing. Redirects make new connections, which are checked too.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from typing import Protocol

import httpcore
import httpx

from tiercel.model.json import Json
from tiercel.plugins.log import TaskLog

_KEEP_ALIVE = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]


class Asked(Protocol):
    """What is asked before a connection."""

    def call(self, operation: str, **arguments: Json) -> Json:
        """Carry out an operation of the platform."""

    def wait(self, seconds: float) -> bool:
        """Sleep, or less when the run is cancelled; answer whether it is."""


class Run(Asked, Protocol):
    """What is needed of the context of a run."""

    log: TaskLog


class GuardedTransport(httpx.HTTPTransport):
    """Sends requests through guarded connections."""

    def __init__(self, ctx: Asked, *, is_insecure: bool, proxy: httpx.Proxy | None, keeps_alive: bool) -> None:
        super().__init__(verify=not is_insecure)
        context = httpx.create_ssl_context(verify=not is_insecure)
        backend = _GuardedBackend(ctx)
        options = _KEEP_ALIVE if keeps_alive else None
        self._pool = (
            httpcore.ConnectionPool(ssl_context=context, network_backend=backend, socket_options=options)
            if proxy is None
            else _proxy_pool(proxy, context, backend)
        )


class _GuardedBackend(httpcore.NetworkBackend):
    """Resolves, asks, connects."""

    def __init__(self, ctx: Asked) -> None:
        self._ctx = ctx
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in dict.fromkeys(str(entry[4][0]) for entry in found):
            self._ctx.call("http.check", host=host, address=address)
            try:
                return self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 (the signature of the interface)
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 (the same)
    ) -> httpcore.NetworkStream:
        raise httpcore.ConnectError(f"{path}: local sockets are not reachable")

    def sleep(self, seconds: float) -> None:
        self._ctx.wait(seconds)


def _proxy_pool(proxy: httpx.Proxy, context: ssl.SSLContext, backend: _GuardedBackend) -> httpcore.ConnectionPool:
    url = httpcore.URL(str(proxy.url))
    if proxy.url.scheme == "http":
        return httpcore.HTTPProxy(url, proxy_auth=proxy.raw_auth, ssl_context=context, network_backend=backend)
    return httpcore.SOCKSProxy(url, proxy_auth=proxy.raw_auth, ssl_context=context, network_backend=backend)
