"""The Model Context Protocol over HTTP: introducing oneself, tools, calls, streams, and what is refused."""

from __future__ import annotations

import json

import pytest

from api.execution_flows import until_state
from api.mcp_calls import BOTH, META, PATH, SERVERS, ask, call, frames, modern, request_body, texts, tool
from tiercel.model.state import State
from tiercel.operations.settings import McpSettings, Settings

SESSION = "mcp-session-id"
DEFAULT = f"{PATH}/default"
SLEEP = "flow.Sleep\n    duration: PT0.3S"


async def introduce(client, version="2025-11-25"):
    params = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    response = await client.post(DEFAULT, json=request_body("initialize", params), headers=BOTH)
    assert response.status_code == 200, response.text
    return response.json()["result"], response.headers[SESSION]


async def executions(client):
    found = (await client.get("/api/v1/main/executions/search", params={"size": 100})).json()["results"]
    return [(one["flowId"], {label["key"]: label["value"] for label in one["labels"]}) for one in found]


async def test_a_client_introduces_itself_lists_tools_calls_one_and_leaves(client, save):
    await save(tool())
    await client.put(f"{SERVERS}/default", json={"id": "default", "instructions": "Greet politely"})
    said, session = await introduce(client)
    assert said["protocolVersion"] == "2025-11-25"
    assert said["capabilities"] == {"tools": {"listChanged": True}}
    assert (said["serverInfo"]["name"], said["instructions"]) == ("tiercel", "Greet politely")
    headers = {**BOTH, SESSION: session, "mcp-protocol-version": "2025-11-25"}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    told = await client.post(DEFAULT, json=ready, headers=headers)
    assert (told.status_code, told.content) == (202, b"")
    (listed,) = (await ask(client, "tools/list", headers=headers))["result"]["tools"]
    assert listed == {
        "name": "greet",
        "title": "Greet",
        "description": "Greets somebody",
        "inputSchema": {
            "type": "object",
            "properties": {
                "who": {"type": "string", "description": "Whom to greet", "default": "you"},
                "times": {"type": "integer", "minimum": 1, "maximum": 5},
            },
            "additionalProperties": False,
        },
        "outputSchema": {"type": "object", "properties": {"greeting": {"type": "string"}}},
        "annotations": {
            "title": "Greet", "readOnlyHint": True, "destructiveHint": True, "idempotentHint": False,
            "openWorldHint": True, "returnDirect": False,
        },
    }  # fmt: skip
    result = await call(client, "greet", {"who": "Ann", "times": 2}, headers=headers)
    assert (result["isError"], result["structuredContent"]) == (False, {"greeting": "hello Ann"})
    assert json.loads(texts(result)[0]) == {"greeting": "hello Ann"}
    execution = result["_meta"]["tiercel/execution"]
    assert (execution["state"], execution["id"] in texts(result)[1]) == ("SUCCESS", True)
    ((flow_id, labels),) = await executions(client)
    assert (flow_id, labels["system.from"], labels["system.mcpServerId"]) == ("greet", "mcp", "default")
    assert len(labels["system.mcpSessionId"]) == 22
    assert labels["system.mcpSessionId"] not in session
    assert (await client.delete(DEFAULT, headers={SESSION: session})).status_code == 204
    assert (await client.post(DEFAULT, json=request_body("ping"), headers=headers)).status_code == 404
    assert (await client.delete(DEFAULT, headers={SESSION: session})).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "agreed"),
    [("2024-11-05", "2024-11-05"), ("2025-06-18", "2025-06-18"), ("1999-01-01", "2025-11-25"), (7, "2025-11-25")],
)
async def test_a_version_is_agreed_on(client, wanted, agreed):
    assert (await introduce(client, wanted))[0]["protocolVersion"] == agreed


async def test_a_later_client_says_all_with_each_request(client, save):
    await save(tool())
    found = (await client.post(DEFAULT, **modern("server/discover"))).json()["result"]
    assert (found["resultType"], found["supportedVersions"][0], found["cacheScope"]) == (
        "complete",
        "2026-07-28",
        "private",
    )
    assert found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "tiercel"
    listed = (await client.post(DEFAULT, **modern("tools/list"))).json()["result"]
    assert ([one["name"] for one in listed["tools"]], listed["ttlMs"]) == (["greet"], 0)
    response = await client.post(DEFAULT, **modern("tools/call", {"name": "greet", "arguments": {}}))
    assert (response.json()["result"]["structuredContent"], SESSION in response.headers) == (
        {"greeting": "hello you"},
        False,
    )
    encoded = await client.post(
        DEFAULT, **modern("tools/call", {"name": "greet", "arguments": {}}, mcp_name="=?base64?Z3JlZXQ=?=")
    )
    assert encoded.status_code == 200


