"""Walks the table of routes: each is behind the guard, and the list of public ones is exact."""

from __future__ import annotations

import re

from tiercel.api.app import ROUTES
from tiercel.api.gate import CALL_METHODS, PUBLIC, PUBLIC_CALLS

PAGES = {("GET", "/"), ("GET", "/ui"), ("GET", "/ui/{path:path}")}
"""The files of the web interface, which tell nothing of the installation."""

CALLS = {
    (method, "/api/v1/main/executions/webhook/{namespace:str}/{flow_id:str}/{key:path}")
    for method in ("GET", "POST", "PUT")
}
"""Webhooks, whose key is the right to start what they start."""


def table():
    found = set()
    for handler in ROUTES:
        for path in handler.paths:
            for method in handler.http_methods:
                found.add((str(getattr(method, "value", method)), path))
    return sorted(found)


def filled(path):
    return re.sub(r"\{\w+:(str|path)\}", "x" * 20, path)


def test_the_public_list_is_frozen():
    assert {
        ("GET", "/ping"),
        ("GET", "/health"),
        ("GET", "/health/liveness"),
        ("GET", "/health/readiness"),
        ("GET", "/api/v1/configs/login"),
        ("POST", "/api/v1/login"),
        ("POST", "/login"),
        ("POST", "/api/v1/main/basicAuth"),
    } == PUBLIC
    calls = {(method, path) for method, path in table() if path.startswith(PUBLIC_CALLS)}
    assert calls == {(method, path) for method, path in CALLS if method in CALL_METHODS} == CALLS
    assert {(method, path) for method, path in table() if not path.startswith("/api/")} == PAGES | {
        ("GET", "/ping"),
        ("GET", "/health"),
        ("GET", "/health/liveness"),
        ("GET", "/health/readiness"),
        ("GET", "/api"),
        ("GET", "/metrics"),
        ("GET", "/prometheus"),
        ("GET", "/swagger/kestra.yml"),
        ("POST", "/login"),
        ("POST", "/logout"),
    }


def test_every_public_route_exists():
    assert set(table()) >= PUBLIC | PAGES | CALLS


def test_routes_are_declared_once():
    seen = {}
    for handler in ROUTES:
        for path in handler.paths:
            for method in handler.http_methods:
                key = (str(getattr(method, "value", method)), re.sub(r"\{\w+:str\}", "{}", path))
                assert key not in seen, f"{key} is both {seen.get(key)} and {handler}"
                seen[key] = handler


async def test_nobody_comes_in_unknown(open_server):
    async with open_server(is_open=False) as client:
        for method, path in table():
            response = await client.request(method, filled(path))
            is_public = (method, path) in PUBLIC | PAGES | CALLS
            assert (response.status_code != 401) is is_public, (method, path)
        for path in (
            "/api/v1/main/nothing",
            "/api/v1/main/executions/webhooks/a/b/c",
            "/ping/x",
            "/uix",
            "/api/v1/main/flows/search/ui/",
        ):
            assert (await client.get(path)).status_code == 401, path


NOT_CONFIGURED = "/api/v1/main/ai/"
"""What answers 503 until a language model is set."""


async def test_no_route_breaks_on_nothing(client):
    """An empty request to what does not exist is answered, never with an error of the server."""
    for method, path in table():
        if "follow" in path or (method, path) in PAGES:
            continue
        response = await client.request(method, filled(path))
        if path.startswith(NOT_CONFIGURED):
            assert response.status_code == 503, path
            continue
        assert response.status_code < 500, (method, path, response.text)
        if response.status_code >= 400:
            body = response.json()
            assert {"message", "title", "status", "detail", "instance", "type"} <= set(body), (method, path, body)


async def test_what_is_no_route_is_said(client):
    assert (await client.get("/api/v1/main/nothing")).status_code == 404
    assert (await client.delete("/ping")).status_code == 405
    body = (await client.get("/api/v1/main/nothing")).json()
    assert (body["status"], body["type"].rpartition("/")[2]) == (404, "not-found")


async def test_errors_of_the_server_say_nothing_of_it(client, monkeypatch, caplog):
    monkeypatch.setattr("tiercel.operations.flow_search.repository.list_namespace_flows", None)
    response = await client.get("/api/v1/main/flows/dev")
    body = response.json()
    assert response.status_code == 500
    assert body["message"].startswith("An unexpected error occurred")
    assert "NoneType" not in response.text
    assert body["traceId"] in caplog.text
    assert "NoneType" in caplog.text
