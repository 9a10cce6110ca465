from __future__ import annotations

import pytest

ROOT = "/api/v1/main/namespaces/a.b/kv"


@pytest.mark.parametrize(
    ("body", "kind", "value"),
    [
        ('"a"', "STRING", "a"),
        ('"PT1H"', "STRING", "PT1H"),
        ("42", "NUMBER", 42),
        ("true", "BOOLEAN", True),
        ('{"a": [1]}', "JSON", {"a": [1]}),
        ("[1, 2]", "JSON", [1, 2]),
        ("PT15M", "DURATION", "PT15M"),
        ("2024-01-01", "DATE", "2024-01-01"),
        ("2024-01-01T00:00:00Z", "DATETIME", "2024-01-01T00:00:00Z"),
        ("just text", "STRING", "just text"),
        ("P", "STRING", "P"),
        ("2024-13-01", "STRING", "2024-13-01"),
    ],
)
async def test_a_value_is_read_as_it_is_written(client, body, kind, value):
    stored = await client.put(f"{ROOT}/key", content=body, headers={"content-type": "text/plain"})
    assert (stored.status_code, stored.content) == (200, b"")
    found = (await client.get(f"{ROOT}/key")).json()
    assert (found["type"], found["value"], found["revision"]) == (kind, value, 1)


async def test_a_key_has_a_life(client):
    assert (await client.get(f"{ROOT}/key")).status_code == 404
    await client.put(f"{ROOT}/key", content="1", headers={"description": "a number"})
    await client.put(f"{ROOT}/key", content="2")
    assert (await client.get(f"{ROOT}/key")).json()["revision"] == 2
    assert (await client.delete(f"{ROOT}/key")).json() is True
    assert (await client.delete(f"{ROOT}/key")).json() is False
    assert (await client.get(f"{ROOT}/key")).status_code == 404


async def test_an_expired_key_is_gone(client):
    await client.put(f"{ROOT}/key", content="1", headers={"ttl": "PT0S"})
    assert (await client.get(f"{ROOT}/key")).status_code == 410
    assert (await client.get("/api/v1/main/kv")).json()["results"] == []
    assert (await client.put(f"{ROOT}/key", content="1", headers={"ttl": "soon"})).status_code == 422


async def test_what_is_no_key_is_refused(client):
    assert (await client.put(f"{ROOT}/-key", content="1")).status_code in {404, 422}


async def test_keys_are_listed_and_inherited(client):
    for namespace, key in (("a.b", "own"), ("a", "above"), ("a", "own"), ("c", "other")):
        await client.put(f"/api/v1/main/namespaces/{namespace}/kv/{key}", content="1")
    everything = (await client.get("/api/v1/main/kv")).json()
    assert everything["total"] == 4
    only = await client.get("/api/v1/main/kv", params={"filters[namespace][EQUALS]": "a"})
    assert [entry["key"] for entry in only.json()["results"]] == ["above", "own"]
    assert [entry["key"] for entry in (await client.get(ROOT)).json()] == ["own"]
    inherited = (await client.get(f"{ROOT}/inheritance")).json()
    assert [(entry["namespace"], entry["key"]) for entry in inherited] == [("a", "above"), ("a", "own")]
    gone = await client.request("DELETE", ROOT, json={"keys": ["own", "nope"]})
    assert gone.json() == {"keys": ["own"]}


async def test_namespaces_are_where_things_are(client):
    await client.put(f"{ROOT}/key", content="1")
    found = (await client.get("/api/v1/main/namespaces/search")).json()
    assert [one["id"] for one in found["results"]] == ["a", "a.b", "system"]
    assert (await client.post("/api/v1/main/namespaces/autocomplete", json={"q": "b"})).json() == ["a.b"]
    assert (await client.get("/api/v1/main/namespaces/any.thing")).json()["id"] == "any.thing"


async def test_secrets_show_their_names_only(client):
    found = await client.get("/api/v1/main/secrets")
    assert found.json() == {"readOnly": False, "results": [{"key": "TOKEN", "tags": []}], "total": 1}
    assert (await client.get("/api/v1/main/namespaces/a/inherited-secrets")).json() == {"a": ["TOKEN"]}
