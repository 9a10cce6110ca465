"""Class 11: a page of another site can neither ask in the name of a user nor show this one in a frame."""

from __future__ import annotations

from itertools import product

from api.users import ADMIN, PASSWORD, basic
from security.raw import HOST, application, send

ROOT = "/api/v1/main"


async def test_a_change_by_cookie_needs_what_another_site_cannot_know(guarded):
    async with guarded() as client:
        signed = await client.post("/api/v1/login", json={"username": ADMIN, "password": PASSWORD})
        cookie, token = f"tiercel_session={signed.cookies['tiercel_session']}", signed.json()["csrfToken"]
        client.cookies.clear()
        path = f"{ROOT}/namespaces/team/kv/color"
        for headers in (
            {},
            {"x-csrf-token": ""},
            {"x-csrf-token": token[:-1]},
            {"x-csrf-token": "forged", "cookie": f"{cookie}; csrfToken=forged"},
            {"content-type": "text/plain"},
            {"content-type": "application/x-www-form-urlencoded"},
        ):
            for method in ("PUT", "DELETE"):
                answer = await client.request(method, path, content="1", headers={"cookie": cookie} | headers)
                assert answer.status_code == 403, headers
        right = {"cookie": cookie, "x-csrf-token": token}
        assert (await client.put(path, content="1", headers=right)).status_code == 200


async def test_no_other_origin_is_answered_and_none_is_allowed(guarded):
    async with guarded() as client:
        app = application(client)
        origins = [
            *(
                b"https://evil.example",
                b"null",
                b"http://localhost:8080.evil.example",
                b"http://localhost",
                b"file://",
                b"[",
            ),
            *(b"http://evil.example/localhost:8080", b"http://localhost:8081", b"http://localhost:8080@evil.example"),
        ]
        known = (b"authorization", basic(ADMIN)["authorization"].encode())
        for origin, method in product(origins, ("GET", "POST", "OPTIONS")):
            asked = (b"access-control-request-method", b"PUT")
            answer = await send(app, f"{ROOT}/configs", method, headers=[HOST, known, (b"origin", origin), asked])
            assert answer.status == 403, origin
            assert not [name for name in answer.headers if name.startswith("access-control-")]
        answer = await send(app, f"{ROOT}/configs", headers=[HOST, known, (b"origin", b"http://localhost:8080")])
        assert answer.status == 200
        assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_pages_run_nothing_of_others_and_are_in_no_frame(client):
    for path in ("/ui/", "/ui/main/flows", "/ui/x"):
        answer = await client.get(path)
        policy = answer.headers["content-security-policy"]
        for part in (
            "default-src 'self'",
            "script-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ):
            assert part in policy
        assert "unsafe-eval" not in policy
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        assert answer.headers["x-frame-options"] == "DENY"
    for path in ("/ui/", f"{ROOT}/configs", "/ping", f"{ROOT}/flows/absent/absent", "/nothing"):
        answer = await client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["cross-origin-resource-policy"] == "same-origin", path


async def test_no_redirect_leaves_this_server(client):
    app = application(client)
    for path in ("/", "//evil.example", "/\\evil.example", "/ui//evil.example", "/%2f%2fevil.example", "/ui", "/api"):
        for query in (b"", b"next=https://evil.example", b"redirect=//evil.example", b"returnTo=https://evil.example"):
            answer = await send(app, path, query=query)
            assert "evil.example" not in answer.headers.get("location", ""), path


async def test_a_line_break_in_a_request_is_none_in_an_answer_or_a_log(client, caplog, monkeypatch):
    app = application(client)
    injected = "%0d%0aX-Injected:%201%0d%0a%0d%0a<script>"
    for path in (f"{ROOT}/flows/{injected}", f"{ROOT}/executions/{injected}/file", f"/ui/{injected}", f"/{injected}"):
        answer = await send(app, path, query=injected.encode())
        assert "x-injected" not in answer.headers
        assert not any("\r" in value or "\n" in value for value in answer.headers.values())
        assert "html" not in answer.headers["content-type"] or path.startswith("/ui/")
    monkeypatch.setattr("tiercel.operations.flow_search.repository.list_namespace_flows", None)
    answer = await send(app, f"{ROOT}/flows/dev%0aERROR%20forged")
    answer = answer if answer.status == 500 else await send(app, f"{ROOT}/flows/dev", query=b"%0aforged")
    assert answer.status == 500
    assert not [record for record in caplog.records if "\n" in record.getMessage()]
