"""Walks the whole table of routes as each kind of user, with requests that would work for an admin."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

import pytest

from api.calls import ABSENT, NOTHING_DONE, SOURCE, dump, filled_with, walk
from api.test_routes import CALLS, PAGES, table
from api.users import ADMIN, EDITOR, NOTHING, VIEWER, YAML, basic
from tiercel.api.gate import PUBLIC
from tiercel.operations.actor import Resource
from tiercel.operations.roles import permissions_of
from tiercel.repository.users import Grant, User, add_user

READING = {
    *(
        ("POST", f"/api/v1/main/dashboards/{path}")
        for path in (
            *("charts/export", "charts/export/to-csv", "charts/preview", "validate", "validate/chart"),
            "{dashboard_id:str}/charts/{chart_id:str}",
            "{dashboard_id:str}/charts/{chart_id:str}/export",
            "{dashboard_id:str}/charts/{chart_id:str}/export/to-csv",
        )
    ),
    ("POST", "/api/v1/main/executions/latest"),
    ("POST", "/api/v1/main/executions/{execution_id:str}/actions/resume/validate"),
    ("POST", "/api/v1/main/flows/expressions"),
    ("POST", "/api/v1/main/flows/graph"),
    ("POST", "/api/v1/main/flows/source/replace/preview"),
    ("POST", "/api/v1/main/flows/validate"),
    ("POST", "/api/v1/main/flows/validate/task"),
    ("POST", "/api/v1/main/flows/validate/trigger"),
    ("POST", "/api/v1/main/mcp/{server_id:str}"),
    ("POST", "/api/v1/main/namespaces/autocomplete"),
    ("POST", "/api/v1/main/triggers/backfill/preview"),
    ("POST", "/api/v1/notifications/read-all"),
    ("POST", "/api/v1/notifications/{notification_id:str}/read"),
    ("POST", "/api/v1/notifications/{notification_id:str}/unread"),
    ("POST", "/api/v1/plugins/auto-install/detect"),
    ("POST", "/api/v1/plugins/pluginUiManifest"),
    ("PUT", "/api/v1/main/concurrency-limit/{namespace:str}/{flow_id:str}"),
}
"""Not every reader asks with GET."""

OWN = {
    ("GET", "/api/v1/basicAuthValidationErrors"),
    ("GET", "/api/v1/configs"),
    ("GET", "/api/v1/main/configs"),
    ("GET", "/api/v1/main/me"),
    ("GET", "/api/v1/main/me/preferences"),
    ("GET", "/api/v1/main/me/preferences/{key:str}"),
    ("PUT", "/api/v1/main/me/preferences/{key:str}"),
    ("DELETE", "/api/v1/main/me/preferences/{key:str}"),
    ("POST", "/api/v1/logout"),
    ("POST", "/logout"),
}
"""What everybody who is known may ask."""

ADMINISTRATION = {
    ("GET", "/api/v1/main/audit"),
    ("GET", "/api/v1/main/secrets"),
    ("GET", "/api/v1/main/settings"),
    ("GET", "/api/v1/main/namespaces/{namespace:str}/inherited-secrets"),
    ("GET", "/api/v1/main/namespaces/{namespace:str}/secrets"),
    ("GET", "/api/v1/main/users"),
    ("GET", "/api/v1/main/users/{name:str}"),
    ("GET", "/api/v1/main/users/{name:str}/tokens"),
    ("GET", "/api/v1/plugins/install/{job_id:str}"),
}
"""What a viewer may not even see."""


def is_streaming(route):
    return "follow" in route[1] or route[1].endswith("/events")


GUARDED = [route for route in table() if route not in PUBLIC | PAGES | CALLS]
ROUTES = [route for route in GUARDED if not is_streaming(route)]
STREAMS = [route for route in GUARDED if is_streaming(route)]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, {401}), (basic(ADMIN, "wrong"), {401, 429}), ({"authorization": "Bearer tiercel_x"}, {401})],
    ids=["nobody", "wrong password", "wrong token"],
)
async def test_who_is_not_known_gets_nowhere(guarded, headers, expected):
    async with guarded() as client:
        place = await filled_with(client, "team")
        before = await dump(client)
        found = await walk(client, place, headers, GUARDED)
        assert {key: status for key, status in found.items() if status not in expected} == {}
        assert await dump(client) == before


OTHER_SPELLINGS = [
    *("//api/v1/main/kv", "/api//v1/main/kv", "/api/v1/main/kv/", "/API/v1/main/kv", "/api/v1/main/KV"),
    *("/ping/../api/v1/main/kv", "/ping/..;/api/v1/main/kv", "/ping;/api/v1/main/kv", "/api/v1/main/kv;x=/ping"),
    *("/ping/", "/health/x", "/x/ping", "/api/v1/configs/login/", "/api/v1/configs/login/../../main/kv"),
    *("/api/v1/main/configs/login", "/api/v1/main/kv?/ping", "/api/v1/main/kv%00", "/api%2fv1%2fmain%2fkv"),
    *("/api/v1/main%2fkv", "/ping%2f..%2fapi/v1/main/kv", "/uix/../api/v1/main/kv", "/api/v1/login"),
]


async def status_of(app, path, method="GET"):
    """Ask with a path that no library cleans; gives the status and the type of the answer."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "2",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
    }
    await app(scope | {"headers": [(b"host", b"localhost")], "client": ("1.1.1.1", 1)}, receive, send)
    headers = dict(sent[0]["headers"])
    return sent[0]["status"], headers.get(b"content-type", b"").partition(b";")[0]


