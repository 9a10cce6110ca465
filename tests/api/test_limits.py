"""Limits on concurrent executions, over HTTP."""

from __future__ import annotations

import asyncio

FLOW = """
id: %s
namespace: dev
%s
tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]
"""
ROOT = "/api/v1/main/concurrency-limit"


async def test_limits_show_what_runs_and_what_waits(client, save):
    await save(FLOW % ("limited", "concurrency: {limit: 2}"))
    await save(FLOW % ("free", ""))
    for flow_id in ("limited", "limited", "limited", "free"):
        assert (await client.post(f"/api/v1/main/executions/dev/{flow_id}")).status_code == 200
    shape = {"tenantId": "main", "namespace": "dev", "flowId": "limited", "limit": 2, "running": 2, "queued": 1}
    assert (await client.get(f"{ROOT}/search")).json() == {"results": [shape], "total": 1}
    recounted = await client.put(f"{ROOT}/dev/limited", json={"running": 0})
    assert (recounted.status_code, recounted.json()) == (200, shape)
    for flow_id in ("free", "absent"):
        assert (await client.put(f"{ROOT}/dev/{flow_id}", json={"running": 0})).status_code == 404


async def test_without_executions_there_is_nothing_to_show(client, save):
    await save(FLOW % ("limited", "concurrency: {limit: 2}"))
    assert (await client.get(f"{ROOT}/search")).json() == {"results": [], "total": 0}
    assert (await client.put(f"{ROOT}/dev/limited", json={})).json()["running"] == 0


KEYED = """
id: keyed
namespace: dev
inputs: [{id: region, type: STRING}]
concurrency: {limit: 1, key: "{{ inputs.region }}", pool: gpu, priority: 2}
tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]
"""
POOLS = "/api/v1/main/pools"


async def start(client, flow_id, **inputs):
    answer = await client.post(
        f"/api/v1/main/executions/dev/{flow_id}", files={k: (None, v) for k, v in inputs.items()}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def state_of(client, execution_id):
    return (await client.get(f"/api/v1/main/executions/{execution_id}")).json()["state"]["current"]


async def until_state(client, execution_id, wanted):
    while True:
        if await state_of(client, execution_id) == wanted:
            return
        await asyncio.sleep(0)


async def test_a_key_has_the_limit_for_itself_and_who_waits_is_told_for_whom(client, save):
    assert (await client.put(f"{POOLS}/gpu", json={"slots": 5})).status_code == 200
    await save(KEYED)
    first, second, other = [await start(client, "keyed", region=region) for region in ("eu", "eu", "us")]
    assert [await state_of(client, one) for one in (first, second, other)] == ["PAUSED", "QUEUED", "PAUSED"]
    waiting = (await client.get(f"/api/v1/main/executions/{second}/waiting")).json()
    assert waiting["reason"] == f"Waits: 1 of 1 slots of key eu is held by {first}."
    assert (waiting["position"], waiting["queued"], waiting["key"], waiting["holders"]) == (1, 1, "eu", [first])
    assert (await client.get(f"/api/v1/main/executions/{first}/waiting")).status_code == 409
    keys = (await client.get(f"{ROOT}/dev/keyed")).json()["keys"]
    assert keys == [{"key": "eu", "running": 1, "queued": 1}, {"key": "us", "running": 1, "queued": 0}]


async def test_a_pool_is_shared_and_one_more_slot_lets_the_next_one_in_at_once(client, save):
    assert (await client.put(f"{POOLS}/gpu", json={"slots": 1, "description": "cards"})).status_code == 200
    await save(KEYED)
    await save(KEYED.replace("id: keyed", "id: other"))
    first, second = await start(client, "keyed", region="eu"), await start(client, "other", region="us")
    assert await state_of(client, second) == "QUEUED"
    reason = (await client.get(f"/api/v1/main/executions/{second}/waiting")).json()["reason"]
    assert reason == f"Waits: 1 of 1 slots of pool gpu is held by {first}."
    pool = (await client.get(f"{POOLS}/gpu")).json()
    flows = [{"namespace": "dev", "id": "keyed"}, {"namespace": "dev", "id": "other"}]
    assert (pool["running"], pool["queued"], pool["flows"]) == (1, 1, flows)
    assert (await client.delete(f"{POOLS}/gpu")).status_code == 409
    assert (await client.put(f"{POOLS}/gpu", json={"slots": 2})).status_code == 200
    await until_state(client, second, "PAUSED")


async def test_pools_are_made_and_removed_and_bad_ones_refused(client):
    assert (await client.put(f"{POOLS}/x", json={"slots": 0})).json()["slots"] == 0
    assert (await client.get(POOLS)).json()["total"] == 1
    assert (await client.delete(f"{POOLS}/x")).status_code == 204
    assert (await client.delete(f"{POOLS}/x")).status_code == 404
    for name, body in (("x", {"slots": -1}), ("-x", {"slots": 1}), ("x", {"slots": "1"}), ("x", [1]), ("x", {"a": 1})):
        assert (await client.put(f"{POOLS}/{name}", json=body)).status_code in {400, 422}


async def test_a_flow_whose_pool_nobody_defines_says_so(client, save):
    await save(KEYED)
    answer = await client.post("/api/v1/main/executions/dev/keyed", files={"region": (None, "eu")})
    assert answer.status_code == 422
    assert "there is no pool gpu" in answer.text


BATCHING = """
id: batching
namespace: dev
tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: a}]
triggers:
  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: secret, batch: {size: 9, wait: PT1H}}
"""


async def test_the_health_of_a_trigger_tells_what_it_has_gathered(client, save):
    await save(BATCHING)
    for count in (1, 2):
        called = await client.post("/api/v1/main/executions/webhook/dev/batching/secret", json={"n": count})
        assert (called.status_code, called.json()["gathered"]) == (202, count)
    state = (await client.get("/api/v1/main/triggers/dev/batching/hook")).json()["state"]
    assert state["gathered"] == 2
    assert state["reason"].startswith("2 events are gathered; the next execution starts 20")
    found = (await client.get("/api/v1/main/triggers/search")).json()["results"][0]["state"]
    assert found["gathered"] == 2


CALLER = """
id: caller
namespace: dev
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: dev, flowId: limited, wait: true}
"""


async def test_subflows_need_a_slot_as_every_start_does(client, save):
    await save(FLOW % ("limited", "concurrency: {limit: 1}"))
    await save(CALLER)
    held = await start(client, "limited")
    await start(client, "caller")
    while True:
        limit = (await client.get(f"{ROOT}/dev/limited")).json()
        if limit["queued"]:
            break
        await asyncio.sleep(0)
    query = {"filters[flowId][EQUALS]": "limited", "filters[state][EQUALS]": "QUEUED"}
    (queued,) = (await client.get("/api/v1/main/executions/search", params=query)).json()["results"]
    waiting = (await client.get(f"/api/v1/main/executions/{queued['id']}/waiting")).json()
    assert waiting["holders"] == [held]
    killed = await client.delete(f"/api/v1/main/executions/{held}/kill")
    assert killed.status_code in {200, 202}
    await until_state(client, queued["id"], "PAUSED")
