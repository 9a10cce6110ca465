"""Asking the installation before a client that connects by itself may do so."""

from __future__ import annotations

import socket
from typing import Any

from tiercel.plugins import RunContext, TaskError

Address = tuple[int, Any]
"""Family and address, as sockets take them."""


def check_host(ctx: RunContext, host: str, port: int) -> None:
    """Resolve a name, and have each of its addresses checked, as is done for requests of HTTP.

    Raises:
        TaskError: It has no address, or one that the installation forbids to connect to.
    """
    reachable(ctx, host, port, socket.SOCK_STREAM)


def reachable(ctx: RunContext, host: str, port: int, kind: socket.SocketKind) -> list[Address]:
    """Resolve a name, and give its addresses, each of which may be connected to.

    Raises:
        TaskError: As `check_host`.
    """
    try:
        found = socket.getaddrinfo(host, port, type=kind)
    except (OSError, UnicodeError) as error:
        raise TaskError(f"{host} cannot be resolved: {error}") from None
    if not found:
        raise TaskError(f"{host} has no address")
    for address in dict.fromkeys(str(entry[4][0]) for entry in found):
        ctx.call("http.check", host=host, address=address)
    return [(entry[0], entry[4]) for entry in found]