async def test_no_spelling_of_a_path_leads_past_the_guard(open_server):
    async with open_server(is_open=False) as client:
        app = client.installation.application(is_open=False)
        for path in OTHER_SPELLINGS:
            assert await status_of(app, path) == (401, b"application/problem+json"), path
        for path in ("/ui/../api/v1/main/kv", "/ui/%2e%2e/api/v1/main/kv", "/ui//api/v1/main/kv", "/ui/..%2fapi/v1"):
            status, kind = await status_of(app, path)
            assert (status in {200, 503}, kind in {b"text/html", b"text/plain"}) == (True, True), path
            assert (await status_of(app, path, "POST"))[0] == 401, path


async def test_who_has_no_role_gets_nowhere(guarded):
    async with guarded() as client:
        place = await filled_with(client, "team")
        before = await dump(client)
        routes = [route for route in GUARDED if route not in OWN]
        async with asyncio.timeout(120):  # a stream that lets somebody in would not end
            found = await walk(client, place, basic(NOTHING), routes)
        assert {key: status for key, status in found.items() if status != 403} == {}
        assert await dump(client) == before


async def test_a_viewer_sees_and_changes_nothing(guarded):
    async with guarded() as client:
        place = await filled_with(client, "team")
        before = await dump(client)
        reading = [route for route in ROUTES if route[0] == "GET" or route in READING]
        writing = [route for route in ROUTES if route not in reading and route not in OWN]
        found = await walk(client, place, basic(VIEWER), writing)
        exports = {key: status for key, status in found.items() if "/export/" in key[2]}
        assert set(exports.values()) == {200}
        absent = {
            key
            for key, status in found.items()
            if status == NOTHING_DONE or (status == 404 and (key[2].endswith(ABSENT) or "/triggers" in key[2]))
        }
        allowed = exports.keys() | absent
        assert {key: status for key, status in found.items() if status != 403 and key not in allowed} == {}
        seen = await walk(client, place, basic(VIEWER), [route for route in reading if route not in ADMINISTRATION])
        assert {key: status for key, status in seen.items() if status in {401, 403}} == {}
        hidden = await walk(client, place, basic(VIEWER), sorted(ADMINISTRATION))
        assert set(hidden.values()) == {403}
        assert await dump(client) == before


