"""Connections through a proxy: HTTP with CONNECT, or SOCKS 5.

Source: RFC 9110 section 9.3.6, RFC 1928, RFC 1929.
"""

from __future__ import annotations

import base64
import socket

from msgspec import Struct

from tiercel.plugins import RunContext, TaskError
from tiercel.tasks.http.reach import check_host

_SECONDS = 30.0
_LONGEST_HEAD = 16_384
_NO_LOGIN, _PASSWORD = 0, 2
_ADDRESS_BYTES = {1: 4, 4: 16}


class Proxy(Struct, frozen=True, kw_only=True):
    """A proxy; ``kind`` is HTTP or SOCKS5."""

    kind: str
    host: str
    port: int
    username: str | None = None
    password: str | None = None


def connected(ctx: RunContext, proxy: Proxy, host: str, port: int) -> socket.socket:
    """Open a connection to a machine through a proxy.

    Raises:
        TaskError: The proxy refuses.
    """
    check_host(ctx, proxy.host, proxy.port)
    connection = socket.create_connection((proxy.host, proxy.port), _SECONDS)
    try:
        if proxy.kind == "HTTP":
            _ask_http(connection, proxy, host, port)
        else:
            _ask_socks(connection, proxy, host, port)
    except BaseException:
        connection.close()
        raise
    connection.settimeout(None)
    return connection


def _ask_http(connection: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    login = ""
    if proxy.username is not None:
        token = base64.b64encode(f"{proxy.username}:{proxy.password or ''}".encode()).decode()
        login = f"Proxy-Authorization: Basic {token}\r\n"
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    connection.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{login}\r\n".encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece or len(head) > _LONGEST_HEAD:
            raise TaskError(f"The proxy {proxy.host}:{proxy.port} gives no answer of HTTP")
        head += piece
    status = head.split(b" ", 2)[1:2]
    if status != [b"200"]:
        raise TaskError(f"The proxy {proxy.host}:{proxy.port} refuses: {head.splitlines()[0].decode(errors='replace')}")


def _ask_socks(connection: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    way = _NO_LOGIN if proxy.username is None else _PASSWORD
    connection.sendall(bytes([5, 1, way]))
    if _exactly(connection, 2) != bytes([5, way]):
        raise TaskError(f"The proxy {proxy.host}:{proxy.port} does not take this login")
    if proxy.username is not None:
        name, password = proxy.username.encode(), (proxy.password or "").encode()
        connection.sendall(bytes([1, len(name)]) + name + bytes([len(password)]) + password)
        if _exactly(connection, 2)[1] != 0:
            raise TaskError(f"The proxy {proxy.host}:{proxy.port} does not take this login")
    target = host.encode("idna")
    connection.sendall(bytes([5, 1, 0, 3, len(target)]) + target + port.to_bytes(2, "big"))
    _, code, _, kind = _exactly(connection, 4)
    if code != 0:
        raise TaskError(f"The proxy {proxy.host}:{proxy.port} refuses to connect to {host}:{port} (code {code})")
    length = _ADDRESS_BYTES[kind] if kind in _ADDRESS_BYTES else _exactly(connection, 1)[0]
    _exactly(connection, length + 2)


def _exactly(connection: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = connection.recv(count - len(found))
        if not piece:
            raise TaskError("The proxy has ended the connection")
        found += piece
    return found
