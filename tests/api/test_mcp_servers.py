"""Servers of tools as a resource: made, changed, switched off, removed, and what they list."""

from __future__ import annotations

import pytest

from api.mcp_calls import SERVERS, tool
from api.users import ADMIN, EDITOR, VIEWER, basic
from tiercel.repository.audit import list_audit

OLDER = "/api/v1/main/mcp/servers"


async def test_the_default_server_is_always_there(client):
    listed = (await client.get(SERVERS)).json()
    assert [(one["id"], one["isDefault"], one["disabled"]) for one in listed["results"]] == [("default", True, False)]
    assert listed["total"] == 1
    shape = (await client.get(f"{SERVERS}/default")).json()
    assert shape == {
        "id": "default", "serverType": "PRIVATE", "platformTools": False, "disabled": False, "isDefault": True,
    }  # fmt: skip
    refused = await client.delete(f"{SERVERS}/default")
    assert (refused.status_code, "disable it" in refused.text) == (409, True)
    again = await client.post(SERVERS, json={"id": "default"})
    assert again.status_code == 409
    changed = (await client.put(f"{SERVERS}/default", json={"id": "default", "instructions": "Be brief"})).json()
    assert (changed["isDefault"], changed["instructions"], "created" in changed) == (True, "Be brief", True)


@pytest.mark.parametrize("root", [SERVERS, OLDER, "/api/v1/mcp-servers", "/api/v1/mcp/servers"])
async def test_a_server_is_made_read_changed_toggled_and_removed_by_every_spelling(client, root):
    given = {"id": "reports", "description": "Reports", "serverType": "PRIVATE", "authType": "BASIC"}
    made = await client.post(root, json=given)
    assert (made.status_code, made.json() | given) == (200, made.json())
    assert (await client.post(root, json=given)).status_code == 409
    read = (await client.get(f"{root}/reports")).json()
    assert read == made.json()
    back = read | {"description": "All reports", "platformTools": True}
    saved = await client.put(f"{root}/reports", json=back)
    assert (saved.json()["description"], saved.json()["platformTools"]) == ("All reports", True)
    assert saved.json()["created"] == made.json()["created"]
    for expected in (True, False):
        assert (await client.patch(f"{root}/reports/toggle")).json()["disabled"] is expected
    assert (await client.get(f"{root}/reports/tools")).json() == []
    gone = await client.delete(f"{root}/reports")
    assert (gone.status_code, gone.content) == (200, b"")
    for method, path in (("GET", ""), ("DELETE", ""), ("PATCH", "/toggle"), ("GET", "/tools")):
        answer = await client.request(method, f"{root}/reports{path}")
        assert (answer.status_code, "reports" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"id": "a", "colour": "red"}, 'colour: Unrecognized field "colour"'),
        ({}, "id: must be text"),
        ([], "Send a JSON object"),
        ({"id": "a", "disabled": "yes"}, "disabled: must be true or false"),
        ({"id": "A b"}, "small letters"),
        ({"id": "servers"}, "'servers' is taken"),
        ({"id": "../x"}, "cannot be the id"),
        ({"id": "a", "serverType": "PUBLIC"}, "whoever calls a tool must be known"),
        ({"id": "a", "authType": "OAUTH"}, "BASIC or API_TOKEN"),
        ({"id": "a", "oauthProvider": "x"}, "OAuth is not offered"),
        ({"id": "a", "instructions": "x" * 10_001}, "10,000 are allowed"),
    ],
)
async def test_what_cannot_be_a_server_is_refused_with_its_place(client, body, said):
    answer = await client.post(SERVERS, json=body)
    assert (answer.status_code, said in answer.json()["message"]) == (422, True), answer.text
    assert (await client.get(SERVERS)).json()["total"] == 1