async def test_an_editor_of_one_namespace_gets_nothing_of_another(guarded):
    async with guarded() as client:
        place = await filled_with(client, "teams")
        before = await dump(client)
        wide = ("{kind", "/plugins/", "by-query", "/me/preferences/", AWAITING)
        routes = [route for route in GUARDED if "{" in route[1] and not any(part in route[1] for part in wide)]
        async with asyncio.timeout(120):
            found = await walk(client, place, basic(EDITOR), routes)
        seen = {path for (_, path, _), status in found.items() if status not in {400, 403, 404, 422}}
        assert seen <= NARROWED
        assert await dump(client) == before


AWAITING = "/executions/{execution_id:str}/follow"
"""What waits for an execution to appear; tests/security/test_class_06 holds it to tell nothing."""

NARROWED = {
    "/api/v1/notifications/{notification_id:str}/read",
    "/api/v1/notifications/{notification_id:str}/unread",
    "/api/v1/main/namespaces/{namespace:str}",
    "/api/v1/main/namespaces/{namespace:str}/inherited-secrets",
    "/api/v1/main/namespaces/{namespace:str}/kv",
    "/api/v1/main/triggers/{namespace:str}/{flow_id:str}",
}
"""What tells only the name that was asked with, or the part of a list that may be seen."""


async def test_lists_show_what_may_be_seen(guarded):
    async with guarded() as client:
        for namespace in ("team.a", "teams", "other"):
            await filled_with(client, namespace)
        lists = ["executions/search", "flows/search", "logs/search", "kv", "flows/source?q=message"]
        for path in lists:
            everything = (await client.get(f"/api/v1/main/{path}", headers=basic(VIEWER))).text
            own = (await client.get(f"/api/v1/main/{path}", headers=basic(EDITOR))).json()
            assert "other" in everything, path
            assert own["total"] == 1, path
            assert "team.a" in str(own), path
            assert "other" not in str(own), path
        for path in ("flows/distinct-namespaces", "executions/namespaces"):
            assert (await client.get(f"/api/v1/main/{path}", headers=basic(EDITOR))).json() == ["team.a"]
        zipped = await client.get("/api/v1/main/flows/export/by-query", headers=basic(EDITOR))
        assert (b"team.a-hello" in zipped.content, b"other-hello" in zipped.content) == (True, False)
        gone = await client.delete("/api/v1/main/flows/delete/by-query", headers=basic(EDITOR))
        assert gone.json()["count"] == 1
        assert (await client.get("/api/v1/main/flows/search", headers=basic(VIEWER))).json()["total"] == 2


async def test_the_same_is_said_of_what_is_not_there_and_of_what_may_not_be_seen(guarded):
    async with guarded() as client:
        place = await filled_with(client, "other")
        for there, absent in (
            (f"executions/{place['execution_id']}", "executions/" + "x" * 22),
            ("flows/other/hello", "flows/other/absent"),
            ("namespaces/other/kv/color", "namespaces/other/kv/absent"),
        ):
            answers = [await client.get(f"/api/v1/main/{path}", headers=basic(EDITOR)) for path in (there, absent)]
            assert answers[0].status_code == answers[1].status_code, there
            said = [one.json()["message"].replace(place["execution_id"], "x" * 22) for one in answers]
            assert said[0] == said[1]
        starts = [
            await client.post(f"/api/v1/main/executions/other/{flow_id}", headers=basic(EDITOR))
            for flow_id in ("hello", "absent")
        ]
        assert [one.status_code for one in starts] == [403, 403]


