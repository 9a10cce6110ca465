from __future__ import annotations

import json

import pytest

from tasks.conftest import Run
from tasks.web_server import WebServer
from tiercel.plugins import TaskError
from tiercel.tasks.http.download import file_name
from tiercel.tasks.http.sse import read_events
from tiercel.testing.memory_host import MemoryHost


def test_a_request_gives_status_headers_and_body(run: Run, server: WebServer) -> None:
    server.answers["/hello"] = (200, {"Content-Type": "text/plain", "X-One": "1"}, b"hello")
    outputs = run("http.Request", uri=f"{server.url}/hello")
    assert (outputs["code"], outputs["body"], outputs["uri"]) == (200, "hello", f"{server.url}/hello")
    assert outputs["headers"]["x-one"] == ["1"]


def test_a_body_is_sent_as_json_by_default(run: Run, host: MemoryHost, server: WebServer) -> None:
    host.variables["inputs"] = {"name": "Ana"}
    run("http.Request", uri=server.url, method="post", body={"name": "{{ inputs.name }}"}, headers={"X-A": "b"})
    sent = server.requests[0]
    assert (sent["method"], json.loads(sent["body"])) == ("POST", {"name": "Ana"})
    assert (sent["headers"]["Content-Type"], sent["headers"]["X-A"]) == ("application/json", "b")


def test_params_are_added_to_the_query(run: Run, server: WebServer) -> None:
    run("http.Request", uri=f"{server.url}/q?a=1", params={"b": [2, 3], "c": "x y", "d": True})
    assert server.requests[0]["path"] == "/q?a=1&b=2&b=3&c=x+y&d=true"


def test_a_form_is_sent_url_encoded(run: Run, server: WebServer) -> None:
    form = {"hello": "world", "n": 1}
    run("http.Request", uri=server.url, method="POST", contentType="application/x-www-form-urlencoded", formData=form)
    assert server.requests[0]["body"] == "hello=world&n=1"
    assert server.requests[0]["headers"]["Content-Type"] == "application/x-www-form-urlencoded"


def test_stored_files_are_sent_as_parts(run: Run, host: MemoryHost, server: WebServer) -> None:
    uri = host.put("a.txt", b"content of a")
    form = {"plain": "text", "file": uri, "named": {"name": "b.txt", "content": uri}}
    run("http.Request", uri=server.url, method="POST", contentType="multipart/form-data", formData=form)
    body = server.requests[0]["body"]
    assert 'name="plain"\r\n\r\ntext' in body
    assert 'name="file"; filename="a.txt"' in body
    assert 'name="named"; filename="b.txt"' in body
    assert body.count("content of a") == 2


@pytest.mark.parametrize(
    "properties",
    [
        {"allowFailed": True},
        {"options": {"allowFailed": True}},
        {"options": {"allowedResponseCodes": [417]}},
    ],
)
def test_a_failure_may_be_allowed(run: Run, server: WebServer, properties: dict[str, object]) -> None:
    server.answers["/"] = (417, {}, b"no")
    assert run("http.Request", uri=f"{server.url}/", **properties)["code"] == 417


def test_a_failure_tells_status_and_body(run: Run, server: WebServer) -> None:
    server.answers["/"] = (500, {}, b"went wrong")
    with pytest.raises(TaskError, match="response code '500' and body:\nwent wrong"):
        run("http.Request", uri=f"{server.url}/", options={"allowedResponseCodes": [404]})


def test_redirects_are_followed_unless_told_not_to(run: Run, server: WebServer) -> None:
    server.answers["/old"] = (302, {"Location": "/new"}, b"")
    server.answers["/new"] = (200, {}, b"new")
    assert run("http.Request", uri=f"{server.url}/old")["uri"] == f"{server.url}/new"
    assert run("http.Request", uri=f"{server.url}/old", options={"followRedirects": False})["code"] == 302


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"auth": {"type": "BASIC", "username": "u", "password": "p"}}, "Basic dTpw"),
        ({"auth": {"type": "BEARER", "token": "t"}}, "Bearer t"),
        ({"basicAuthUser": "u", "basicAuthPassword": "p"}, "Basic dTpw"),
    ],
)
def test_it_logs_in(run: Run, server: WebServer, options: dict[str, object], expected: str) -> None:
    run("http.Request", uri=server.url, options=options)
    assert server.requests[0]["headers"]["Authorization"] == expected


def test_digest_answers_the_challenge(run: Run, server: WebServer) -> None:
    server.answers["/"] = (401, {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}, b"")
    auth = {"type": "DIGEST", "username": "u", "password": "p"}
    outputs = run("http.Request", uri=f"{server.url}/", options={"auth": auth, "allowFailed": True})
    assert outputs["code"] == 401
    assert server.requests[1]["headers"]["Authorization"].startswith('Digest username="u"')


def test_a_body_may_be_encrypted(run: Run, server: WebServer) -> None:
    server.answers["/"] = (200, {}, b"abc")
    outputs = run("http.Request", uri=f"{server.url}/", encryptBody=True)
    assert "body" not in outputs
    assert outputs["encryptedBody"]["value"] == "cba"