WRONG = [
    (modern("tools/list", mcp_method="tools/call"), 400, -32020, "Mcp-Method"),
    (modern("tools/list", mcp_method=None), 400, -32020, "is missing"),
    (modern("tools/call", {"name": "greet"}, mcp_name="other"), 400, -32020, "Mcp-Name"),
    (modern("tools/call", {"name": "greet"}, mcp_name="=?base64?###?="), 400, -32020, "Mcp-Name"),
    (modern("tools/list", mcp_protocol_version="2025-11-25"), 400, -32020, "MCP-Protocol-Version"),
    (modern("no/such"), 404, -32601, "no/such"),
    (modern("ping"), 404, -32601, "ping"),
    (modern("tools/call", {"name": "none"}), 400, -32602, "Unknown tool: none"),
    (modern("tools/call", {"name": "greet", "arguments": []}), 400, -32602, "arguments an object"),
    (modern("tools/list", {"cursor": "x"}), 400, -32602, "cursor"),
]


@pytest.mark.parametrize(("request_", "status", "code", "said"), WRONG, ids=[f"{one[2]} {one[3]}" for one in WRONG])
async def test_what_a_later_client_says_wrong_is_refused(client, save, request_, status, code, said):
    await save(tool())
    response = await client.post(DEFAULT, **request_)
    error = response.json()["error"]
    assert (response.status_code, error["code"], said in error["message"]) == (status, code, True), response.text
    assert response.json()["id"] == 1
    assert await executions(client) == []


async def test_an_unknown_version_is_told_the_known_ones(client):
    asked = modern("tools/list", mcp_protocol_version="2031-01-01")
    asked["json"]["params"]["_meta"] = {**META, "io.modelcontextprotocol/protocolVersion": "2031-01-01"}
    response = await client.post(DEFAULT, **asked)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["data"]["requested"]) == (400, -32022, "2031-01-01")
    assert {"2026-07-28", "2025-11-25", "2025-03-26"} <= set(error["data"]["supported"])
    older = await client.post(DEFAULT, json=request_body("ping"), headers={"mcp-protocol-version": "2031-01-01"})
    assert (older.status_code, older.json()["error"]["code"]) == (400, -32022)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"[" * 2000 + b"]" * 2000, -32700),
        (b'"x"', -32600),
        (b'{"id": 1, "method": "ping"}', -32600),
        (b'{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600),
        (b'{"jsonrpc": "2.0", "id": true, "method": "ping"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": 5}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}', -32600),
    ],
)
async def test_what_is_no_message_is_refused(client, body, code):
    response = await client.post(DEFAULT, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (400, code), response.text


async def test_other_bodies_and_ways_are_refused(client):
    wrong = await client.post(DEFAULT, content=b"{}", headers={"content-type": "text/plain"})
    assert wrong.status_code == 415
    assert (await client.get(DEFAULT)).status_code == 406
    assert (await client.delete(DEFAULT)).status_code == 400
    answer = {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert (await client.post(DEFAULT, json=answer)).status_code == 202
    for method in ("POST", "GET", "DELETE"):
        assert (await client.request(method, f"{PATH}/absent", json={})).status_code == 404, method
    assert (await ask(client, "ping"))["result"] == {}
    assert (await ask(client, "resources/list"))["error"]["code"] == -32601


async def test_several_messages_are_answered_where_a_version_has_that(client):
    batch = [request_body("ping", id_="a"), {"jsonrpc": "2.0", "method": "notifications/x"}, request_body("no", id_=2)]
    found = (await client.post(DEFAULT, json=batch)).json()
    assert [(one["id"], "error" in one) for one in found] == [("a", False), (2, True)]
    assert (await client.post(DEFAULT, json=batch[1:2])).status_code == 202
    later = await client.post(DEFAULT, json=batch, headers={"mcp-protocol-version": "2025-06-18"})
    assert (later.status_code, later.json()["error"]["code"]) == (400, -32600)
    assert (await client.post(DEFAULT, json=[request_body("ping")] * 21)).status_code == 400


async def test_a_server_that_is_disabled_answers_503(client, save):
    await save(tool())
    await client.patch(f"{SERVERS}/default/toggle")
    for response in (
        await client.post(DEFAULT, json=request_body("ping")),
        await client.get(DEFAULT, headers=BOTH),
    ):
        assert (response.status_code, "is disabled" in response.json()["message"]) == (503, True)
    await client.patch(f"{SERVERS}/default/toggle")
    assert (await ask(client, "ping"))["result"] == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"nope": 1}, "nope: is no input (the inputs are times, who)"),
        ({"times": "many"}, "Expected `INT`"),
        ({"times": 9}, "Invalid input for `times`"),
    ],
)
async def test_arguments_that_do_not_fit_are_told_to_the_model(client, save, arguments, said):
    await save(tool())
    result = await call(client, "greet", arguments)
    assert (result["isError"], said in texts(result)[0]) == (True, True), result
    assert await executions(client) == []


async def test_arguments_are_data_and_never_rendered(client, save):
    await save(tool())
    result = await call(client, "greet", {"who": "{{ secret('TOKEN') }}"})
    assert result["structuredContent"] == {"greeting": "hello {{ secret('TOKEN') }}"}


