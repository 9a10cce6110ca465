"""Limits on concurrent executions, over HTTP."""

from __future__ import annotations

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
