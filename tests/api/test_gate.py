from __future__ import annotations

import json

import pytest

from tiercel.api.gate import PUBLIC, Everybody, Gate, Limits
from tiercel.api.tenancy import TenantError, canonical_path
from tiercel.operations.actor import LOCAL

ID = "0353xHW3fb4feaBkMI2qTS"
LIMITS = Limits(body_bytes=10, upload_bytes=20)


class Nobody:
    """Knows no one."""

    is_open = False

    async def identify(self, call):
        return None


class Inner:
    """An application that notes what reaches it, and reads the body."""

    def __init__(self):
        self.scope = None

    async def __call__(self, scope, receive, send):
        self.scope = scope
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def ask(gate, path="/api/v1/main/flows/search", method="GET", headers=None, body=b""):
    headers = {"host": "localhost:8080", **(headers or {})}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await gate(scope, receive, send)
    body = json.loads(sent[1]["body"]) if sent[1]["body"] else None
    return sent[0]["status"], body


@pytest.fixture
def inner():
    return Inner()


@pytest.fixture
def gate(inner):
    return Gate(inner, Everybody(LOCAL), ["falcon.example"], LIMITS)


@pytest.mark.parametrize("host", ["localhost", "localhost:9", "127.0.0.1:8080", "[::1]:8080", "FALCON.example"])
async def test_known_hosts_come_in(gate, inner, host):
    assert (await ask(gate, headers={"host": host}))[0] == 200
    assert inner.scope["state"]["actor"] is LOCAL


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example:8080"])
async def test_other_hosts_are_refused(gate, inner, host):
    status, body = await ask(gate, headers={"host": host})
    assert (status, inner.scope) == (403, None)
    assert "allowed_hosts" in body["message"]


async def test_an_origin_must_be_the_servers_own(gate, inner):
    assert (await ask(gate, headers={"origin": "http://localhost:8080"}))[0] == 200
    for origin in ("http://localhost:9999", "https://evil.example", "null"):
        inner.scope = None
        assert (await ask(gate, headers={"origin": origin}))[0] == 403
        assert inner.scope is None


async def test_a_large_body_is_refused_before_it_is_read(gate, inner):
    status, body = await ask(gate, method="POST", headers={"content-length": "11"}, body=b"x" * 11)
    assert (status, inner.scope) == (413, None)
    assert body["status"] == 413


async def test_files_may_be_larger(gate):
    headers = {"content-length": "20", "content-type": "multipart/form-data; boundary=x"}
    assert (await ask(gate, method="POST", headers=headers, body=b"x" * 20))[0] == 200
    assert (await ask(gate, method="POST", headers=headers | {"content-length": "21"}))[0] == 413


async def test_a_body_longer_than_it_says_is_stopped(gate):
    with pytest.raises(Exception, match="longer than the 10 bytes") as caught:
        await ask(gate, method="POST", headers={"content-length": "1"}, body=b"x" * 11)
    assert caught.value.status_code == 413


async def test_who_is_not_known_reaches_the_public_routes_only(inner):
    gate = Gate(inner, Nobody(), [], LIMITS)
    assert (await ask(gate))[0] == 401
    assert inner.scope is None
    for method, path in sorted(PUBLIC):
        assert (await ask(gate, path=path, method=method))[0] == 200
        assert inner.scope["state"]["actor"].permissions == frozenset()
        assert (await ask(gate, path=path, method="DELETE"))[0] == 401


@pytest.mark.parametrize("path", ["/", "/ui", "/ui/", "/ui/assets/index.js", "/ui/flows/edit/dev/hello"])
async def test_the_pages_of_the_interface_are_public(inner, path):
    gate = Gate(inner, Nobody(), [], LIMITS)
    assert (await ask(gate, path=path))[0] == 200
    assert inner.scope["state"]["actor"].permissions == frozenset()
    assert (await ask(gate, path=path, method="POST"))[0] == 401
    assert (await ask(gate, path=path, headers={"host": "evil.example"}))[0] == 403


