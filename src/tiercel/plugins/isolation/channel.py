"""Messages over a socket: each a list that begins with its kind, as MessagePack behind its length.

From the server: ``run`` (type, values, facts), ``launch`` and ``place`` (the same for a task runner, and the program
or the directory), ``call`` (type, values, method, arguments: of what needs nothing of the server), ``describe``,
``cancel``, ``answer`` (number, value), ``refused`` (number, kind, text, outputs), ``want`` (number: the next piece of a
file that is being written).

From the process: ``log``, ``metric``, ``progress``, ``output`` (bytes of a program, is error; no answer), ``ask``
(number, method, arguments), ``piece`` (number, bytes; None at the end), ``broken`` (number: the pieces cannot be
made), ``done`` (outputs, effects), ``failed`` (is told, text, trace, outputs), ``described`` (a package),
``unloadable`` (text).
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import PurePath
from typing import Any

import msgspec
from pydantic import BaseModel

_HEAD = struct.Struct("!I")
_PIECE_BYTES = 256 * 1024
MOST_BYTES = 64 * 1024 * 1024
"""Of one message; files go in pieces."""


class TooLargeError(ValueError):
    """A message is larger than may be sent at once."""


class Channel:
    """One end of the pipe; any number of threads may send, one receives."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._sending = threading.Lock()
        self._encoder = msgspec.msgpack.Encoder(enc_hook=_plain)

    def fileno(self) -> int:
        """Give the descriptor, to wait for messages."""
        return self._socket.fileno()

    def send(self, *message: object) -> None:
        """Send a message.

        Raises:
            TypeError: It holds what no message can carry.
            TooLargeError: It is too large.
            OSError: The other end is gone.
        """
        text = self._encoder.encode(message)
        if len(text) > MOST_BYTES:
            raise TooLargeError(f"{len(text):,} bytes are more than the {MOST_BYTES:,} that can be handed over at once")
        with self._sending:
            self._socket.sendall(_HEAD.pack(len(text)))
            self._socket.sendall(text)

    def receive(self) -> list[Any]:
        """Wait for the next message.

        Raises:
            EOFError: The other end is gone, or sends what is no message.
        """
        size = _HEAD.unpack(self._read(_HEAD.size))[0]
        if size > MOST_BYTES:
            raise EOFError(f"a message of {size} bytes")
        try:
            message: list[Any] = msgspec.msgpack.decode(self._read(size), type=list)
        except msgspec.DecodeError as error:
            raise EOFError(str(error)) from error
        return message

    def close(self) -> None:
        """Let go of this end."""
        self._socket.close()

    def _read(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            try:
                piece = self._socket.recv(min(size - len(found), 1 << 20))
            except OSError as error:
                raise EOFError from error
            if not piece:
                raise EOFError
            found += piece
        return bytes(found)


def sized(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut pieces of a file that are too large for a message, and join those that are not worth one each.

    None of them is empty, since that would look like the end.
    """
    joined = bytearray()
    try:
        for chunk in chunks:
            joined += chunk
            while len(joined) >= _PIECE_BYTES:
                yield bytes(joined[:_PIECE_BYTES])
                del joined[:_PIECE_BYTES]
        if joined:
            yield bytes(joined)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def _plain(value: object) -> object:
    """Give what stands for a value that MessagePack does not know."""
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True, exclude_none=True)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be handed from one process to another")
