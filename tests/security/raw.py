"""Requests that no library cleans: paths, headers and bodies go to the application byte for byte."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

HOST = (b"host", b"localhost:8080")


class Answer(NamedTuple):
    """What came back; names of headers are in lower case."""

    status: int
    headers: dict
    body: bytes


def application(client):
    """Give the application that a client of the tests talks to."""
    return client._transport.app  # noqa: SLF001 (nothing else leads there)


async def send(app, path, method="GET", *, headers=(HOST,), query=b"", body=b""):
    """Send one request."""
    sent, left = [], [body]

    async def receive():
        return {"type": "http.request", "body": left.pop() if left else b"", "more_body": False}

    async def answer(message):
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "2",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query,
    }
    await app(scope | {"headers": list(headers), "client": ("127.0.0.1", 1)}, receive, answer)
    found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], found, b"".join(part.get("body", b"") for part in sent[1:]))
