"""Asking the installation before a client that connects by itself may do so."""

from __future__ import annotations

import socket

from tiercel.plugins import RunContext, TaskError


def check_host(ctx: RunContext, host: str, port: int) -> None:
    """Resolve a name, and have each of its addresses checked, as is done for requests of HTTP.

    Raises:
        TaskError: It has no address, or one that the installation forbids to connect to.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TaskError(f"{host} cannot be resolved: {error}") from None
    for address in dict.fromkeys(str(entry[4][0]) for entry in found):
        ctx.call("http.check", host=host, address=address)
