"""Triggers that gather events: the last one after quiet (debounce), or all of them at once (batch)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from executor.plain import Plain
from scheduler import test_polling
from scheduler.clockwork import NAMESPACE, Clockwork, open_clockwork, trigger_of
from tiercel.errors import InvalidError
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations import flows, triggers
from tiercel.operations.actor import LOCAL
from tiercel.operations.gathering import list_gathered
from tiercel.operations.starting import StartRequest, prepare_execution
from tiercel.operations.webhooks import Call, Reply, call_webhook

SOURCE = """
id: flow
namespace: dev
inputs: [{id: said, type: STRING, required: false}]
tasks: [{id: show, type: io.kestra.plugin.core.debug.Return, format: "%s"}]
triggers:
  - id: hook
    type: io.kestra.plugin.core.trigger.Webhook
    key: secret
    %s
"""
ALL = "{{ trigger.events | jq('.[].body.n') }}"
KEY = (NAMESPACE, "flow", "hook")


@pytest.fixture
async def clockwork(tmp_path: Path) -> AsyncIterator[Clockwork]:
    async with open_clockwork(tmp_path, plugins_added=[test_polling.Look]) as opened:
        yield opened


async def call(clockwork: Clockwork, number: int, **more: str) -> Reply:
    body = f'{{"n": {number}, "region": "{more.get("region", "eu")}"}}'.encode()
    return await call_webhook(
        clockwork.environment, (NAMESPACE, "flow"), "secret", Call(content=Plain(body), headers={}, parameters={})
    )


async def shown(clockwork: Clockwork) -> list[dict[str, Json]]:
    executions = await clockwork.executions()
    assert [one.state for one in executions] == [State.SUCCESS] * len(executions)
    return [trigger_of(one).variables for one in executions]


async def test_the_last_event_wins_after_quiet(clockwork: Clockwork) -> None:
    await clockwork.save(
        SOURCE % ("{{ trigger.body.n }}", "debounce: {wait: PT10S}\n    inputs: {said: '{{ trigger.body.n }}'}")
    )
    for number in (1, 2, 3):
        reply = await call(clockwork, number)
        assert reply.is_gathered
        assert reply.gathering is not None
        assert reply.gathering.count == number
        await clockwork.pass_time(seconds=9)
    assert await clockwork.executions() == []
    await clockwork.pass_time(seconds=1)
    (execution,) = await clockwork.executions()
    assert (trigger_of(execution).variables["body"]["n"], execution.inputs) == (3, {"said": "3"})
    await clockwork.pass_time(hours=1)
    assert len(await clockwork.executions()) == 1


async def test_it_waits_no_longer_than_it_may(clockwork: Clockwork) -> None:
    await clockwork.save(SOURCE % ("x", "debounce: {wait: PT10S, maxWait: PT25S}"))
    for number in range(6):
        await call(clockwork, number)
        await clockwork.pass_time(seconds=6)
    (first,) = await shown(clockwork)
    assert first["body"]["n"] == 4


async def test_each_key_is_waited_for_by_itself(clockwork: Clockwork) -> None:
    await clockwork.save(SOURCE % ("x", 'debounce: {wait: PT10S, key: "{{ trigger.body.region }}"}'))
    for number, region in enumerate(["eu", "us", "eu"]):
        await call(clockwork, number, region=region)
    gathered = await list_gathered(clockwork.environment, LOCAL, KEY)
    assert sorted((one.name, one.count) for one in gathered) == [("eu", 2), ("us", 1)]
    await clockwork.pass_time(seconds=10)
    assert sorted(one["body"]["n"] for one in await shown(clockwork)) == [1, 2]


async def test_a_batch_starts_when_it_is_full_or_has_waited(clockwork: Clockwork) -> None:
    await clockwork.save(SOURCE % (ALL, "batch: {size: 3, wait: PT1M}\n    inputs: {said: '{{ trigger.size }}'}"))
    for number in range(7):
        await call(clockwork, number)
        if number % 3 == 2:
            await clockwork.run()
    assert [[one["body"]["n"] for one in each["events"]] for each in await shown(clockwork)] == [[0, 1, 2], [3, 4, 5]]
    await clockwork.pass_time(seconds=60)
    executions = await clockwork.executions()
    assert [one.inputs["said"] for one in executions] == ["3", "3", "1"]


async def test_more_events_than_a_batch_holds_make_several(clockwork: Clockwork) -> None:
    await clockwork.save(SOURCE % ("x", "batch: {size: 2, wait: PT1M}"))
    for number in range(5):
        await call(clockwork, number)
    await clockwork.run()
    assert [each["size"] for each in await shown(clockwork)] == [2, 2]
    (left,) = await list_gathered(clockwork.environment, LOCAL, KEY)
    assert left.count == 1


async def test_what_was_gathered_starts_at_once_when_the_trigger_is_switched_off(clockwork: Clockwork) -> None:
    await clockwork.save(SOURCE % ("x", "batch: {size: 5, wait: PT1H}"))
    await call(clockwork, 1)
    await triggers.set_disabled(clockwork.environment, LOCAL, KEY, is_disabled=True)
    await clockwork.run()
    assert [each["size"] for each in await shown(clockwork)] == [1]


async def test_a_trigger_that_is_gone_starts_nothing_and_says_so(clockwork: Clockwork) -> None:
    await clockwork.save(SOURCE % ("x", "batch: {size: 5, wait: PT1M}"))
    await call(clockwork, 1)
    await flows.delete_flow(clockwork.environment, LOCAL, (NAMESPACE, "flow"))
    await clockwork.pass_time(minutes=1)
    assert await clockwork.executions() == []
    rows = await clockwork.environment.database.read(
        lambda connection: connection.fetch("SELECT message FROM logs WHERE trigger_id = 'hook'")
    )
    assert "1 gathered events start nothing" in rows[0][0]


async def test_a_key_that_cannot_be_rendered_shows_as_a_failed_execution(clockwork: Clockwork) -> None:
    await clockwork.save(SOURCE % ("x", 'batch: {size: 5, wait: PT1M, key: "{{ trigger.nowhere.at }}"}'))
    await call(clockwork, 1)
    (execution,) = await clockwork.executions()
    assert execution.state is State.FAILED
    assert "key of trigger hook cannot be rendered" in str(execution.error)


async def test_what_polling_finds_is_gathered(clockwork: Clockwork) -> None:
    test_polling.FOUND[:] = ["a", "b", "c"]
    source = test_polling.source("batch: {size: 3, wait: PT5M}").replace("trigger.found", "trigger.size")
    await clockwork.save(source)
    for _ in range(4):
        while clockwork.scheduler.looks_under_way:
            await clockwork.environment.bell.wait(1)
        await clockwork.pass_time(seconds=10)
    while not await clockwork.executions():
        await clockwork.environment.bell.wait(1)
        await clockwork.run()
    (variables,) = await shown(clockwork)
    assert [one["found"] for one in variables["events"]] == ["a", "b", "c"]


async def test_what_a_flow_trigger_sees_is_gathered(clockwork: Clockwork) -> None:
    listening = """
