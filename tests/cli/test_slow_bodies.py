"""Bodies that do not come, or come too slowly, are given up by a server that serves others meanwhile."""

from __future__ import annotations

import socket

import pytest

from cli.served import API, save_flow, serving, variables_of

HOOK = """
id: hook
namespace: dev
tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: hello}]
triggers: [{id: w, type: io.kestra.plugin.core.trigger.Webhook, key: s3cret}]
"""
FORM = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n'


SLOW = """
id: slow
namespace: dev
tasks: [{id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT2S}]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Flows, and what a server with time for bodies does: one with little of it might lose them on a busy machine."""
    home = tmp_path_factory.mktemp("home")
    with serving(variables_of(home), home) as (_, client):
        save_flow(client, HOOK)
        save_flow(client, SLOW)
        body = FORM + b"hello" * 500 + b"\r\n--b--\r\n"
        taken = send(client, "multipart/form-data; boundary=b", len(body), body[:30], body[30:2000], body[2000:])
    return home, taken


@pytest.fixture(scope="module")
def client(home):
    with serving(variables_of(home[0], TIERCEL_SERVER_BODY_WAIT_SECONDS="0.5"), home[0]) as (_, client):
        yield client


def send(client, content_type, length, *pieces):
    """Send the head of a call and some of its body; gives the answer."""
    head = (
        f"POST {API}/executions/webhook/dev/hook/s3cret HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=60) as connection:
        connection.sendall(head.encode())
        for piece in pieces:
            connection.sendall(piece)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


@pytest.mark.parametrize(
    ("content_type", "pieces"),
    [("application/json", []), ("application/json", [b'{"a"']), ("multipart/form-data; boundary=b", [FORM, b"half"])],
)
def test_one_that_stops_is_given_up(client, content_type, pieces):
    before = client.get(f"{API}/executions/search").json()["total"]
    answer = send(client, content_type, 10_000, *pieces)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"did not come within 0.5 seconds" in answer
    assert client.get("/ping").status_code == 200
    assert client.get(f"{API}/executions/search").json()["total"] == before


def test_one_that_drips_is_given_up(client):
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=60) as connection:
        head = (
            f"POST {API}/executions/webhook/dev/hook/s3cret HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
        )
        connection.sendall(head.encode())
        connection.settimeout(0.05)
        answer = b""
        for _ in range(1000):
            try:
                answer = connection.recv(65536)
                break
            except TimeoutError:
                connection.sendall(b"x")
    assert answer.startswith(b"HTTP/1.1 408")


def test_one_that_comes_in_pieces_is_taken(home):
    _, answer = home
    assert answer.startswith(b"HTTP/1.1 200")
    assert b'"size":2500' in answer


def test_answers_that_take_longer_are_not_cut(client):
    waited = client.post(f"{API}/executions/dev/slow", params={"wait": "true"})
    assert (waited.status_code, waited.json()["state"]["current"]) == (200, "SUCCESS")
    started = client.post(f"{API}/executions/dev/slow").json()["id"]
    with client.stream("GET", f"{API}/executions/{started}/follow") as stream:
        assert "SUCCESS" in "".join(stream.iter_text())
