"""Triggers that listen for messages over plain TCP and UDP, at ports that ``listening.ports`` opens to flows."""

from __future__ import annotations

import asyncio
import base64
import codecs
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import Field

from tiercel.plugins import LogLevel, Outputs, RealtimeTrigger, RunContext, TaskError, TriggerEvent

_LONGEST_MESSAGE = 1024 * 1024
_LONGEST_SECONDS = 60.0
_MOST_WAITING = 1000
_MOST_CONNECTIONS = 100
_LARGEST_DATAGRAM = 65_507


class MessageOutputs(Outputs):
    """What expressions see as ``trigger``.

    Attributes:
        payload: The text that came.
        timestamp: When.
        source_ip: Address of who sent it.
        source_port: Port of who sent it.
    """

    payload: str
    timestamp: datetime
    source_ip: str
    source_port: int


class _Message(NamedTuple):
    content: bytes
    ip: str
    port: int
    at: float
    stored: asyncio.Event


class _SocketTrigger(RealtimeTrigger):
    """A trigger that listens at a port.

    Attributes:
        host: The address of this machine to listen at; all of them when nothing is said.
        port: The port, one of ``listening.ports``.
        encoding: The charset of the messages; what is not in it becomes a replacement mark. BASE64 takes any bytes.
    """

    host: str = "0.0.0.0"  # noqa: S104 (as published; nothing is listened at unless the port is opened to flows)
    port: int = Field(ge=1, le=65535)
    encoding: str = "UTF-8"

    def check(self, ctx: RunContext) -> None:
        """Look whether this port may be listened at.

        Raises:
            TaskError: It may not, or there is no such charset.
        """
        ctx.call("ports.check", port=self.port)
        if self.encoding.upper() != "BASE64":
            try:
                codecs.lookup(self.encoding)
            except LookupError:
                raise TaskError(f"encoding: '{self.encoding}' is neither a charset such as UTF-8 nor BASE64") from None

    def event_of(self, message: _Message, *, is_stripped: bool) -> TriggerEvent | None:
        """Make the event of a message; None when it says nothing."""
        if self.encoding.upper() == "BASE64":
            text = base64.b64encode(message.content).decode("ascii")
        else:
            text = message.content.decode(self.encoding, "replace")
        text = text.strip() if is_stripped else text
        moment = datetime.fromtimestamp(message.at, UTC)
        found = MessageOutputs(payload=text, timestamp=moment, source_ip=message.ip, source_port=message.port)
        return TriggerEvent(variables=found) if text else None


class TcpTrigger(
    _SocketTrigger,
    type="io.kestra.plugin.fs.tcp.RealtimeTrigger",
    outputs=MessageOutputs,
    example="""
type: io.kestra.plugin.fs.tcp.RealtimeTrigger
port: 9090
""",
):
    """Starts an execution for each connection, with what was sent over it until its sender was done.

    The connection is closed when the execution is stored. A message may have 1 MiB and take a minute; a hundred
    connections may be open. Who sends is not asked who it is: open ports only to networks that are trusted.
    """

    async def listen(self, ctx: RunContext) -> AsyncIterator[TriggerEvent]:
        """Take connections, and give what came over each."""
        self.check(ctx)
        arrived: asyncio.Queue[_Message] = asyncio.Queue()
        taking = _Taking(ctx, arrived)
        try:
            server = await asyncio.start_server(taking.take, self.host, self.port)
        except OSError as error:
            raise TaskError(f"{self.host}:{self.port} cannot be listened at: {error}") from error
        try:
            ctx.log.info("listening at %s:%s", self.host, self.port)
            while not ctx.is_cancelled:
                message = await arrived.get()
                event = self.event_of(message, is_stripped=True)
                if event is not None:
                    yield event
                message.stored.set()
        finally:
            server.close()
            taking.end()


