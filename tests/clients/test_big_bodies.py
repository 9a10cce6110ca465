"""Bodies larger than memory should be: they pass through a server of its own, whose memory is watched from outside.

``TEST_TIERCEL_UPLOAD_MIB`` sets how large they are; 2048 is what is promised.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
from _io import BufferedReader
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx import Response

from clients.conftest import serving

MIB = 1024 * 1024
SIZE = int(os.environ.get("TEST_TIERCEL_UPLOAD_MIB", "400")) * MIB
GROWTH = 144 * MIB
PATIENCE = 60 + SIZE / MIB
FLOW = """
id: big
namespace: dev
inputs:
  - {id: data, type: FILE}
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.data }}"}
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


class Serving(httpx.Client):
    """A client that knows the process it speaks with."""

    pid: int


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with (
        serving(tmp_path_factory.mktemp("big"), "--no-auth") as (url, _, pid),
        Serving(timeout=PATIENCE) as client,
    ):
        client.base_url, client.pid = httpx.URL(url), pid
        answer = client.post("/api/v1/main/flows", content=FLOW, headers={"content-type": "application/x-yaml"})
        answer.raise_for_status()
        # What is loaded with the first upload and download is no growth.
        start(client, b"small")
        save(client, "warm.bin", b"small")
        yield client


@pytest.fixture
def large(tmp_path: Path) -> Iterator[BufferedReader]:
    """A file of that size, all zeros, which takes no place on the disk of the sender."""
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(SIZE)
    with path.open("rb") as file:
        yield file


def start(client: Serving, file: BufferedReader | bytes) -> dict[str, Any]:
    answer = client.post("/api/v1/main/executions/dev/big", params={"wait": "true"}, files={"data": ("data.bin", file)})
    assert answer.status_code == 200, answer.text
    execution: dict[str, Any] = answer.json()
    assert execution["state"]["current"] == "SUCCESS"
    return execution


def save(client: Serving, path: str, file: BufferedReader | bytes) -> Response:
    return client.post(
        "/api/v1/main/namespaces/dev/files", params={"path": f"/{path}"}, files={"fileContent": (path, file)}
    )


def peak_bytes(client: Serving) -> int:
    """The most memory the process ever had."""
    status = Path(f"/proc/{client.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def read(client: Serving, url: str, **params: str) -> int:
    """How many bytes an answer has."""
    count = 0
    with client.stream("GET", url, params=params) as answer:
        assert answer.status_code == 200
        for chunk in answer.iter_bytes():
            count += len(chunk)
    return count


def test_a_file_goes_into_an_execution_and_comes_back_in_flat_memory(server: Serving, large: BufferedReader) -> None:
    before = peak_bytes(server)
    execution = start(server, large)
    assert peak_bytes(server) - before < GROWTH
    path = f"/api/v1/main/executions/{execution['id']}/file"
    assert server.get(path + "/metas", params={"path": execution["inputs"]["data"]}).json() == {"size": SIZE}
    assert read(server, path, path=execution["inputs"]["data"]) == SIZE
    assert peak_bytes(server) - before < GROWTH


def test_a_file_of_a_namespace_passes_in_flat_memory(server: Serving, large: BufferedReader) -> None:
    before = peak_bytes(server)
    assert save(server, "large.bin", large).status_code == 200
    assert read(server, "/api/v1/main/namespaces/dev/files", path="/large.bin") == SIZE
    assert peak_bytes(server) - before < GROWTH


@pytest.mark.parametrize(
    "path", ["/api/v1/main/executions/webhook/dev/big/secret", "/api/v1/main/flows", "/api/v1/main/flows/validate"]
)
def test_a_body_beyond_the_limit_is_refused_before_it_is_read(server: Serving, path: str) -> None:
    """The server answers although not one byte of the body has been sent."""
    with socket.create_connection((server.base_url.host, server.base_url.port), timeout=PATIENCE) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {server.base_url.host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {20 * MIB}\r\n\r\n".encode()
        )
        answer = connection.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 413 ")


def test_a_body_that_does_not_say_its_size_is_cut_off(server: Serving) -> None:
    sent = threading.Event()

    def pieces() -> Iterator[bytes]:
        for number in range(64):
            if number == 63:
                sent.set()
            yield b"x" * MIB

    before = peak_bytes(server)
    try:
        status = server.post(
            "/api/v1/main/flows", content=pieces(), headers={"content-type": "application/x-yaml"}
        ).status_code
    except httpx.TransportError:
        status = 413  # it closed the connection while the rest was on its way
    assert status == 413
    assert peak_bytes(server) - before < GROWTH