def test_every_connection_is_asked_for(run: Run, host: MemoryHost, server: WebServer) -> None:
    run("http.Request", uri=server.url)
    assert ("http.check", {"host": "127.0.0.1", "address": "127.0.0.1"}) in host.calls


def test_a_forbidden_address_is_not_connected_to(
    run: Run, host: MemoryHost, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(host: str, address: str) -> None:
        raise TaskError(f"{host} ({address}) must not be connected to")

    monkeypatch.setattr(host, "_http_check", refuse)
    with pytest.raises(TaskError, match="must not be connected to"):
        run("http.Request", uri=server.url)
    assert server.requests == []


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("ftp://example.com", "neither http:// nor https://"),
        ("nothing", "neither http:// nor https://"),
        ("http://127.0.0.1:1/", "GET http://127.0.0.1:1/ failed"),
    ],
)
def test_what_cannot_be_reached_fails_with_a_reason(run: Run, uri: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("http.Request", uri=uri)


def test_what_is_asked_for_is_logged_without_secrets(run: Run, host: MemoryHost, server: WebServer) -> None:
    options = {
        "logs": ["REQUEST_HEADERS", "REQUEST_BODY", "RESPONSE_HEADERS", "RESPONSE_BODY"],
        "auth": {"type": "BEARER", "token": "very-secret"},
    }
    run("http.Request", uri=server.url, method="POST", body="ping", options=options)
    text = "\n".join(message for _, message in host.logs)
    assert "Request body: ping" in text
    assert "authorization: ******" in text
    assert "very-secret" not in text.partition("Response body")[0]


def test_a_download_stores_the_answer(run: Run, host: MemoryHost, server: WebServer) -> None:
    server.answers["/data/rows.csv"] = (200, {}, b"a,b\n1,2\n")
    outputs = run("http.Download", uri=f"{server.url}/data/rows.csv")
    assert (outputs["code"], outputs["length"]) == (200, 8)
    assert outputs["uri"].endswith("rows.csv")
    assert host.files[outputs["uri"]] == b"a,b\n1,2\n"
    assert run("http.Download", uri=f"{server.url}/data/rows.csv", saveAs="x.txt")["uri"].endswith("x.txt")


def test_an_empty_download_fails_unless_allowed(run: Run, host: MemoryHost, server: WebServer) -> None:
    server.answers["/empty"] = (200, {}, b"")
    with pytest.raises(TaskError, match="No response from server"):
        run("http.Download", uri=f"{server.url}/empty")
    outputs = run("http.Download", uri=f"{server.url}/empty", failOnEmptyResponse=False)
    assert (outputs["length"], host.files[outputs["uri"]]) == (0, b"")
    assert host.logs[-1][0] == "WARN"


def test_a_download_has_a_limit(run: Run, server: WebServer) -> None:
    server.answers["/large"] = (200, {}, b"x" * 100)
    with pytest.raises(TaskError, match="longer than 99 bytes"):
        run("http.Download", uri=f"{server.url}/large", options={"maxContentLength": 99})


@pytest.mark.parametrize(
    ("disposition", "uri", "expected"),
    [
        ('attachment; filename="filename.jpg"', "http://h/x", "filename.jpg"),
        ("attachment; filename=plain.txt", "http://h/x", "plain.txt"),
        ("attachment; filename*=UTF-8''na%C3%AFve.txt", "http://h/x", "naïve.txt"),
        ('attachment; filename="../../etc/passwd"', "http://h/x", "passwd"),
        ('attachment; filename="..\\\\..\\\\evil.exe"', "http://h/x", "evil.exe"),
        (None, "http://h/a/b%20c.csv?d=e", "b c.csv"),
        (None, "http://h", None),
    ],
)
def test_a_file_is_named_as_it_is_offered(disposition: str | None, uri: str, expected: str | None) -> None:
    assert file_name(disposition, uri) == expected


def test_events_are_collected_and_joined(run: Run, server: WebServer) -> None:
    stream = b': hi\nid: 1\nevent: part\ndata: {"t": "Hel"}\n\ndata: {"t": "lo"}\nretry: 100\n\n'
    server.answers["/sse"] = (200, {"Content-Type": "text/event-stream"}, stream)
    outputs = run("http.SseRequest", uri=f"{server.url}/sse", concatJqExpression=".t")
    assert (outputs["size"], outputs["result"]) == (2, "Hello")
    assert outputs["events"][0] == {"id": "1", "name": "part", "data": {"t": "Hel"}, "comment": "hi"}
    assert outputs["events"][1]["retry"] == 100


def test_an_event_without_what_is_joined_fails_unless_allowed(run: Run, server: WebServer) -> None:
    server.answers["/sse"] = (200, {}, b'data: {"other": 1}\n\n')
    with pytest.raises(TaskError, match="finds nothing"):
        run("http.SseRequest", uri=f"{server.url}/sse", concatJqExpression=".t")
    outputs = run("http.SseRequest", uri=f"{server.url}/sse", concatJqExpression=".t", failedOnMissingJq=False)
    assert outputs["result"] == ""


def test_event_data_of_several_lines_is_joined() -> None:
    (event,) = read_events(["data: a", "data: b"])
    assert event.data == "a\nb"
