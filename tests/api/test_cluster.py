"""The services of this process and their numbers."""

from __future__ import annotations

ROOT = "/api/v1/main/cluster"
HELLO = """\
id: hello
namespace: dev
tasks:
  - {id: say, type: io.kestra.plugin.core.flow.Sleep, duration: PT0S}
triggers:
  - {id: yearly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}
"""


async def values_of(client, kind):
    response = await client.get(f"{ROOT}/metrics/{kind}")
    assert response.status_code == 200, response.text
    return {metric["name"]: metric["value"] for metric in response.json()}


async def test_every_part_of_the_server_is_a_service(client):
    found = (await client.get(f"{ROOT}/services")).json()
    assert {one["type"] for one in found["results"]} == {"EXECUTOR", "SCHEDULER", "WEBSERVER", "WORKER"}
    assert len({one["server"]["id"] for one in found["results"]}) == 1
    for service in found["results"]:
        assert (await client.get(f"{ROOT}/services/{service['id']}")).json()["type"] == service["type"]
        assert service["state"] == "RUNNING"
    assert (await client.get(f"{ROOT}/services/nothing")).status_code == 404


async def test_numbers_are_those_of_what_was_done(client, save, start):
    await save(HELLO)
    before = await values_of(client, "EXECUTOR")
    await start("hello")
    after = await values_of(client, "EXECUTOR")
    assert after["executor.execution.end.count"] == before["executor.execution.end.count"] + 1
    assert (await values_of(client, "worker"))["worker.started.count"] == 1
    assert (await values_of(client, "SCHEDULER"))["scheduler.trigger.count"] == 1
    assert (await values_of(client, "WEBSERVER"))["sse.connections.active"] == 0
    assert await values_of(client, "INDEXER") == {}
    assert (await client.get(f"{ROOT}/metrics/COOK")).status_code == 404


async def test_the_address_without_tenant_leads_there_too(client):
    assert (await client.get("/api/v1/cluster/services")).status_code == 200
