"""Texts sent over TCP and UDP to real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from fs.conftest import Run
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost


class Listener:
    """Takes one connection, and all that comes over it."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.received = b""
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        connection, _ = self._server.accept()
        with connection:
            while piece := connection.recv(65536):
                self.received += piece

    def wait(self) -> bytes:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.received

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(60)
        yield made


@pytest.mark.parametrize(
    ("payload", "encoding", "expected"),
    [
        ("héllo\n", "UTF-8", "héllo\n".encode()),
        ("héllo", "ISO-8859-1", b"h\xe9llo"),
        ("AP8=", "base64", b"\x00\xff"),
        ("x" * 3_000_000, "UTF-8", b"x" * 3_000_000),
    ],
)
def test_a_text_goes_over_tcp(run: Run, listener: Listener, payload: str, encoding: str, expected: bytes) -> None:
    out = run("tcp.Send", host="127.0.0.1", port=listener.port, payload=payload, encoding=encoding)
    assert out == {"host": "127.0.0.1", "port": listener.port, "sentBytes": len(expected)}
    assert listener.wait() == expected


def test_a_text_goes_over_udp(run: Run, receiver: socket.socket) -> None:
    port = receiver.getsockname()[1]
    out = run("udp.Send", host="127.0.0.1", port=port, payload="orders:1|c")
    assert (receiver.recv(100), out["sentBytes"]) == (b"orders:1|c", 10)


@pytest.mark.parametrize("kind", ["tcp", "udp"])
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"encoding": "nope"}, "neither a charset such as UTF-8 nor BASE64"),
        ({"encoding": "ascii", "payload": "é"}, "cannot be written in charset ascii"),
        ({"encoding": "BASE64", "payload": "é!"}, "payload is not base64"),
        ({"host": "no.such.host.invalid"}, "no.such.host.invalid cannot be resolved"),
    ],
)
def test_what_cannot_be_sent_is_told(run: Run, kind: str, more: dict[str, object], message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run(f"{kind}.Send", **{"host": "127.0.0.1", "port": 9, "payload": "x", **more})


def test_where_nobody_listens_is_told(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(TaskError, match=f"127.0.0.1:{port} cannot be reached"):
        run("tcp.Send", host="127.0.0.1", port=port, payload="x")
    with pytest.raises(TaskError, match="a datagram may have 65507"):
        run("udp.Send", host="127.0.0.1", port=port, payload="x" * 70_000)


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_addresses_that_are_forbidden_get_nothing(
    run: Run, host: MemoryHost, receiver: socket.socket, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def refuse(host: str, address: str) -> None:
        raise TaskError(f"{host} ({address}) may not be asked")

    monkeypatch.setattr(host, "_http_check", refuse)
    with pytest.raises(TaskError, match=r"127.0.0.1 \(127.0.0.1\) may not be asked"):
        run(f"{kind}.Send", host="127.0.0.1", port=receiver.getsockname()[1], payload="x")
    receiver.settimeout(0)
    with pytest.raises(BlockingIOError):
        receiver.recv(1)
