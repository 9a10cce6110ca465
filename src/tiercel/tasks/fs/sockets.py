"""Messages sent over plain TCP and UDP."""

from __future__ import annotations

import base64
import binascii
import socket
from contextlib import closing

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, Task, TaskError
from tiercel.tasks.http.reach import reachable

_SECONDS = 10.0
_LARGEST_DATAGRAM = 65_507


class SentOutputs(Outputs):
    """What was sent.

    Attributes:
        host: Where to.
        port: Where to.
        sent_bytes: How many bytes.
    """

    host: str
    port: int
    sent_bytes: int


class SendTask(Task):
    """A task that sends a text.

    Attributes:
        host: The machine to send it to.
        port: Its port.
        payload: The text.
        encoding: The charset it is sent in; BASE64 when it stands for bytes that are no text.
    """

    host: str
    port: int = Field(ge=1, le=65535)
    payload: str
    encoding: str = "UTF-8"

    def encoded(self) -> bytes:
        """Give the bytes to send.

        Raises:
            TaskError: There is no such charset, or the text cannot be written in it.
        """
        try:
            if self.encoding.upper() == "BASE64":
                return base64.b64decode(self.payload.encode(), validate=True)
            return self.payload.encode(self.encoding)
        except binascii.Error as error:
            raise TaskError(f"payload is not base64: {error}") from None
        except LookupError:
            raise TaskError(f"encoding: '{self.encoding}' is neither a charset such as UTF-8 nor BASE64") from None
        except UnicodeEncodeError as error:
            raise TaskError(f"payload cannot be written in charset {self.encoding}: {error}") from None


class SendTcp(
    SendTask,
    type="io.kestra.plugin.fs.tcp.Send",
    outputs=SentOutputs,
    example="""
type: io.kestra.plugin.fs.tcp.Send
host: printer.example.com
port: 9100
payload: "{{ outputs.label.value }}"
""",
):
    """Connects, sends a text and closes the connection. Addresses inside the system are refused, as for requests."""

    def run(self, ctx: RunContext) -> SentOutputs:
        """Try the addresses of the machine in order, and send to the first that answers."""
        content = self.encoded()
        failure: OSError | None = None
        for family, address in reachable(ctx, self.host, self.port, socket.SOCK_STREAM):
            with closing(socket.socket(family, socket.SOCK_STREAM)) as connection:
                connection.settimeout(_SECONDS)
                try:
                    connection.connect(address)
                except OSError as error:
                    failure = error
                    continue
                try:
                    connection.sendall(content)
                    connection.shutdown(socket.SHUT_WR)
                except OSError as error:
                    raise TaskError(f"{self.host}:{self.port} did not take it all: {error}") from error
                return SentOutputs(host=self.host, port=self.port, sent_bytes=len(content))
        raise TaskError(f"{self.host}:{self.port} cannot be reached: {failure}") from failure


class SendUdp(
    SendTask,
    type="io.kestra.plugin.fs.udp.Send",
    outputs=SentOutputs,
    example="""
type: io.kestra.plugin.fs.udp.Send
host: metrics.example.com
port: 8125
payload: "orders:{{ outputs.count.value }}|c"
""",
):
    """Sends a text as one datagram; whether it arrives nobody tells. Addresses inside the system are refused."""

    def run(self, ctx: RunContext) -> SentOutputs:
        """Send it to the first address of the machine."""
        content = self.encoded()
        if len(content) > _LARGEST_DATAGRAM:
            raise TaskError(f"payload has {len(content)} bytes; a datagram may have {_LARGEST_DATAGRAM}")
        family, address = reachable(ctx, self.host, self.port, socket.SOCK_DGRAM)[0]
        with closing(socket.socket(family, socket.SOCK_DGRAM)) as sender:
            try:
                sender.sendto(content, address)
            except OSError as error:
                raise TaskError(f"{self.host}:{self.port} cannot be sent to: {error}") from error
        return SentOutputs(host=self.host, port=self.port, sent_bytes=len(content))