id: flow
namespace: dev
tasks: [{id: show, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.size }}"}]
triggers:
  - id: after
    type: io.kestra.plugin.core.trigger.Flow
    batch: {size: 2, wait: PT1M}
    conditions: [{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: dev, flowId: first}]
"""
    await clockwork.save(
        "id: first\nnamespace: dev\ntasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: a}]\n"
    )
    await clockwork.save(listening)
    for _ in range(2):
        made = await prepare_execution(clockwork.environment, StartRequest(namespace="dev", flow_id="first"))
        await clockwork.executor.run(made)
    while not await clockwork.executions():
        await clockwork.environment.bell.wait(1)
        await clockwork.run()
    (variables,) = await shown(clockwork)
    assert variables["size"] == 2
    assert len({one["executionId"] for one in variables["events"]}) == 2


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("debounce: {wait: PT1S}\n    batch: {size: 2, wait: PT1S}", "exclude each other"),
        ("debounce: {wait: PT0S}", "too short"),
        ("debounce: {wait: PT10S, maxWait: PT1S}", "shorter than wait"),
        ("batch: {size: 0, wait: PT1S}", "greater than or equal to 1"),
        ("batch: {size: 1}", "must not be null"),
        ("wait: true\n    batch: {size: 1, wait: PT1S}", "cannot answer with its end"),
    ],
)
async def test_rules_that_cannot_work_are_refused_with_their_place(
    clockwork: Clockwork, lines: str, message: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        await clockwork.save(SOURCE % ("x", lines))
    (violation,) = refused.value.violations
    assert message in violation.message
    assert violation.path.startswith("triggers[0].")
    assert violation.line is not None
