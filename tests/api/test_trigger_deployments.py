"""What users did to triggers is theirs: whichever way a flow is deployed again, it stays."""

from __future__ import annotations

import pytest

API = "/api/v1/main"
YAML = {"content-type": "application/x-yaml"}
KEY = {"namespace": "dev", "flowId": "flow"}
SOURCE = """\
id: flow
namespace: dev
description: %s
tasks: [{id: hello, type: io.kestra.plugin.core.log.Log, message: hello}]
triggers:
  - {id: off, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 * * *"}
  - {id: filled, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 * * * *"}
  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: abcdefgh}
"""


async def by_put(client):
    return await client.put(f"{API}/flows/dev/flow", content=SOURCE % "two", headers=YAML)


async def by_bulk(client):
    return await client.post(f"{API}/flows/bulk", content=SOURCE % "two", headers=YAML)


async def by_namespace(client):
    return await client.post(f"{API}/flows/dev", content=SOURCE % "two", params={"delete": "false"}, headers=YAML)


async def by_import(client):
    return await client.post(f"{API}/flows/import", files={"fileUpload": ("flows.yaml", (SOURCE % "two").encode())})


async def by_archive(client):
    exported = await client.get(f"{API}/flows/export/by-query", params={"filters[namespace][EQUALS]": "dev"})
    assert exported.status_code == 200, exported.text
    assert (await by_put(client)).status_code == 200
    return await client.post(f"{API}/flows/import", files={"fileUpload": ("flows.zip", exported.content)})


async def by_deleting_first(client):
    assert (await client.delete(f"{API}/flows/dev/flow")).status_code < 300
    return await client.post(f"{API}/flows", content=SOURCE % "two", headers=YAML)


async def states(client):
    found = (await client.get(f"{API}/triggers/dev/flow")).json()["results"]
    return {one["triggerId"]: one for one in found}


@pytest.mark.parametrize("deploy", [by_put, by_bulk, by_namespace, by_import, by_archive, by_deleting_first])
async def test_switches_backfills_and_dates_stay(client, save, deploy):
    await save(SOURCE % "one")
    for trigger_id in ("off", "hook"):
        body = {**KEY, "triggerId": trigger_id, "disabled": True}
        assert (await client.put(f"{API}/triggers/set-disabled", json=body)).status_code == 200
    body = {**KEY, "triggerId": "filled"}
    begun = {**body, "backfill": {"start": "2020-01-01T00:00:00Z", "end": "2020-12-31T00:00:00Z", "labels": []}}
    assert (await client.put(f"{API}/triggers/backfill/create", json=begun)).status_code == 200
    assert (await client.put(f"{API}/triggers/backfill/pause", json=body)).status_code == 200
    before = (await states(client))["filled"]["backfill"]
    answer = await deploy(client)
    assert answer.status_code < 300, answer.text
    after = await states(client)
    assert {name: one["disabled"] for name, one in after.items()} == {"off": True, "filled": False, "hook": True}
    assert (after["filled"]["backfill"], before["paused"]) == (before, True)
    called = await client.post(f"{API}/executions/webhook/dev/flow/abcdefgh")
    assert called.status_code == 409, called.text
    revision = (await client.get(f"{API}/flows/dev/flow")).json()["revision"]
    assert revision == (3 if deploy is by_archive else 2)
