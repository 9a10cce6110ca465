"""What a refusal says of itself: the kind of problem, as the published catalogue names it, and the way out."""

from __future__ import annotations

import pytest

API = "/api/v1/main"
YAML = {"content-type": "application/x-yaml"}
TEXT = {"content-type": "text/plain"}
ASKS = """\
id: asks
namespace: dev
inputs:
  - {id: count, type: INT}
tasks:
  - {id: log, type: io.kestra.plugin.core.log.Log, message: hi}
triggers:
  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: s3cret, inputs: {count: "{{ trigger.body.nothing }}"}}
"""
BROKEN = "id: broken\nnamespace: dev\ntasks: [{id: a, type: io.kestra.plugin.core.Nothing}]\n"
FORM = {"x": (None, "1")}
LABELS = {"json": [{"key": "system.a", "value": "b"}]}
PROBLEMS = [
    ("POST", "/flows", {"content": BROKEN, "headers": YAML}, 422, "validation-failed"),
    ("POST", "/flows", {"content": "{", "headers": YAML}, 422, "validation-failed"),
    ("PUT", "/flows/dev/asks", {"content": BROKEN, "headers": YAML}, 422, "validation-failed"),
    ("POST", "/flows", {"content": ASKS, "headers": YAML}, 409, "entity-already-exists"),
    ("POST", "/flows", {"content": "a", "headers": TEXT}, 415, "unsupported-media-type"),
    ("POST", "/executions/dev/asks", {}, 422, "invalid-entity"),
    ("POST", "/executions/dev/asks", {"files": {"count": (None, "x")}}, 422, "invalid-entity"),
    ("POST", "/executions/dev/asks?labels=x", {}, 422, "invalid-argument"),
    ("POST", "/executions/dev/asks?labels=system.a:b", {}, 422, "invalid-argument"),
    ("POST", "/executions/dev/asks?wait=perhaps", {}, 422, "invalid-argument"),
    ("POST", "/executions/dev/asks?scheduleDate=soon", {}, 422, "invalid-format"),
    ("POST", "/executions/dev/asks", {"json": {"count": 1}}, 415, "unsupported-media-type"),
    ("POST", "/executions/webhook/dev/asks/s3cret", {}, 422, "invalid-request-body"),
    ("POST", "/executions/kill/by-ids", {}, 405, "method-not-allowed"),
    ("DELETE", "/executions/kill/by-ids", {"json": {}}, 422, "invalid-json"),
    ("DELETE", "/executions/kill/by-ids", {"content": "["}, 422, "invalid-json"),
    ("DELETE", "/executions/kill/by-ids", {"json": ["x"]}, 400, "bulk-validation-failed"),
    (
        "POST",
        "/executions/change-status/by-ids",
        {"json": []},
        400,
        "invalid-query-parameter",
    ),
    ("GET", "/flows/search?size=1001", {}, 422, "invalid-argument"),
    ("GET", "/flows/search?page=0", {}, 422, "invalid-argument"),
    ("GET", "/flows/search?page=one", {}, 422, "invalid-argument"),
    ("GET", "/flows/search?sort=id:up", {}, 422, "invalid-argument"),
    ("GET", "/flows/search?sort=nothing:asc", {}, 422, "invalid-argument"),
    ("GET", "/flows/search?filters[x][EQUALS]=1", {}, 400, "invalid-query-filters"),
    (
        "GET",
        "/executions/search?filters[startDate][EQUALS]=x",
        {},
        400,
        "invalid-query-filters",
    ),
    ("GET", "/flows/dev/absent", {}, 404, "not-found"),
    ("GET", "/nothing", {}, 404, "not-found"),
    ("POST", "/flows/import", {"files": FORM}, 422, "invalid-request-body"),
    ("POST", "/namespaces/dev/files?path=/a", {"files": FORM}, 422, "invalid-request-body"),
    ("PUT", "/namespaces/dev/kv/a", {"content": "[" * 9999}, 422, "invalid-entity"),
    (
        "PUT",
        "/namespaces/dev/kv/a",
        {"content": "1", "headers": {"ttl": "long"}},
        422,
        "invalid-format",
    ),
    ("GET", "/namespaces/dev/files", {}, 400, "invalid-query-parameter"),
    ("POST", "/triggers/unlock/by-triggers", {"json": {}}, 422, "invalid-json"),
    ("DELETE", "/triggers/dev/asks/hook", {}, 409, "conflict"),
]


TITLES = {
    "validation-failed": "Validation failed",
    "entity-already-exists": "Entity already exists",
    "unsupported-media-type": "Unsupported media type",
    "invalid-entity": "Invalid entity",
    "invalid-argument": "Invalid argument",
    "invalid-format": "Invalid value format",
    "invalid-request-body": "Invalid request body",
    "method-not-allowed": "Method not allowed",
    "invalid-json": "Invalid JSON",
    "bulk-validation-failed": "Bulk validation failed",
    "invalid-query-filters": "Invalid query filters",
    "not-found": "Resource not found",
    "invalid-query-parameter": "Invalid query parameter",
    "conflict": "Conflict",
}


@pytest.mark.parametrize("case", PROBLEMS, ids=lambda case: " ".join(case[:2]))
async def test_kinds_of_problems_are_those_of_the_catalogue(client, save, case):
    method, path, sent, status, word = case
    await save(ASKS)
    answer = await client.request(method, API + path, **sent)
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, body["type"].rpartition("/")[2], body["title"]) == (status, word, TITLES[word]), body
    assert body["status"] == status
    assert body["detail"] == body["message"] != ""


async def test_the_right_methods_are_said_where_one_is_not_allowed(client):
    for method, path, allowed in (
        ("PATCH", f"{API}/flows/search", "GET, HEAD, OPTIONS"),
        ("POST", f"{API}/executions/kill/by-ids", "DELETE, OPTIONS"),
        ("PATCH", f"{API}/flows/dev/hello", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("DELETE", f"{API}/executions/x/follow", "GET, OPTIONS"),
        ("HEAD", f"{API}/executions/x/follow", "GET, OPTIONS"),
        ("PUT", "/ping", "GET, HEAD, OPTIONS"),
    ):
        answer = await client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed), (method, path)


async def test_pointers_are_those_of_rfc_6901(client):
    source = "id: a\nnamespace: dev\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x, a~b/c: 1}\n"
    wrong = (await client.post(f"{API}/flows", content=source, headers=YAML)).json()
    assert "/tasks/0/a~0b~1c" in {error["pointer"] for error in wrong["errors"]}
    named = (await client.request("DELETE", f"{API}/flows/delete/by-ids", json=[{"id": "a"}])).json()
    assert [(error["path"], error["pointer"]) for error in named["errors"]] == [("[0].namespace", "/0/namespace")]