async def test_an_editor_may_do_in_the_own_namespace_what_an_editor_does(guarded):
    async with guarded() as client:
        source = SOURCE.format(namespace="team.a")
        headers = basic(EDITOR)
        assert (await client.post("/api/v1/main/flows", content=source, headers=headers | YAML)).status_code == 200
        ran = await client.post("/api/v1/main/executions/team.a/hello?wait=true", headers=headers)
        assert ran.json()["state"]["current"] == "SUCCESS"
        for namespace, expected in (("team", 200), ("team.a.b", 200), ("teams", 403), ("tea", 403)):
            path = f"/api/v1/main/namespaces/{namespace}/kv/color"
            assert (await client.put(path, content="1", headers=headers)).status_code == expected, namespace
        moved = await client.put(
            "/api/v1/main/flows/team.a/hello", content=SOURCE.format(namespace="other"), headers=headers | YAML
        )
        assert moved.status_code == 422


async def test_an_admin_may_do_everything(guarded):
    async with guarded() as client:
        place = await filled_with(client, "team")
        order = {"GET": 0, "PUT": 1, "PATCH": 2, "POST": 3, "DELETE": 4}
        routes = sorted((route for route in ROUTES if route not in OWN), key=lambda route: order[route[0]])
        password = [route for route in routes if route[1].endswith("/password")]
        found = await walk(client, place, basic(ADMIN), [route for route in routes if route not in password])
        assert {key: status for key, status in found.items() if status in {401, 403, 429, 500}} == {}
        assert set((await walk(client, place, basic(ADMIN), password)).values()) == {204}


def test_a_role_in_a_namespace_says_nothing_of_the_installation():
    wide = {(one.resource, one.action) for one in permissions_of([Grant("admin")]) if not one.namespace}
    narrow = {(one.resource, one.action) for one in permissions_of([Grant("admin", "team")]) if not one.namespace}
    assert {resource for resource, action in narrow if action != "READ"} == {"ACCOUNT"}
    assert ("USER", "CREATE") in wide
    assert not [one for one in permissions_of([Grant("admin", "team")]) if one.resource in {"USER", "AUDIT"}]
    assert permissions_of([Grant("unheard-of")]) == permissions_of([])


def test_every_resource_is_thought_of():
    """A resource that no role below admin knows is either left out on purpose or forgotten."""
    seen = {one.resource for one in permissions_of([Grant("editor")])}
    assert set(Resource) - seen == {Resource.USER, Resource.AUDIT}


async def test_nothing_is_done_to_many_when_one_may_only_be_seen(guarded, password_hash):
    path, name = "/api/v1/main/executions", "mixed@x.org"
    pause = "tasks: [{id: hold, type: io.kestra.plugin.core.flow.Pause}]\n"

    def add_mixed(connection):
        grants = (Grant("viewer"), Grant("editor", "team"))
        add_user(connection, User(name=name, password_hash=password_hash, grants=grants, created_at=1, updated_at=1))

    async with guarded() as client:
        await client.installation.environment.database.write(add_mixed)
        ids = []
        for namespace in ("team", "other"):
            source = f"id: held\nnamespace: {namespace}\n{pause}"
            saved = await client.post("/api/v1/main/flows", content=source, headers=basic(ADMIN) | YAML)
            saved.raise_for_status()
            begun = await client.post(f"{path}/{namespace}/held", headers=basic(ADMIN))
            ids.append(begun.raise_for_status().json()["id"])
        for verb, method in (("kill", "DELETE"), ("resume", "POST"), ("replay", "POST"), ("force-run", "POST")):
            for where, sent in (
                ("by-ids", {"json": ids}),
                ("by-query", {"params": {"filters[flowId][EQUALS]": "held"}}),
            ):
                answer = await client.request(method, f"{path}/{verb}/{where}", headers=basic(name), **sent)
                assert answer.status_code == 403, (verb, where, answer.text)
        found = (await client.get(f"{path}/search", headers=basic(ADMIN))).json()
        assert {one["state"]["current"] for one in found["results"]} <= {"CREATED", "RUNNING", "PAUSED"}
        assert found["total"] == 2
        killed = await client.request("DELETE", f"{path}/kill/by-ids", headers=basic(name), json=ids[:1])
        assert killed.json()["count"] == 1
