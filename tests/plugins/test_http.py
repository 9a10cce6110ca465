"""The HTTP client of a task, against a server of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tiercel.plugins import RunContext, TaskError
from tiercel.testing.memory_host import MemoryHost


class Server(ThreadingHTTPServer):
    """Keeps what it was asked, and the statuses it answers before 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str]] = []
        self.statuses: list[int] = []


class Handler(BaseHTTPRequestHandler):
    """Answers what the server was told to, one status after another, then 200."""

    server: Server

    def do_GET(self) -> None:
        self.server.seen.append((self.command, self.path))
        statuses = self.server.statuses
        status = statuses.pop(0) if statuses else 200
        body = self.path.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 503:
            self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 (the name the library looks for)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryHost:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return MemoryHost(tmp_path)


@pytest.fixture
def ctx(host: MemoryHost) -> RunContext:
    return host.run_context()


def url(server: Server, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


def test_an_answer(server: Server, ctx: RunContext, host: MemoryHost) -> None:
    answer = ctx.http.get(url(server, "/a"), params={"b": 1})
    assert (answer.status_code, answer.text) == (200, "/a?b=1")
    assert ("http.check", {"host": "127.0.0.1", "address": "127.0.0.1"}) in host.calls


def test_a_request_is_sent_again_when_that_may_help(server: Server, ctx: RunContext, host: MemoryHost) -> None:
    server.statuses += [502, 503]
    assert ctx.http.get(url(server, "/a")).status_code == 200
    assert len(server.seen) == 3
    assert [call["seconds"] for name, call in host.calls if name == "wait"] == [0.5, 7.0]


def test_what_must_not_happen_twice_is_sent_once(server: Server, ctx: RunContext) -> None:
    server.statuses += [502]
    assert ctx.http.post(url(server, "/a"), json={"b": 1}).status_code == 502
    assert len(server.seen) == 1


def test_nobody_is_there(ctx: RunContext, host: MemoryHost) -> None:
    with pytest.raises(TaskError, match=r"GET http://127\.0\.0\.1:1/ failed: "):
        ctx.http.get("http://127.0.0.1:1/")
    assert len([name for name, _ in host.calls if name == "wait"]) == 2


def test_what_the_installation_forbids_is_not_connected_to(
    server: Server, ctx: RunContext, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(host: str, address: str) -> None:
        raise TaskError(f"{host} ({address}) may not be asked")

    monkeypatch.setattr(host, "_http_check", refuse, raising=True)
    with pytest.raises(TaskError, match=r"127\.0\.0\.1 \(127\.0\.0\.1\) may not be asked"):
        ctx.http.get(url(server, "/a"))
    assert server.seen == []


def test_a_proxy_of_the_environment(server: Server, ctx: RunContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", url(server, ""))
    assert ctx.http.get("http://far.example/b").text == "http://far.example/b"
    monkeypatch.setenv("no_proxy", "example, 127.0.0.1")
    assert ctx.http.get(url(server, "/near")).text == "/near"
    with ctx.http.client(proxy="", retries=0) as client, pytest.raises(httpx.ConnectError):
        client.get("http://far.invalid/b")


def test_an_answer_in_pieces(server: Server, ctx: RunContext) -> None:
    with ctx.http.client() as client, client.stream("GET", url(server, "/stream")) as answer:
        assert b"".join(answer.iter_bytes()) == b"/stream"