async def test_a_server_cannot_be_renamed(client):
    await client.post(SERVERS, json={"id": "one"})
    answer = await client.put(f"{SERVERS}/one", json={"id": "two"})
    assert (answer.status_code, "must stay 'one'" in answer.text) == (422, True)
    assert (await client.put(f"{SERVERS}/two", json={"id": "two"})).status_code == 404


async def test_lists_have_pages_and_orders(client):
    for id_ in ("b", "c", "a"):
        await client.post(SERVERS, json={"id": id_})
    listed = (await client.get(SERVERS, params={"sort": "id:desc", "size": 2, "page": 2})).json()
    assert ([one["id"] for one in listed["results"]], listed["total"]) == (["b", "a"], 4)
    wrong = await client.get(SERVERS, params={"sort": "colour"})
    assert (wrong.status_code, "no field to sort by" in wrong.text) == (422, True)


async def test_tools_are_those_of_flows_that_name_the_server(client, save):
    await client.post(SERVERS, json={"id": "reports"})
    await save(tool())
    await save(tool("off", name="off", server="reports") + "disabled: true\n")
    (found,) = (await client.get(f"{SERVERS}/default/tools")).json()
    assert found == {
        "toolName": "greet",
        "triggerId": "tool",
        "title": "Greet",
        "description": "Greets somebody",
        "annotations": {
            "readOnly": True, "openWorld": True, "destructive": True, "idempotent": False, "returnDirect": False,
        },
        "namespace": "team",
        "flowId": "greet",
        "flowRevision": 1,
        "disabled": False,
    }  # fmt: skip
    (off,) = (await client.get(f"{SERVERS}/reports/tools")).json()
    assert (off["flowId"], off["disabled"]) == ("off", True)
    key = {"namespace": "team", "flowId": "greet", "triggerId": "tool"}
    await client.put("/api/v1/main/triggers/set-disabled", json={**key, "disabled": True})
    assert (await client.get(f"{SERVERS}/default/tools")).json()[0]["disabled"] is True
    await client.delete("/api/v1/main/flows/team/greet")
    assert (await client.get(f"{SERVERS}/default/tools")).json() == []


async def test_only_who_may_change_the_installation_changes_servers_and_it_is_written_down(guarded):
    async with guarded() as client:
        made = await client.post(SERVERS, json={"id": "ours"}, headers=basic(ADMIN))
        assert made.status_code == 200
        for name in (EDITOR, VIEWER):
            assert (await client.get(SERVERS, headers=basic(name))).status_code == 200
            for method, path, body in (
                ("POST", "", {"id": "x"}),
                ("PUT", "/ours", {"id": "ours"}),
                ("PATCH", "/ours/toggle", None),
                ("DELETE", "/ours", None),
            ):
                answer = await client.request(method, SERVERS + path, json=body, headers=basic(name))
                assert answer.status_code == 403, (name, method)
        await client.put(f"{SERVERS}/ours", json={"id": "ours", "description": "x"}, headers=basic(ADMIN))
        await client.patch(f"{SERVERS}/ours/toggle", headers=basic(ADMIN))
        await client.delete(f"{SERVERS}/ours", headers=basic(ADMIN))
        rows = await client.installation.environment.database.read(list_audit)
        written = [(row.actor, row.action, row.id) for row in rows if row.resource == "INSTANCE"]
        expected = [(ADMIN, action, "ours") for action in ("CREATE", "UPDATE", "UPDATE", "DELETE")]
        assert sorted(written) == sorted(expected)


async def test_a_list_shows_tools_of_namespaces_one_may_read(guarded):
    async with guarded() as client:
        yaml = {"content-type": "application/x-yaml"}
        for namespace in ("team.a", "other"):
            source = tool(namespace=namespace, name=namespace.replace(".", "_"))
            answer = await client.post("/api/v1/main/flows", content=source, headers=basic(ADMIN) | yaml)
            assert answer.status_code == 200, answer.text
        seen = (await client.get(f"{SERVERS}/default/tools", headers=basic(EDITOR))).json()
        assert [one["namespace"] for one in seen] == ["team.a"]
