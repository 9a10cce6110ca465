"""Triggers that wait for events obey their switch, remember when they fired, and may switch themselves off."""

from __future__ import annotations

import asyncio

import pytest

ROOT = "/api/v1/main/triggers"
LOG = "{id: log, type: io.kestra.plugin.core.log.Log, message: hello}"
FAIL = "{id: bad, type: io.kestra.plugin.core.execution.Fail}"
OF_UP = "conditions: [{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: dev, flowId: up}]"


def hook(more="", task=LOG):
    return (
        "id: hook\nnamespace: dev\ntriggers:\n"
        f"  - {{id: t, type: io.kestra.plugin.core.trigger.Webhook, key: s3cret{more}}}\ntasks: [{task}]\n"
    )


def listener(more="", task=LOG):
    return (
        "id: hook\nnamespace: dev\ntriggers:\n"
        f"  - {{id: t, type: io.kestra.plugin.core.trigger.Flow, {OF_UP}{more}}}\ntasks: [{task}]\n"
    )


@pytest.fixture
def call(client):
    return lambda **request: client.post("/api/v1/main/executions/webhook/dev/hook/s3cret", **request)


@pytest.fixture
def switch(client):
    async def switch(*, is_disabled, flow_id="hook", trigger_id="t"):
        body = {"namespace": "dev", "flowId": flow_id, "triggerId": trigger_id, "disabled": is_disabled}
        answer = await client.put(f"{ROOT}/set-disabled", json=body)
        assert answer.status_code == 200, answer.text

    return switch


@pytest.fixture
def state(client):
    async def state():
        return (await client.get(f"{ROOT}/dev/hook")).json()["results"][0]

    return state


async def count(client, flow_id="hook"):
    answer = await client.get("/api/v1/main/executions/search", params={"filters[flowId][EQUALS]": flow_id})
    return answer.json()["total"]


async def until(test):
    """Wait until something holds."""
    async with asyncio.timeout(60):
        while True:
            if await test():
                return
            await asyncio.sleep(0)


async def answered(client):
    """Wait until all that follows from executions that ended has been started."""
    database = client.installation.environment.database

    async def is_empty():
        return not await database.read(lambda connection: connection.fetch("SELECT 1 FROM announcements"))

    await until(is_empty)


async def test_a_webhook_that_is_switched_off_says_so_to_those_who_know_its_key(save, client, call, switch):
    await save(hook())
    await switch(is_disabled=True)
    answer = await call()
    assert (answer.status_code, answer.json()["message"]) == (
        409,
        "Trigger dev.hook.t is switched off; nothing was started",
    )
    assert await count(client) == 0
    await save_again(client, hook("  , description: x"))
    assert (await call()).status_code == 409
    await switch(is_disabled=False)
    assert (await call()).status_code == 200


async def save_again(client, source):
    await client.put("/api/v1/main/flows/dev/hook", content=source, headers={"content-type": "application/x-yaml"})


async def test_a_flow_trigger_that_is_switched_off_looks_at_nothing(save, start, client, switch):
    await save(f"id: up\nnamespace: dev\ntasks: [{LOG}]\n")
    await save(listener())
    await switch(is_disabled=True)
    await start("up")
    await answered(client)
    assert await count(client) == 0
    await switch(is_disabled=False)
    await start("up")
    await answered(client)
    assert await count(client) == 1


@pytest.mark.parametrize("kind", ["webhook", "flow"])
async def test_stop_after_switches_them_off(save, start, client, call, state, kind):
    await save(f"id: up\nnamespace: dev\ntasks: [{LOG}]\n")
    await save((hook if kind == "webhook" else listener)(", stopAfter: [FAILED]", FAIL))

    async def fire():
        if kind == "webhook":
            return (await call()).status_code
        await start("up")
        return await answered(client)

    await fire()

    async def is_off():
        return (await state())["disabled"]

    await until(is_off)
    assert (await state())["reason"].endswith("ended FAILED (stopAfter).")
    assert await fire() in {409, None}
    assert await count(client) == 1


async def test_a_toggle_reaches_them(save, start, client, call):
    await save(hook())
    toggle = "type: io.kestra.plugin.core.trigger.Toggle, flowId: hook, trigger: t"
    await save(f"id: off\nnamespace: dev\ntasks: [{{id: t, {toggle}, enabled: false}}]\n")
    await save(f"id: on\nnamespace: dev\ntasks: [{{id: t, {toggle}, enabled: true}}]\n")
    await start("off")
    assert (await call()).status_code == 409
    await start("on")
    assert (await call()).status_code == 200
    assert await count(client) == 1
