"""What those who watch over triggers are told: figures for alerts, and a health that a dead scheduler spoils."""

from __future__ import annotations

import asyncio

from prometheus_client.parser import text_string_to_metric_families

from tiercel.operations.pulse import Pulse

HOOK = """\
id: hook
namespace: dev
tasks: [{id: say, type: io.kestra.plugin.core.log.Log, message: hi}]
triggers:
  - {id: t, type: io.kestra.plugin.core.trigger.Webhook, key: s3cret}
  - {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}
"""
SILENCE_MICROS = 61_000_000


async def samples(client):
    text = (await client.get("/prometheus")).text
    return {
        (sample.name, sample.labels.get("type", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_figures_tell_what_fired_and_what_is_late(client, save):
    await save(HOOK)
    for _ in range(3):
        await client.post("/api/v1/main/executions/webhook/dev/hook/s3cret")
    found = await samples(client)
    assert found["tiercel_triggers_fired_total", "io.kestra.plugin.core.trigger.Webhook"] == 3
    assert (found["tiercel_triggers_failing", ""], found["tiercel_triggers_locked", ""]) == (0, 0)
    environment = client.installation.environment

    async with asyncio.timeout(60):
        while True:
            if (await samples(client))["tiercel_triggers_due", ""] == 0:
                break
            await asyncio.sleep(0)

    def spoil(connection):
        connection.execute("UPDATE triggers SET error = 'x' WHERE trigger_id = 's'")

    await environment.database.write(spoil)
    assert (await samples(client))["tiercel_triggers_failing", ""] == 1


async def test_a_scheduler_that_does_nothing_spoils_the_health(client, monkeypatch):
    pulse = client.installation.environment.bell.pulse
    assert (await client.get("/health")).json() == {"status": "UP"}
    monkeypatch.setattr(Pulse, "step", lambda *_, **__: None)
    pulse.stepped_at -= SILENCE_MICROS
    pulse.fault = "the disk is full"
    answer = await client.get("/health/readiness")
    assert (answer.status_code, answer.json()) == (503, {"status": "DOWN"})
    assert (await client.get("/health/liveness")).status_code == 200
    assert (await samples(client))["tiercel_scheduler_idle_seconds", ""] > 60
    environment = client.installation.environment
    assert pulse.problem(environment.clock()).endswith("seconds: the disk is full.")
    monkeypatch.undo()
    environment.bell.ring()
    async with asyncio.timeout(60):
        while True:
            if (await client.get("/health")).status_code == 200:
                return
            await asyncio.sleep(0)