async def test_a_failed_execution_is_an_error_that_says_what_went_wrong(client, save):
    await save(tool(task="execution.Fail\n    errorMessage: no paper, {{ secret('TOKEN') }}"))
    result = await call(client, "greet")
    assert (result["isError"], "structuredContent" in result) == (True, False)
    assert "ended FAILED" in texts(result)[0]
    said = "\n".join(texts(result))
    assert ("no paper" in said, "hush-hush" in said) == (True, False)


async def test_a_file_is_given_as_text(client, save):
    source = tool(task='log.Log\n    message: "{{ read(inputs.letter) }}"').replace(
        "{id: who, ", "{id: letter, type: FILE, required: false}\n  - {id: who, "
    )
    await save(source)
    result = await call(client, "greet", {"letter": "dear you"})
    logs = await client.get(f"/api/v1/main/logs/{result['_meta']['tiercel/execution']['id']}")
    assert "dear you" in [line["message"] for line in logs.json()]


async def test_a_call_that_takes_time_is_a_stream_with_news(client, save, monkeypatch):
    monkeypatch.setattr("tiercel.api.mcp.answers.QUICK_SECONDS", 0)
    await save(tool(task=SLEEP))
    params = {"name": "greet", "arguments": {}, "_meta": {"progressToken": "p1"}}
    response = await client.post(DEFAULT, json=request_body("tools/call", params), headers=BOTH)
    assert response.headers["content-type"].startswith("text/event-stream")
    *news, last = frames(response.text)
    assert {one["method"] for one in news} == {"notifications/progress"}
    assert [one["params"]["progress"] for one in news] == list(range(1, len(news) + 1))
    assert {one["params"]["progressToken"] for one in news} == {"p1"}
    assert (last["id"], last["result"]["structuredContent"]) == (1, {"greeting": "hello you"})
    silent = await client.post(DEFAULT, json=request_body("tools/call", {"name": "greet"}), headers=BOTH)
    assert len(frames(silent.text)) == 1
    plain = await client.post(DEFAULT, json=request_body("tools/call", {"name": "greet"}))
    assert plain.json()["result"]["isError"] is False


async def test_an_answer_does_not_wait_for_ever_and_the_execution_goes_on(open_server, tmp_path):
    settings = Settings(home=str(tmp_path / "home"), mcp=McpSettings(seconds=0.2))
    async with open_server(settings) as client:
        source = tool(task="flow.Pause")
        yaml = {"content-type": "application/x-yaml"}
        assert (await client.post("/api/v1/main/flows", content=source, headers=yaml)).status_code == 200
        result = await call(client, "greet")
        assert (result["isError"], "goes on" in texts(result)[0]) == (False, True)
        id_ = result["_meta"]["tiercel/execution"]["id"]
        await until_state(client, id_, State.PAUSED)
        await client.delete(f"/api/v1/main/executions/{id_}/actions/kill")


async def test_calls_are_counted(open_server, tmp_path):
    settings = Settings(home=str(tmp_path / "home"), mcp=McpSettings(calls_per_minute=2))
    async with open_server(settings) as client:
        results = [await ask(client, "tools/call", {"name": "none"}) for _ in range(3)]
        assert [("error" in one) for one in results] == [True, True, False]
        last = results[2]["result"]
        assert (last["isError"], "2 calls of tools a minute" in texts(last)[0]) == (True, True)


async def test_a_name_that_several_flows_claim_is_nobodys(client, save):
    await save(tool())
    await save(tool("other"))
    assert (await ask(client, "tools/list"))["result"]["tools"] == []
    error = (await ask(client, "tools/call", {"name": "greet"}))["error"]
    assert (error["code"], "team.greet, team.other" in error["message"]) == (-32602, True)
    await client.delete("/api/v1/main/flows/team/other")
    assert (await call(client, "greet"))["isError"] is False


async def test_only_its_own_tools_are_offered_by_a_server(client, save):
    await client.post(SERVERS, json={"id": "reports"})
    await save(tool())
    await save(tool("report", name="report", server="reports"))
    assert [one["name"] for one in (await ask(client, "tools/list", server="reports"))["result"]["tools"]] == ["report"]
    assert "error" in await ask(client, "tools/call", {"name": "greet"}, server="reports")
    assert (await call(client, "report", server="reports"))["isError"] is False


async def test_many_tools_come_in_pages(client, save, monkeypatch):
    monkeypatch.setattr("tiercel.api.mcp.methods._PAGE", 2)
    for number in range(3):
        await save(tool(f"flow{number}", name=f"tool{number}"))
    first = (await ask(client, "tools/list"))["result"]
    second = (await ask(client, "tools/list", {"cursor": first["nextCursor"]}))["result"]
    assert [one["name"] for one in first["tools"] + second["tools"]] == ["tool0", "tool1", "tool2"]
    assert "nextCursor" not in second


async def test_what_breaks_inside_is_answered_and_not_shown(client, save, monkeypatch, caplog):
    await save(tool())
    monkeypatch.setattr("tiercel.api.mcp.methods.list_offered", None)
    answer = await ask(client, "tools/list")
    assert (answer["error"]["code"], "NoneType" in str(answer)) == (-32603, False)
    assert "NoneType" in caplog.text
