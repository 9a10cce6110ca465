"""Walks the whole table of routes as each kind of user, with requests that would work for an admin."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from api.test_routes import CALLS, PAGES, table
from api.users import ADMIN, EDITOR, NOTHING, VIEWER, YAML, basic
from tiercel.api.gate import PUBLIC
from tiercel.operations.actor import Resource
from tiercel.operations.roles import permissions_of
from tiercel.repository.users import Grant

LOG = "io.kestra.plugin.core.log.Log"
SOURCE = """\
id: hello
namespace: {namespace}
tasks:
  - {{id: say, type: io.kestra.plugin.core.log.Log, message: "the {namespace} message"}}
"""
VERBS = {
    "actions": [
        *("change-status", "force-run", "labels", "pause", "replay", "replay-with-inputs", "restart", "review"),
        *("resume-from-breakpoint", "state", "unqueue"),
    ],
    "executions": ["change-status", "force-run", "labels", "pause", "replay", "restart", "resume", "unqueue"],
    "flows": ["disable", "enable", "export"],
    "queries": ["disable", "enable"],
    "triggers": ["set-disabled", "unlock", "restart"],
    "backfill": ["pause", "unpause", "delete"],
}
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
    ("GET", "/api/v1/main/namespaces/{namespace:str}/inherited-secrets"),
    ("GET", "/api/v1/main/users"),
    ("GET", "/api/v1/main/users/{name:str}"),
    ("GET", "/api/v1/main/users/{name:str}/tokens"),
    ("GET", "/api/v1/plugins/install/{job_id:str}"),
}
"""What a viewer may not even see."""


async def filled_with(client, namespace):
    """Put a flow, an ended execution, a key and a file into a namespace; gives the ids and bodies to ask with."""
    as_admin = basic(ADMIN)
    source = SOURCE.format(namespace=namespace)
    (await client.post("/api/v1/main/flows", content=source, headers=as_admin | YAML)).raise_for_status()
    ran = await client.post(f"/api/v1/main/executions/{namespace}/hello?wait=true", headers=as_admin)
    key = f"/api/v1/main/namespaces/{namespace}/kv/color"
    (await client.put(key, content='"red"', headers=as_admin)).raise_for_status()
    file = f"/api/v1/main/namespaces/{namespace}/files?path=/a.txt"
    form = {"fileContent": ("a.txt", b"hi")}
    (await client.post(file, files=form, headers=as_admin)).raise_for_status()
    execution = ran.json()
    return {
        "namespace": namespace,
        "flow_id": "hello",
        "execution_id": execution["id"],
        "task_run_id": execution["taskRunList"][0]["id"],
        "task_id": "say",
        "key": "color",
        "name": ADMIN,
        "token_id": ABSENT,
        "kind": "flow",
        "version": "1",
    }


ABSENT = "x" * 22


class Filling(dict):
    """Fills what a path names with what there is, and with what there is not."""

    def __missing__(self, name):
        return ABSENT


def requests_for(method, path, place):
    """Give the requests of a route as arguments of a client, one for each verb."""
    if "/plugins/" in path:
        place = place | {"name": LOG}
    group = path.split("/")[4] if path.count("/") > 4 else ""
    if "/actions/" in path:
        group = "actions"
    elif "/backfill/{verb" in path:
        group = "backfill"
    elif path.endswith("/flows/{verb:str}/by-query"):
        group = "queries"
    for verb in VERBS[group] if "{verb" in path else [""]:
        address = re.sub(r"\{(\w+):(?:str|path)\}", r"{\1}", path).format_map(Filling(place, verb=verb))
        yield {"method": method, "url": address} | body_of(method, path, place, verb)


def body_of(method, path, place, verb):
    """Give a query and a body that are right for the route."""
    namespace, execution = place["namespace"], place["execution_id"]
    source = SOURCE.format(namespace=namespace)
    query = {"path": "/a.txt", "from": "/a.txt", "to": "/b.txt", "status": "FAILED", "revisions": "1"}
    query |= {"newStatus": "FAILED", "namespace": namespace, "flowId": "hello", "triggerId": "every"}
    query |= {"filters[namespace][EQUALS]": namespace, "field": "state"}
    if "validate/" in path and "/flows/" in path:
        part = "id: a\ntype: io.kestra.plugin.core.log.Log\nmessage: x\n"
        return {"params": {"section": "TASKS"}, "content": part, "headers": YAML}
    if method == "POST" and (path.endswith(("/files", "/import")) or verb == "replay-with-inputs"):
        files = {"fileContent": ("new.txt", b"new"), "fileUpload": ("flows.yaml", source.encode())}
        return {"params": {"path": "/new.txt"}, "files": files}
    if "/flows" in path and "by-" not in path and "/source/" not in path and method in {"POST", "PUT"}:
        return {"params": query, "content": source, "headers": YAML}
    if "/dashboards" in path and method in {"POST", "PUT"}:
        if "/charts/" in path:
            chart = "id: a\ntype: io.kestra.plugin.core.dashboard.chart.Markdown\ncontent: hi\n"
            return {"json": {} if "{chart_id" in path else {"chart": chart}}
        if "/settings/" not in path:
            return {"content": "id: ours\ntitle: Ours\n", "headers": YAML}
    if path.endswith("/default-dashboards") and method == "POST":
        return {"json": {"defaultHomeDashboard": None}}
    if "/kv/" in path and method == "PUT":
        return {"content": '"blue"'}
    if "/eval" in path:
        return {"content": "{{ execution.id }}", "headers": {"content-type": "text/plain"}}
    if "/triggers" in path:
        named = {"namespace": namespace, "flowId": "hello", "triggerId": "every"}
        backfill = {"backfill": {"start": "2026-01-01T00:00:00Z"}}
        return {"params": query, "json": [named] if path.endswith("by-triggers") else named | backfill}
    if path.endswith("by-ids"):
        ids = [{"namespace": namespace, "id": "hello"}] if "/flows/" in path else [execution]
        labelled = {"executionsId": ids, "executionLabels": [{"key": "a", "value": "b"}]}
        return {"params": query, "json": labelled if verb == "labels" else ids}
    flow = {"namespace": namespace, "id": "hello"}
    change = {"query": "message", "replacement": "massage", "flows": [flow], "line": 4} | flow
    bodies = {
        **dict.fromkeys(("replace/preview", "replace/apply", "replace/line"), change),
        "labels": [{"key": "a", "value": "b"}],
        "review": {"decision": "APPROVED"},
        "state": {"taskRunId": place["task_run_id"], "state": "FAILED"},
        "/kv": {"keys": ["color"]},
        "/latest": [{"namespace": namespace, "id": "hello"}],
        "/render": {"expressions": {"a": "{{ 1 }}"}},
        "/autocomplete": {"q": ""},
        "/pluginUiManifest": [],
        "/users": {"username": "new@x.org", "password": "Correct-Horse-1", "roles": []},
        "/password": {"password": "Correct-Horse-1", "currentPassword": "Correct-Horse-1"},
        "/tokens": {"name": "new"},
        "{name:str}": {"disabled": False},
    }
    found = next((body for end, body in bodies.items() if verb == end or path.endswith(end)), None)
    return {"params": query} | ({"json": found} if found is not None and method != "GET" else {})


def is_streaming(path):
    return "follow" in path


NOTHING_DONE = "nothing done"
"""Stands for the status when a search found nothing to act on."""


async def walk(client, place, headers, routes):
    """Give the statuses of every request of the routes."""
    found = {}
    for method, path in routes:
        for request in requests_for(method, path, place):
            own = request.pop("headers", {}) | headers
            response = await client.request(**request, headers=own)
            client.cookies.clear()
            is_idle = method != "GET" and '"count":0' in response.text
            found[method, path, request["url"]] = NOTHING_DONE if is_idle else response.status_code
    return found


ROUTES = [route for route in table() if route not in PUBLIC | PAGES | CALLS and not is_streaming(route[1])]


async def dump(client):
    """Give all that is stored, except what asking alone leaves behind."""

    def read(connection):
        tables = connection.fetch("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        kept = sorted(name for (name,) in tables if name != "shards")
        return {name: connection.fetch(f"SELECT * FROM {name}") for name in kept}  # noqa: S608 (names of tables)

    return await client.installation.environment.database.read(read)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, {401}), (basic(ADMIN, "wrong"), {401, 429}), ({"authorization": "Bearer tiercel_x"}, {401})],
    ids=["nobody", "wrong password", "wrong token"],
)
async def test_who_is_not_known_gets_nowhere(guarded, headers, expected):
    async with guarded() as client:
        place = await filled_with(client, "team")
        before = await dump(client)
        routes = [route for route in table() if route not in PUBLIC | PAGES | CALLS]
        found = await walk(client, place, headers, routes)
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

    scope = {"type": "http", "method": method, "path": unquote(path), "raw_path": path.encode(), "query_string": b""}
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
        routes = [route for route in ROUTES if route not in OWN]
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
        routes = [
            route for route in ROUTES if "{" in route[1] and "{kind" not in route[1] and "/plugins/" not in route[1]
        ]
        routes = [route for route in routes if "by-query" not in route[1]]
        found = await walk(client, place, basic(EDITOR), routes)
        seen = {path for (_, path, _), status in found.items() if status not in {400, 403, 404, 422}}
        assert seen <= NARROWED
        assert await dump(client) == before


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
        assert (b"team.a.hello" in zipped.content, b"other.hello" in zipped.content) == (True, False)
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
