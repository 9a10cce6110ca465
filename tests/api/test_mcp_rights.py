"""Tools give nobody a right: what each kind of user sees and can do through them, and what is written down."""

from __future__ import annotations

import pytest

from api.calls import ABSENT
from api.mcp_calls import BOTH, PATH, SERVERS, ask, call, modern, request_body, texts, tool
from api.users import ADMIN, EDITOR, NOTHING, PASSWORD, VIEWER, YAML, basic
from tiercel.repository.audit import list_audit

DEFAULT = f"{PATH}/default"
PLATFORM = {
    *("tiercel_list_flows", "tiercel_get_flow", "tiercel_validate_flow", "tiercel_start_execution"),
    *("tiercel_list_executions", "tiercel_get_execution", "tiercel_list_logs", "tiercel_kill_execution"),
}


@pytest.fixture
async def filled(guarded):
    """A server with a tool in a namespace of the editor and one elsewhere, that offers the tools of the platform."""
    async with guarded() as client:
        body = {"id": "default", "platformTools": True}
        assert (await client.put(f"{SERVERS}/default", json=body, headers=basic(ADMIN))).status_code == 200
        client.ids = {}
        for namespace in ("team.a", "other"):
            source = tool(namespace=namespace, name=f"greet_{namespace.replace('.', '_')}")
            saved = await client.post("/api/v1/main/flows", content=source, headers=basic(ADMIN) | YAML)
            assert saved.status_code == 200, saved.text
            ran = await client.post(f"/api/v1/main/executions/{namespace}/greet?wait=true", headers=basic(ADMIN))
            client.ids[namespace] = ran.json()["id"]
        yield client


async def count(client):
    found = await client.get("/api/v1/main/executions/search", headers=basic(ADMIN))
    return found.json()["total"]


async def names(client, user):
    return {one["name"] for one in (await ask(client, "tools/list", headers=basic(user)))["result"]["tools"]}


async def test_everybody_is_offered_what_they_may_call(filled):
    assert await names(filled, ADMIN) == PLATFORM | {"greet_team_a", "greet_other"}
    assert await names(filled, EDITOR) == PLATFORM | {"greet_team_a"}
    assert await names(filled, VIEWER) == PLATFORM


@pytest.mark.parametrize(("user", "name"), [(EDITOR, "greet_other"), (VIEWER, "greet_team_a"), (VIEWER, "greet_other")])
async def test_a_tool_of_a_namespace_one_may_not_start_in_is_not_there(filled, user, name):
    body = {"name": name, "arguments": {}}
    answer = await ask(filled, "tools/call", body, headers=basic(user))
    absent = await ask(filled, "tools/call", {"name": "absent", "arguments": {}}, headers=basic(user))
    assert answer["error"]["code"] == -32602
    assert answer["error"]["message"].replace(name, "absent") == absent["error"]["message"]
    assert await count(filled) == 2


async def test_a_call_is_written_down_with_who_made_it(filled):
    await call(filled, "greet_team_a", headers=basic(EDITOR))
    rows = await filled.installation.environment.database.read(list_audit)
    newest = max((row for row in rows if row.resource == "EXECUTION"), key=lambda row: row.at)
    assert (newest.actor, newest.action, newest.namespace, newest.id) == (EDITOR, "CREATE", "team.a", "greet.tool")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("tiercel_get_flow", {"namespace": "other", "id": "greet"}),
        ("tiercel_start_execution", {"namespace": "other", "id": "greet"}),
        ("tiercel_start_execution", {"namespace": "other", "id": "absent"}),
        ("tiercel_get_execution", {"executionId": "other"}),
        ("tiercel_list_logs", {"executionId": "other"}),
        ("tiercel_kill_execution", {"executionId": "other"}),
    ],
)
async def test_the_platform_shows_and_does_nothing_elsewhere(filled, name, arguments):
    if "executionId" in arguments:
        arguments = {"executionId": filled.ids["other"]}
        absent = await call(filled, name, {"executionId": ABSENT}, headers=basic(EDITOR))
        found = await call(filled, name, arguments, headers=basic(EDITOR))
        assert texts(found)[0].replace(filled.ids["other"], ABSENT) == texts(absent)[0]
    result = await call(filled, name, arguments, headers=basic(EDITOR))
    assert (result["isError"], "hello" in str(result)) == (True, False), result
    assert await count(filled) == 2


async def test_the_platform_lists_what_may_be_seen(filled):
    flows = (await call(filled, "tiercel_list_flows", headers=basic(EDITOR)))["structuredContent"]
    assert ([one["namespace"] for one in flows["flows"]], flows["total"]) == (["team.a"], 1)
    found = (await call(filled, "tiercel_list_executions", headers=basic(EDITOR)))["structuredContent"]
    assert [one["id"] for one in found["executions"]] == [filled.ids["team.a"]]
    everything = (await call(filled, "tiercel_list_executions", headers=basic(VIEWER)))["structuredContent"]
    assert everything["total"] == 2


