"""Polling triggers: workers look for them, at intervals, one look at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.clockwork import NAMESPACE, Clockwork, open_clockwork, trigger_of
from tasks.web_server import WebServer
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations import triggers
from tiercel.operations.actor import LOCAL
from tiercel.plugins import PollingTrigger, RunContext, Static, TaskError

KEY = (NAMESPACE, "flow", "look")
FOUND: list[str] = []
LOOKS: list[str] = []
RESULTS: list[dict[str, str]] = []
GATE = threading.Event()


class Look(PollingTrigger, type="test.Look", example="type: test.Look\nname: x"):
    """Finds what the test has put there."""

    name: str = ""
    fails: Static[bool] = False
    waits: Static[bool] = False

    def evaluate(self, ctx: RunContext) -> dict[str, str] | None:
        LOOKS.append(self.name)
        ctx.log.info("looking for %s", self.name)
        if self.fails:
            raise TaskError("there is nobody there")
        if self.waits:
            GATE.wait(120)
        if RESULTS:
            return RESULTS.pop()
        return {"found": FOUND.pop(0)} if FOUND else None


class LookLater(PollingTrigger, type="test.LookLater", example="type: test.LookLater"):
    """As Look, asynchronously."""

    async def evaluate(self, ctx: RunContext) -> dict[str, str] | None:
        await asyncio.sleep(0)
        return {"found": FOUND.pop(0)} if FOUND else None


def source(*lines: str, kind: str = "test.Look", extra: str = "") -> str:
    own = "".join(f"    {line}\n" for line in lines)
    return (
        f"id: flow\nnamespace: {NAMESPACE}\n{extra}"
        'tasks:\n  - {id: hello, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.found }}"}\n'
        f"triggers:\n  - id: look\n    type: {kind}\n    interval: PT10S\n{own}"
    )


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Clockwork]:
    FOUND.clear()
    LOOKS.clear()
    GATE.clear()
    async with open_clockwork(tmp_path, plugins_added=(Look, LookLater)) as works:
        yield works
        GATE.set()


async def looked(works: Clockwork) -> None:
    """Step, and wait until no look is under way."""
    await works.scheduler.step()
    while works.scheduler.looks_under_way:
        await works.environment.bell.wait(5)
    await works.run()


async def test_it_looks_at_once_and_then_at_intervals(works: Clockwork) -> None:
    await works.save(source("name: '{{ flow.id }}'"))
    await looked(works)
    assert LOOKS == ["flow"]
    works.clock.advance(timedelta(seconds=9))
    await looked(works)
    assert len(LOOKS) == 1
    works.clock.advance(timedelta(seconds=1))
    await looked(works)
    assert len(LOOKS) == 2
    assert await works.executions() == []


@pytest.mark.parametrize("kind", ["test.Look", "test.LookLater"])
async def test_what_it_finds_starts_an_execution_that_sees_it(works: Clockwork, kind: str) -> None:
    FOUND.append("gold")
    await works.save(source(kind=kind, extra="inputs: [{id: what, type: STRING, defaults: nothing}]\n"))
    await looked(works)
    (execution,) = await works.executions()
    assert execution.state is State.SUCCESS
    assert trigger_of(execution).variables == {"found": "gold"}
    trigger = await works.trigger(trigger_id="look")
    assert (trigger.fired_at, trigger.is_locked) == (works.clock(), False)


@pytest.mark.parametrize("found", [{}, {"found": "x" * 100_000}])
async def test_what_it_found_may_be_nothing_to_tell_or_very_much(works: Clockwork, found: dict[str, Json]) -> None:
    RESULTS.append(found)
    await works.save(source())
    await looked(works)
    (execution,) = await works.executions()
    assert trigger_of(execution).variables == found


async def test_inputs_labels_and_conditions_see_what_it_found(works: Clockwork) -> None:
    FOUND.extend(["lead", "gold"])
    await works.save(
        source(
            "inputs: {what: '{{ trigger.found }}'}",
            "labels: {what: '{{ trigger.found }}'}",
            "when: '{{ trigger.found == \"gold\" }}'",
        ).replace("    inputs: {what: '{{ trigger.found }}'}\n", "")
    )
    await looked(works)
    assert await works.executions() == []
    works.clock.advance(timedelta(seconds=10))
    await looked(works)
    (execution,) = await works.executions()
    assert dict(execution.labels)["what"] == "gold"


async def test_a_condition_that_cannot_be_told_makes_a_failed_execution(works: Clockwork) -> None:
    FOUND.append("gold")
    await works.save(source("when: '{{ trigger.nothing.at.all > 1 }}'"))
    await looked(works)
    (execution,) = await works.executions()
    assert execution.state is State.FAILED
    assert "conditions cannot be told" in str(execution.error)


@pytest.mark.parametrize("makes_execution", [True, False])
async def test_a_look_that_fails_says_so_and_makes_an_execution_only_if_asked_to(
    works: Clockwork, makes_execution: bool
) -> None:
    await works.save(source("fails: true", *(["failOnTriggerError: true"] if makes_execution else [])))
    await looked(works)
    assert [one.state for one in await works.executions()] == [State.FAILED] * makes_execution
    trigger = await works.trigger(trigger_id="look")
    assert "there is nobody there" in str(trigger.error)
    works.clock.advance(timedelta(seconds=10))
    await looked(works)
    assert len(LOOKS) == 2


async def test_a_look_that_takes_long_is_not_begun_again(works: Clockwork) -> None:
    FOUND.append("gold")
    await works.save(source("waits: true"))
    works.clock.advance(timedelta(seconds=30))
    await works.scheduler.step()
    assert works.scheduler.looks_under_way == 1
    GATE.set()
    await looked(works)
    assert len(LOOKS) == 1
    assert len(await works.executions()) == 1


async def test_what_was_found_is_kept_when_the_flow_is_saved_meanwhile(works: Clockwork) -> None:
    FOUND.append("gold")
    await works.save(source("waits: true"))
    await works.save(source("waits: true", "description: saved during the look"))
    GATE.set()
    await looked(works)
    assert len(await works.executions()) == 1
    assert (await works.trigger(trigger_id="look")).definition.description == "saved during the look"


async def test_what_was_found_starts_nothing_when_the_trigger_was_switched_off(works: Clockwork) -> None:
    FOUND.append("gold")
    await works.save(source("waits: true"))
    await triggers.set_disabled(works.environment, LOCAL, KEY, is_disabled=True)
    GATE.set()
    await looked(works)
    assert await works.executions() == []
    assert (await works.trigger(trigger_id="look")).is_disabled


async def test_its_lines_are_kept_as_lines_of_the_trigger(works: Clockwork) -> None:
    await works.save(source("name: gold"))
    await looked(works)
    rows = await works.environment.database.read(
        lambda connection: connection.fetch("SELECT message, trigger_id, execution_id FROM logs")
    )
    assert rows == [("looking for gold", "look", None)]


async def test_a_web_resource_starts_an_execution_when_its_answer_fits(works: Clockwork) -> None:
    with WebServer() as server:
        server.answers["/status"] = (503, {}, b"not yet")
        await works.save(
            source(
                f"uri: {server.url}/status",
                "responseCondition: \"{{ response.statusCode == 503 and response.body == 'ready' }}\"",
                kind="io.kestra.plugin.core.http.Trigger",
            ).replace("{{ trigger.found }}", "{{ trigger.body }} {{ trigger.code }}")
        )
        await looked(works)
        assert await works.executions() == []
        server.answers["/status"] = (503, {}, b"ready")
        works.clock.advance(timedelta(seconds=10))
        await looked(works)
        (execution,) = await works.executions()
        assert execution.state is State.SUCCESS
        assert trigger_of(execution).variables["body"] == "ready"
        assert len(server.requests) == 2
