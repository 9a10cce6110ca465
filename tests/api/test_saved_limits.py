"""Limits that a save of the flow changes while executions of it run and wait."""

from __future__ import annotations

import asyncio

import pytest

API = "/api/v1/main"
SOURCE = """
id: limited
namespace: dev
inputs: [{id: key, type: STRING, defaults: a}]
%s
tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]
"""
KEYED = 'concurrency: {limit: %d, key: "{{ inputs.key }}"}'


@pytest.fixture
def change(client):
    """Save the flow with other limits."""

    async def change(limits, **query):
        answer = await client.put(
            f"{API}/flows/dev/limited",
            content=SOURCE % limits,
            params=query,
            headers={"content-type": "application/x-yaml"},
        )
        assert answer.status_code == 200, answer.text

    return change


async def start(client, count, key="a"):
    answers = [await client.post(f"{API}/executions/dev/limited", files={"key": (None, key)}) for _ in range(count)]
    return [answer.json()["id"] for answer in answers]


async def states(client, ids):
    found = [(await client.get(f"{API}/executions/{one}")).json()["state"]["current"] for one in ids]
    return "".join({"PAUSED": "P", "QUEUED": "Q"}.get(state, "?") for state in found)


async def until(client, ids, wanted):
    while True:
        if await states(client, ids) == wanted:
            return
        await asyncio.sleep(0)


async def test_a_higher_limit_lets_in_who_waits_and_a_lower_one_stops_nobody(client, save, change):
    await save(SOURCE % "concurrency: {limit: 1}")
    ids = await start(client, 5)
    assert await states(client, ids) == "PQQQQ"
    await change("concurrency: {limit: 3}")
    await until(client, ids, "PPPQQ")
    await change("concurrency: {limit: 2}")
    assert await states(client, ids) == "PPPQQ"
    assert (await client.post(f"{API}/executions/{ids[0]}/resume")).status_code < 300
    assert (await client.delete(f"{API}/executions/{ids[1]}/kill")).status_code < 300
    await until(client, ids, "??PPQ")


async def test_without_a_limit_all_start(client, save, change):
    await save(SOURCE % "concurrency: {limit: 1}")
    ids = await start(client, 3)
    await change("")
    await until(client, ids, "PPP")


async def test_a_draft_changes_nothing(client, save, change):
    await save(SOURCE % "concurrency: {limit: 1}")
    ids = await start(client, 2)
    await change("concurrency: {limit: 2}", draft="true")
    assert await states(client, ids) == "PQ"
    waiting = (await client.get(f"{API}/executions/{ids[1]}/waiting")).json()
    assert waiting["reason"] == f"Waits: 1 of 1 slots of flow dev.limited is held by {ids[0]}."
    assert (await client.get(f"{API}/concurrency-limit/dev/limited")).json()["limit"] == 1
    await change("concurrency: {limit: 2}\nlabels: {no: draft}")
    await until(client, ids, "PP")


async def test_each_key_has_the_new_limit(client, save, change):
    await save(SOURCE % (KEYED % 1))
    ids = [*await start(client, 3, "a"), *await start(client, 2, "b")]
    assert await states(client, ids) == "PQQPQ"
    await change(KEYED % 2)
    await until(client, ids, "PPQPP")


async def test_a_rate_that_is_raised_or_shortened_counts_at_once(client, save, change):
    await save(SOURCE % "concurrency: {rate: {limit: 1, period: PT1H}}")
    ids = await start(client, 4)
    assert await states(client, ids) == "PQQQ"
    await change("concurrency: {rate: {limit: 2, period: PT1H}}")
    await until(client, ids, "PPQQ")
    await change("concurrency: {rate: {limit: 2, period: PT0.05S}}")
    await until(client, ids, "PPPP")


async def test_the_saved_limit_counts_after_a_restart_too(open_server):
    headers = {"content-type": "application/x-yaml"}
    async with open_server() as client:
        await client.post(f"{API}/flows", content=SOURCE % "concurrency: {limit: 1}", headers=headers)
        ids = await start(client, 3)
        assert await states(client, ids) == "PQQ"
    async with open_server() as client:
        await client.put(f"{API}/flows/dev/limited", content=SOURCE % "concurrency: {limit: 2}", headers=headers)
        await until(client, ids, "PPQ")
    async with open_server() as client:
        assert (await client.post(f"{API}/executions/{ids[0]}/resume")).status_code < 300
        await until(client, ids, "?PP")
        fourth = await start(client, 1)
        assert await states(client, fourth) == "Q"
