"""The calendar of what schedules will start."""

from __future__ import annotations

from api.test_triggers import source

PATH = "/api/v1/main/triggers/planned"
FLOW = """\
id: {id}
namespace: {namespace}
tasks:
  - {{id: hello, type: io.kestra.plugin.core.log.Log, message: hello}}
triggers:
  - {{id: tick, type: io.kestra.plugin.core.trigger.Schedule, cron: "{cron}", timezone: UTC}}
"""
DAYS = {"from": "2030-01-01T00:00:00Z", "to": "2030-01-03T00:00:00Z"}


async def test_starts_are_counted_by_hour(client, save):
    await save(FLOW.format(id="daily", namespace="dev", cron="0 4 * * *"))
    await save(FLOW.format(id="often", namespace="dev", cron="*/30 4 * * *"))
    await save(source("other"))
    found = (await client.get(PATH, params=DAYS)).json()
    assert found["total"] == 7
    assert found["complete"]
    assert found["hours"] == [
        {"at": "2030-01-01T00:00:00Z", "count": 1, "flows": ["other"]},
        {"at": "2030-01-01T04:00:00Z", "count": 3, "flows": ["often", "daily"]},
        {"at": "2030-01-02T04:00:00Z", "count": 3, "flows": ["often", "daily"]},
    ]


async def test_what_is_off_or_filtered_starts_nothing(client, save):
    await save(FLOW.format(id="daily", namespace="dev", cron="0 4 * * *"))
    await save(FLOW.format(id="far", namespace="prod", cron="0 5 * * *"))
    key = {"namespace": "dev", "flowId": "daily", "triggerId": "tick"}
    await client.put("/api/v1/main/triggers/set-disabled", json={**key, "disabled": True})
    assert (await client.get(PATH, params=DAYS)).json()["total"] == 2
    filtered = await client.get(PATH, params={**DAYS, "filters[namespace][EQUALS]": "dev"})
    assert filtered.json()["total"] == 0


async def test_what_starts_too_often_is_told_in_part(client, save):
    await save(FLOW.format(id="minutely", namespace="dev", cron="* * * * *"))
    found = (await client.get(PATH, params=DAYS)).json()
    assert (found["total"], found["complete"]) == (750, False)


async def test_the_stretch_is_bounded(client):
    for wrong in ("2029-01-01T00:00:00Z", "2030-03-01T00:00:00Z"):
        refused = await client.get(PATH, params={**DAYS, "to": wrong})
        assert refused.status_code == 422
        assert "at most 31 days" in refused.json()["message"]
