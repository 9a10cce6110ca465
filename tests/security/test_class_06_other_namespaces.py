"""Class 6: whoever may work in one namespace reaches nothing of another, in a path, a body, a list or a stream.

``tests/api/test_roles.py`` walks every route with a namespace or an id as the editor of another namespace, and holds
what is told of the absent and of the forbidden to be the same.
"""

from __future__ import annotations

import json

import pytest

from api.calls import SOURCE, dump, filled_with
from api.users import ADMIN, EDITOR, YAML, basic
from tiercel.operations import executions

ROOT = "/api/v1/main"
ABSENT = "x" * 22
THEIRS = "teams message"
"""In the log line and the source of the other namespace's flow."""


@pytest.fixture
async def two(guarded):
    """A client with a place of its own and one of another namespace whose name begins alike; it asks as the editor."""
    async with guarded() as client:
        client.own, client.other = await filled_with(client, "team"), await filled_with(client, "teams")
        client.headers.update(basic(EDITOR))
        yield client


async def test_bodies_that_name_executions_of_another_namespace_change_nothing(two):
    before = await dump(two)
    other, own = two.other["execution_id"], two.own["execution_id"]
    labels = [{"key": "a", "value": "b"}]
    for path in ("kill", "replay", "restart", "resume", "pause", "unqueue", "force-run", "change-status", "labels"):
        for ids in ([other], [other, ABSENT]):
            body = {"executionsId": ids, "executionLabels": labels} if path == "labels" else ids
            method = "DELETE" if path == "kill" else "POST"
            url, query = f"{ROOT}/executions/{path}/by-ids", {"newStatus": "FAILED"}
            answer = await two.request(method, url, params=query, json=body)
            assert answer.status_code in {400, 403, 404, 405, 422} or '"count":0' in answer.text, (path, answer.text)
    assert (await two.request("DELETE", f"{ROOT}/executions/by-ids", json=[other])).status_code == 400
    mixed = await two.request("DELETE", f"{ROOT}/executions/by-ids", json=[own, other])
    assert mixed.status_code == 400
    assert (await two.get(f"{ROOT}/executions/{other}", headers=basic(ADMIN))).status_code == 200
    after = await dump(two)
    for table in ("flows", "logs", "outputs", "kv"):
        if table in before:
            theirs = [[row for row in side[table] if "teams" in map(str, row)] for side in (before, after)]
            assert theirs[0] == theirs[1], table


async def test_files_of_another_execution_are_not_lent(two):
    source = SOURCE.format(namespace="teams").replace("hello", "files")
    source = source.replace("tasks:", "inputs: [{id: data, type: FILE}]\ntasks:")
    as_admin = basic(ADMIN)
    assert (await two.post(f"{ROOT}/flows", content=source, headers=as_admin | YAML)).status_code == 200
    ran = await two.post(
        f"{ROOT}/executions/teams/files?wait=true", files={"data": ("a.txt", b"theirs")}, headers=as_admin
    )
    uri = ran.json()["inputs"]["data"]
    for execution_id in (ran.json()["id"], two.own["execution_id"], ABSENT):
        for page in ("", "/metas", "/preview"):
            answer = await two.get(f"{ROOT}/executions/{execution_id}/file{page}", params={"path": uri})
            assert answer.status_code in {404, 422}, (execution_id, page)
            assert "theirs" not in answer.text
    own = source.replace("namespace: teams", "namespace: team")
    assert (await two.post(f"{ROOT}/flows", content=own, headers=YAML)).status_code == 200
    answer = await two.post(f"{ROOT}/executions/team/files", params={"wait": "true"}, files={"data": (None, uri)})
    if answer.status_code == 200:
        mine = answer.json()
        got = await two.get(f"{ROOT}/executions/{mine['id']}/file", params={"path": mine["inputs"]["data"]})
        assert "theirs" not in got.text


async def test_lists_and_searches_cannot_be_widened(two):
    wide = [
        {},
        {"namespace": "teams"},
        {"filters[namespace][EQUALS]": "teams"},
        {"filters[namespace][PREFIX]": "team"},
        {"filters[namespace][STARTS_WITH]": "team"},
        {"filters[namespace][CONTAINS]": "e"},
        {"filters[or][0][namespace][EQUALS]": "team", "filters[or][1][namespace][EQUALS]": "teams"},
        {"filters[or][0][namespace][EQUALS]": "teams", "filters[or][1][q][EQUALS]": "message"},
        {"q": "teams"},
        {"sort": "namespace:desc", "size": "1000"},
    ]
    lists = [
        "executions/search",
        "flows/search",
        "logs/search",
        "triggers/search",
        "kv",
        "flows/source",
        "namespaces/search",
    ]
    for path in lists:
        for query in wide:
            answer = await two.get(f"{ROOT}/{path}", params=query)
            assert answer.status_code < 500
            if answer.status_code == 200:
                rows = answer.json()["results"]
                assert not [row for row in rows if '"teams"' in json.dumps(row)], (path, query)
                assert THEIRS not in answer.text


async def test_streams_of_another_namespace_tell_nothing(two, monkeypatch):
    monkeypatch.setattr(executions, "_APPEARS_WITHIN_SECONDS", 0.2)
    told = {}
    for execution_id in (two.other["execution_id"], ABSENT):
        answer = await two.get(f"{ROOT}/executions/{execution_id}/follow")
        told[execution_id] = answer.text.replace(execution_id, "ID")
        assert "teams" not in answer.text
        assert (await two.get(f"{ROOT}/logs/{execution_id}/follow")).status_code in {403, 404}
        dependencies = await two.get(f"{ROOT}/executions/{execution_id}/follow-dependencies")
        assert dependencies.status_code in {403, 404} or "teams" not in dependencies.text
    assert len(set(told.values())) == 1


async def test_a_save_does_not_move_to_another_namespace(two):
    before = await dump(two)
    other = SOURCE.format(namespace="teams")
    requests = [
        ("POST", f"{ROOT}/flows", other),
        ("PUT", f"{ROOT}/flows/teams/hello", other),
        ("PUT", f"{ROOT}/flows/team/hello", other),
        ("POST", f"{ROOT}/flows/team", other),
        ("POST", f"{ROOT}/flows/teams", other),
        ("POST", f"{ROOT}/flows/bulk", other + "---\n" + SOURCE.format(namespace="other")),
    ]
    for method, path, body in requests:
        answer = await two.request(method, path, content=body + "description: mine\n", headers=YAML)
        assert answer.status_code in {403, 404, 409, 422}, (method, path, answer.text)
    imported = await two.post(
        f"{ROOT}/flows/import", files={"fileUpload": ("a.yaml", other.encode() + b"description: x\n")}
    )
    assert imported.status_code in {200, 403, 422}
    assert (await dump(two))["flows"] == before["flows"]


async def test_replaying_and_starting_across_namespaces_is_refused(two):
    for path in (
        f"executions/{two.other['execution_id']}/actions/replay",
        f"executions/{two.other['execution_id']}/replay",
        "executions/teams/hello",
        "executions/trigger/teams/hello",
    ):
        answer = await two.post(f"{ROOT}/{path}")
        assert answer.status_code in {403, 404}, path
        assert THEIRS not in answer.text
