"""The function ``http``: what it sends, how it reads an answer, and what it says of one it cannot read."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tasks.web_server import WebServer
from tiercel.errors import ExpressionError
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.worker.remote import fetch

JSON, YAML, TEXT = "application/vnd.acme+json; charset=utf-8", "application/yaml", "text/plain; charset=latin-1"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as opened:
        yield opened


def asked(server: WebServer, **arguments: Json) -> Json:
    return fetch({"uri": server.url + "/", **arguments}, Dialect.V2_0)


def test_a_request_carries_what_is_said(server: WebServer) -> None:
    sent = asked(server, method="post", body={"a": [1]}, query={"q": "a b"}, headers={"X-One": 1}, accept=JSON)
    assert (sent["method"], sent["path"], json.loads(sent["body"])) == ("POST", "/?q=a+b", {"a": [1]})
    headers = sent["headers"]
    assert (headers["X-One"], headers["Accept"], headers["Content-Type"]) == ("1", JSON, "application/json")
    sent = asked(server, method="PUT", body="<a/>", contentType="text/xml")
    assert (sent["body"], sent["headers"]["Content-Type"]) == ("<a/>", "text/xml")
    assert (sent["headers"].get("Authorization"), asked(server)["method"]) == (None, "GET")


@pytest.mark.parametrize(
    ("content_type", "body", "value"),
    [(JSON, b'{"a": 1}', {"a": 1}), (YAML, b"a: [1]", {"a": [1]}), (TEXT, b"\xe9t\xe9", "été"), ("", b"{}", "{}")],
)
def test_an_answer_is_read_by_its_content_type(server: WebServer, content_type: str, body: bytes, value: Json) -> None:
    server.answers["/"] = (200, {"Content-Type": content_type}, body)
    assert asked(server) == value


@pytest.mark.parametrize(
    ("status", "content_type", "body", "said"),
    [
        (200, JSON, b"<html>", "is not the JSON it says"),
        (200, JSON, b"[" * 100_000, "is not the JSON it says"),
        (200, YAML, b"a: [", "is not the YAML it says"),
        (404, TEXT, b"no such order", "GET http.* answered 404: no such order"),
        (200, TEXT, b"a" * (10 * 1024 * 1024 + 1), "is longer than 10,485,760 bytes"),
    ],
)
def test_what_cannot_be_read_is_an_error_of_the_expression(
    server: WebServer, status: int, content_type: str, body: bytes, said: str
) -> None:
    server.answers["/"] = (status, {"Content-Type": content_type}, body)
    with pytest.raises(ExpressionError, match=said):
        asked(server)


def test_nobody_there_is_an_error_of_the_expression() -> None:
    with pytest.raises(ExpressionError, match=r"GET http://127\.0\.0\.1:1/ failed"):
        fetch({"uri": "http://127.0.0.1:1/"}, Dialect.V2_0)