@pytest.mark.parametrize("path", ["/uix", "/ui.json", "/api/v1/main/flows/ui", "/api/ui/"])
async def test_what_only_looks_like_a_page_is_not_public(inner, path):
    assert (await ask(Gate(inner, Nobody(), [], LIMITS), path=path))[0] == 401


async def test_the_head_of_an_answer_may_be_asked_for(client):
    for path, status in (("/ping", 200), ("/api/v1/main/flows/search", 200), ("/api/v1/main/flows/dev/none", 404)):
        got, head = await client.get(path), await client.head(path)
        assert (head.status_code, head.content) == (status, b"")
        assert [head.headers[name] for name in ("content-type", "content-length")] == [
            got.headers[name] for name in ("content-type", "content-length")
        ]
    for path in ("executions/x/follow", "events?topics=flows", "executions/webhook/dev/hook/key"):
        assert (await client.head(f"/api/v1/main/{path}")).status_code == 405, path


async def test_the_tenant_may_be_left_out(gate, inner):
    await ask(gate, path="/api/v1/flows/search")
    assert inner.scope["path"] == "/api/v1/main/flows/search"


async def test_another_tenant_is_refused(gate):
    status, body = await ask(gate, path="/api/v1/acme/flows/search")
    assert (status, body["message"]) == (400, "Tenant must be 'main' for OSS version")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("POST /api/v1/executions/dev/hello", "/api/v1/main/executions/trigger/dev/hello"),
        ("POST /api/v1/executions/dev/file", "/api/v1/main/executions/trigger/dev/file"),
        ("POST /api/v1/executions/dev/kill", "/api/v1/main/executions/trigger/dev/kill"),
        ("POST /api/v1/executions/trigger/dev/hello", "/api/v1/main/executions/trigger/dev/hello"),
        ("POST /api/v1/executions/dev/hello/validate", "/api/v1/main/executions/trigger/dev/hello/validate"),
        (f"POST /api/v1/executions/{ID}/pause", f"/api/v1/main/executions/{ID}/actions/pause"),
        (f"POST /api/v1/executions/{ID}/resume/validate", f"/api/v1/main/executions/{ID}/actions/resume/validate"),
        (f"POST /api/v1/executions/{ID}/actions/pause", f"/api/v1/main/executions/{ID}/actions/pause"),
        (f"DELETE /api/v1/executions/{ID}/kill", f"/api/v1/main/executions/{ID}/actions/kill"),
        (f"DELETE /api/v1/executions/{ID}", f"/api/v1/main/executions/{ID}"),
        ("DELETE /api/v1/executions/kill/by-ids", "/api/v1/main/executions/kill/by-ids"),
        ("POST /api/v1/executions/pause/by-query", "/api/v1/main/executions/pause/by-query"),
        ("POST /api/v1/executions/latest", "/api/v1/main/executions/latest"),
        (f"GET /api/v1/executions/{ID}/file", f"/api/v1/main/executions/{ID}/file"),
        ("GET /api/v1/main/flows", "/api/v1/main/flows"),
        ("GET /api/v1/executions", "/api/v1/main/executions"),
        ("GET /api/v1/executions/a/b", "/api/v1/main/executions/a/b"),
        ("GET /api/v1/configs", "/api/v1/configs"),
        ("GET /api/v1/plugins/schemas/flow", "/api/v1/plugins/schemas/flow"),
        ("GET /api/v1/plugins/flows", "/api/v1/plugins/flows"),
        ("GET /ping", "/ping"),
    ],
)
def test_canonical_paths(given, expected):
    assert canonical_path(*given.split(" ")) == expected


def test_a_namespace_named_like_a_resource_is_no_tenant():
    assert canonical_path("GET", "/api/v1/flows/executions/x") == "/api/v1/main/flows/executions/x"
    with pytest.raises(TenantError):
        canonical_path("GET", "/api/v1/other/executions/x")
