"""Messages between the server, its leaders and their forks: JSON with its length before it, descriptors beside it.

Imports nothing but the standard library.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_HEAD_BYTES = 4
_MOST_DESCRIPTORS = 3


def send(to: socket.socket, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
    """Send a message; raises an OSError when nobody is there to read it."""
    text = json.dumps(message).encode()
    whole = struct.pack("!I", len(text)) + text
    sent = socket.send_fds(to, [whole], descriptors) if descriptors else 0
    if sent < len(whole):
        to.sendall(whole[sent:])


def receive(of: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """Wait for a message; None when the other end is gone."""
    head, descriptors, _, _ = socket.recv_fds(of, _HEAD_BYTES, _MOST_DESCRIPTORS)
    while head and len(head) < _HEAD_BYTES:
        head += of.recv(_HEAD_BYTES - len(head)) or bytes(_HEAD_BYTES)
    if not head:
        return None, []
    size = struct.unpack("!I", head)[0]
    text = bytearray()
    while len(text) < size:
        piece = of.recv(size - len(text))
        if not piece:
            return None, []
        text += piece
    return json.loads(text.decode()), descriptors