async def test_the_platform_can_be_worked_with(filled):
    headers = basic(EDITOR)
    key = {"namespace": "team.a", "id": "greet"}
    source = (await call(filled, "tiercel_get_flow", key, headers=headers))["structuredContent"]["source"]
    assert source == tool(namespace="team.a", name="greet_team_a")
    checked = (await call(filled, "tiercel_validate_flow", {"source": source}, headers=headers))["structuredContent"]
    assert checked["valid"] is True
    broken = {"source": source.replace("core.log.Log", "core.log.Lag")}
    checked = (await call(filled, "tiercel_validate_flow", broken, headers=headers))["structuredContent"]
    assert (checked["valid"], checked["issues"][0]["line"]) == (False, 8)
    start = {**key, "inputs": {"who": "Bo"}, "labels": {"by": "model"}}
    result = await call(filled, "tiercel_start_execution", start, headers=headers)
    assert '"greeting":"hello Bo"' in texts(result)[0]
    id_ = {"executionId": result["_meta"]["tiercel/execution"]["id"]}
    seen = (await call(filled, "tiercel_get_execution", id_, headers=headers))["structuredContent"]
    labels = {label["key"]: label["value"] for label in seen["labels"]}
    assert (seen["state"]["current"], labels["by"], labels["system.from"]) == ("SUCCESS", "model", "mcp")
    lines = (await call(filled, "tiercel_list_logs", id_, headers=headers))["structuredContent"]["lines"]
    assert [line["message"] for line in lines] == ["hi"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("tiercel_get_flow", {"namespace": "team.a"}),
        ("tiercel_get_flow", {"namespace": "team.a", "id": 5}),
        ("tiercel_list_flows", {"tenant": "other"}),
        ("tiercel_list_flows", {"page": 0}),
        ("tiercel_list_logs", {"executionId": "x", "limit": 10_000}),
        ("tiercel_list_logs", {"executionId": "x", "level": "LOUD"}),
        ("tiercel_start_execution", {"namespace": "team.a", "id": "greet", "labels": {"system.from": "api"}}),
        ("tiercel_start_execution", {"namespace": "team.a", "id": "greet", "inputs": {"times": "many"}}),
    ],
)
async def test_arguments_of_the_platform_are_checked(filled, name, arguments):
    result = await call(filled, name, arguments, headers=basic(ADMIN))
    assert result["isError"] is True, result
    assert await count(filled) == 2


async def test_the_tools_of_the_platform_are_off_until_a_server_says_so(guarded):
    async with guarded() as client:
        assert await names(client, ADMIN) == set()
        answer = await ask(client, "tools/call", {"name": "tiercel_list_flows"}, headers=basic(ADMIN))
        assert "does not offer the tools of the platform" in answer["error"]["message"]


async def test_a_flow_cannot_take_the_name_of_a_tool_of_the_platform(filled):
    source = tool("taken", "team.a", name="tiercel_list_flows")
    saved = await filled.post("/api/v1/main/flows", content=source, headers=basic(EDITOR) | YAML)
    assert saved.status_code == 200
    listed = (await ask(filled, "tools/list", headers=basic(EDITOR)))["result"]["tools"]
    assert [one["title"] for one in listed if one["name"] == "tiercel_list_flows"] == ["List flows"]
    assert "flows" in (await call(filled, "tiercel_list_flows", headers=basic(EDITOR)))["structuredContent"]


async def test_a_session_is_its_users_and_its_servers(filled):
    await filled.post(SERVERS, json={"id": "else"}, headers=basic(ADMIN))
    answer = await filled.post(DEFAULT, json=request_body("initialize"), headers=basic(EDITOR))
    session = {"mcp-session-id": answer.headers["mcp-session-id"]}
    ping = request_body("ping")
    assert (await filled.post(DEFAULT, json=ping, headers=basic(EDITOR) | session)).status_code == 200
    for path, user in ((DEFAULT, VIEWER), (DEFAULT, ADMIN), (f"{PATH}/else", EDITOR)):
        assert (await filled.post(path, json=ping, headers=basic(user) | session)).status_code == 404
        assert (await filled.delete(path, headers=basic(user) | session)).status_code == 404
    assert (await filled.delete(DEFAULT, headers=basic(EDITOR) | session)).status_code == 204


async def test_who_is_not_known_or_has_no_role_gets_nowhere(filled):
    for headers, status in (({}, 401), (basic(EDITOR, "wrong"), 401), (basic(NOTHING), 403)):
        for method in ("POST", "GET", "DELETE"):
            answer = await filled.request(method, DEFAULT, json=request_body("initialize"), headers=headers | BOTH)
            assert answer.status_code == status, (method, headers)
            assert "mcp-session-id" not in answer.headers


async def test_pages_of_others_get_nowhere(filled):
    for headers in ({"origin": "https://evil.example"}, {"host": "evil.example"}):
        asked = modern("tools/list")
        answer = await filled.post(DEFAULT, json=asked["json"], headers=asked["headers"] | basic(ADMIN) | headers)
        assert answer.status_code == 403, headers


async def test_a_server_can_want_a_password_or_a_token(filled):
    made = await filled.post(f"/api/v1/main/users/{EDITOR}/tokens", json={"name": "model"}, headers=basic(EDITOR))
    token = {"authorization": f"Bearer {made.json()['token']}"}
    signed_in = await filled.post("/api/v1/login", json={"username": EDITOR, "password": PASSWORD})
    cookies = {"x-csrf-token": filled.cookies["csrfToken"]}
    assert signed_in.status_code == 200
    ways = {"password": basic(EDITOR), "token": token, "cookie": cookies}
    wanted = {None: {"password", "token", "cookie"}, "BASIC": {"password"}, "API_TOKEN": {"token"}}
    for auth_type, allowed in wanted.items():
        body = {"id": "default"} | ({"authType": auth_type} if auth_type else {})
        assert (await filled.put(f"{SERVERS}/default", json=body, headers=basic(ADMIN))).status_code == 200
        for way, headers in ways.items():
            answer = await filled.post(DEFAULT, json=request_body("ping"), headers=headers)
            assert answer.status_code == (200 if way in allowed else 401), (auth_type, way, answer.text)