class _Taking:
    """Takes connections, each until its end."""

    def __init__(self, ctx: RunContext, arrived: asyncio.Queue[_Message]) -> None:
        self._ctx = ctx
        self._arrived = arrived
        self._open: dict[StreamWriter, asyncio.Event] = {}
        self._is_over = False

    async def take(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Read a message, and close the connection when its execution is stored."""
        ip, port, *_ = writer.get_extra_info("peername") or ("", 0)
        is_taken = len(self._open) < _MOST_CONNECTIONS
        stored = self._open[writer] = asyncio.Event()
        try:
            content = await _whole(reader) if is_taken else b""
            if is_taken and not self._is_over:
                await self._arrived.put(_Message(content, str(ip), int(port), time.time(), stored))
                await stored.wait()
            elif not self._is_over:
                self._refuse(ip, port, f"{_MOST_CONNECTIONS} connections are open")
        except (OSError, ValueError) as error:
            self._refuse(ip, port, str(error))
        finally:
            del self._open[writer]
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def end(self) -> None:
        """Let go of all connections; what is not stored yet is not acknowledged."""
        self._is_over = True
        for writer, stored in self._open.items():
            stored.set()
            writer.transport.abort()

    def _refuse(self, ip: str, port: int, reason: str) -> None:
        self._ctx.log.write(LogLevel.WARN, "%s", f"what {ip}:{port} sent is not taken: {reason}")


class UdpTrigger(
    _SocketTrigger,
    type="io.kestra.plugin.fs.udp.RealtimeTrigger",
    outputs=MessageOutputs,
    example="""
type: io.kestra.plugin.fs.udp.RealtimeTrigger
port: 8091
bufferSize: 8192
""",
):
    """Starts an execution for each datagram.

    Datagrams can be lost: on their way, and when a thousand wait for their executions. Who sends is not asked who it
    is: open ports only to networks that are trusted.

    Attributes:
        buffer_size: How many bytes of a datagram are read; what follows is cut off.
    """

    buffer_size: int = Field(1024, ge=1, le=_LARGEST_DATAGRAM)

    async def listen(self, ctx: RunContext) -> AsyncIterator[TriggerEvent]:
        """Take datagrams one by one."""
        self.check(ctx)
        arrived: asyncio.Queue[_Message] = asyncio.Queue(_MOST_WAITING)
        try:
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Datagrams(ctx, arrived, self.buffer_size), local_addr=(self.host, self.port)
            )
        except OSError as error:
            raise TaskError(f"{self.host}:{self.port} cannot be listened at: {error}") from error
        try:
            ctx.log.info("listening at %s:%s", self.host, self.port)
            while not ctx.is_cancelled:
                event = self.event_of(await arrived.get(), is_stripped=False)
                if event is not None:
                    yield event
        finally:
            transport.close()


class _Datagrams(asyncio.DatagramProtocol):
    """Puts datagrams aside until they are asked for."""

    def __init__(self, ctx: RunContext, arrived: asyncio.Queue[_Message], size: int) -> None:
        self._ctx = ctx
        self._arrived = arrived
        self._size = size
        self._is_full = False

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Keep it, unless too many wait; that is said once for all in a row."""
        message = _Message(data[: self._size], str(addr[0]), int(addr[1]), time.time(), asyncio.Event())
        try:
            self._arrived.put_nowait(message)
            self._is_full = False
        except asyncio.QueueFull:
            if not self._is_full:
                self._ctx.log.write(LogLevel.WARN, "%s", f"{_MOST_WAITING} datagrams wait: others are dropped")
            self._is_full = True


async def _whole(reader: StreamReader) -> bytes:
    """Read until the sender is done.

    Raises:
        ValueError: It is too long, or takes too long.
    """
    found = bytearray()
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            while piece := await reader.read(65536):
                found += piece
                if len(found) > _LONGEST_MESSAGE:
                    raise ValueError(f"it has more than {_LONGEST_MESSAGE:,} bytes")
    except TimeoutError:
        raise ValueError(f"it takes more than {_LONGEST_SECONDS:.0f} seconds") from None
    return bytes(found)
