"""What is set for namespaces: variables and defaults of plugins, inherited down the tree."""

from __future__ import annotations

from api.users import ADMIN, EDITOR, VIEWER, basic

ROOT = "/api/v1/main/namespaces"
LOG = "io.kestra.plugin.core.log.Log"
FLOW = """\
id: {id}
namespace: {namespace}
tasks:
  - {{id: use, type: io.kestra.plugin.core.debug.Return, format: "{text}"}}
"""


async def set_(client, namespace, **what):
    return await client.put(f"{ROOT}/{namespace}", json={"id": namespace, **what})


async def value_of(save, start, text, namespace="a.b", flow_id="f"):
    await save(FLOW.format(id=flow_id, namespace=namespace, text=text))
    found = await start(flow_id, namespace)
    return (found["taskRunList"][0].get("outputs") or {}).get("value")


async def test_what_is_set_is_shown_changed_and_forgotten(client):
    body = {
        "id": "a.b",
        "description": "of the team",
        "variables": {"region": "eu", "deep": {"x": 1}},
        "pluginDefaults": [{"type": LOG, "forced": False, "values": {"level": "WARN"}}],
    }
    created = await client.post(ROOT, json=body)
    assert created.status_code == 200, created.text
    assert body.items() <= created.json().items()
    assert (await client.get(f"{ROOT}/a.b")).json() == created.json()
    assert (await client.post(ROOT, json=body)).status_code == 409
    changed = await client.put(f"{ROOT}/a.b", json={"id": "a.b", "variables": {"region": "us"}})
    assert changed.json()["variables"] == {"region": "us"}
    assert "description" not in changed.json()
    assert changed.json()["created"] == created.json()["created"]
    listed = (await client.get(f"{ROOT}/search")).json()
    assert [one["id"] for one in listed["results"]] == ["a", "a.b", "system"]
    assert (await client.delete(f"{ROOT}/a.b")).status_code == 204
    assert (await client.delete(f"{ROOT}/a.b")).status_code == 404
    assert (await client.get(f"{ROOT}/a.b")).json() == {"id": "a.b", "deleted": False}


async def test_flows_see_the_variables_of_their_namespace_and_those_above(client, save, start):
    await set_(client, "a", variables={"region": "eu", "deep": {"x": 1, "y": 2}, "list": [1, 2]})
    await set_(client, "a.b", variables={"region": "us", "deep": {"y": 3}, "list": [3]})
    text = "{{ namespace.region }} {{ namespace.deep.x }}{{ namespace.deep.y }} {{ namespace.list }}"
    assert await value_of(save, start, text) == "us 13 [3]"
    assert (await client.get(f"{ROOT}/a.b/inherited-variables")).json()["region"] == "eu"
    await set_(client, "a.b", variables={"region": "changed"})
    again = await start("f", "a.b")
    assert again["taskRunList"][0]["outputs"]["value"] == "changed 12 [1,2]"
    assert await value_of(save, start, "{{ namespace.region ?? 'none' }}", "c", "other") == "none"


async def test_defaults_are_given_to_parts_of_flows_that_run_there(client, save, start):
    return_ = "io.kestra.plugin.core.debug.Return"
    source = f"id: f\nnamespace: a.b\ntasks:\n  - {{id: use, type: {return_}}}\n"
    await set_(client, "a", pluginDefaults=[{"type": return_, "values": {"format": "of a"}}])
    await save(source)
    assert (await start("f", "a.b"))["taskRunList"][0]["outputs"]["value"] == "of a"
    await set_(client, "a.b", pluginDefaults=[{"type": return_, "values": {"format": "of a.b"}}])
    assert (await start("f", "a.b"))["taskRunList"][0]["outputs"]["value"] == "of a.b"
    inherited = (await client.get(f"{ROOT}/a.b/inherited-plugindefaults")).json()
    assert inherited == [{"type": return_, "forced": False, "values": {"format": "of a"}}]
    own = source.replace("id: f", "id: g").replace(f"type: {return_}", f"type: {return_}, format: own")
    await save(own)
    assert (await start("g", "a.b"))["taskRunList"][0]["outputs"]["value"] == "own"
    await set_(client, "a", pluginDefaults=[{"type": return_, "forced": True, "values": {"format": "forced"}}])
    assert (await start("g", "a.b"))["taskRunList"][0]["outputs"]["value"] == "forced"


async def test_mistakes_are_told_with_their_place(client):
    text = f"""\
id: a.b
variables: [1]
pluginDefaults:
  - type: {LOG}
    values: {{levle: WARN}}
  - values: {{}}
storageType: s3
colour: red
"""
    refused = await client.put(f"{ROOT}/a.b", content=text, headers={"content-type": "application/x-yaml"})
    assert refused.status_code == 422
    found = {error["path"]: error.get("line") for error in refused.json()["errors"]}
    assert found == {
        "variables": 2,
        "pluginDefaults[0].values.levle": 5,
        "pluginDefaults[1].type": 6,
        "storageType": 7,
        "colour": 8,
    }
    only = text.replace("  - values: {}\n", "").replace("variables: [1]\n", "").split("storageType")[0]
    near = await client.put(f"{ROOT}/a.b", content=only, headers={"content-type": "application/x-yaml"})
    (error,) = near.json()["errors"]
    assert (error["path"], error["line"]) == ("pluginDefaults[0].values.levle", 4)
    assert "level" in error["hint"]
    for body in ({"id": "other"}, {"id": "Bad Name!"}, []):
        assert (await client.put(f"{ROOT}/a.b", json=body)).status_code == 422
    assert (await client.post(ROOT, json={"variables": {}})).status_code == 422


async def test_only_an_admin_sets_something_for_a_namespace(guarded):
    async with guarded() as client:
        for user in (EDITOR, VIEWER):
            for method, path in (("POST", ROOT), ("PUT", f"{ROOT}/team"), ("DELETE", f"{ROOT}/team")):
                response = await client.request(method, path, json={"id": "team"}, headers=basic(user))
                assert response.status_code == 403, (user, method)
        assert (await client.put(f"{ROOT}/team", json={"id": "team"}, headers=basic(ADMIN))).status_code == 200
        assert (await client.get(f"{ROOT}/team", headers=basic(VIEWER))).status_code == 200
