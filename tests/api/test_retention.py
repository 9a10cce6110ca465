from __future__ import annotations

from dataclasses import replace

from tiercel.operations.retention import remove_expired_keys, remove_old
from tiercel.operations.settings import RetentionSettings, Settings

DAY = 86_400_000_000
FLOWS = """\
id: {id}
namespace: dev
tasks:
  - {task}
"""


async def test_what_ended_long_ago_goes_with_all_that_is_its(client, save, start):
    await save(FLOWS.format(id="quick", task="{id: say, type: io.kestra.plugin.core.log.Log, message: hi}"))
    await save(FLOWS.format(id="slow", task="{id: wait, type: io.kestra.plugin.core.flow.Pause}"))
    ended, live = await start("quick"), await start("slow", wait="false")
    environment = client.installation.environment
    later = replace(environment, clock=lambda: environment.clock() + 91 * DAY)
    assert await remove_old(environment) == 0
    assert await remove_old(replace(later, settings=Settings(retention=RetentionSettings(days=0)))) == 0
    assert await remove_old(later) == 1
    assert (await client.get(f"/api/v1/executions/{ended['id']}")).status_code == 404
    assert (await client.get(f"/api/v1/executions/{live['id']}")).status_code == 200
    assert (await client.get("/api/v1/logs/search")).json()["total"] == 0
    assert (await client.get("/api/v1/flows/dev/quick")).status_code == 200


async def test_expired_keys_go_a_day_later(client):
    root = "/api/v1/main/namespaces/dev/kv"
    for key, ttl in (("soon", "PT1H"), ("late", "P3D")):
        await client.put(f"{root}/{key}", content="1", headers={"ttl": ttl})
    await client.put(f"{root}/ever", content="1")
    environment = client.installation.environment
    hour = replace(environment, clock=lambda: environment.clock() + DAY // 2)
    later = replace(environment, clock=lambda: environment.clock() + 2 * DAY)
    assert await remove_expired_keys(hour) == 0
    assert await remove_expired_keys(later) == 1
    assert await remove_expired_keys(later) == 0
    rows = await environment.database.read(lambda c: c.fetch("SELECT key FROM kv ORDER BY key"))
    assert rows == [("ever",), ("late",)]
