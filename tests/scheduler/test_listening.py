"""Realtime triggers: each event starts one execution, whatever fails in between, and they stop when told to."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from scheduler.clockwork import NAMESPACE, Clockwork, open_clockwork, trigger_of
from tiercel.operations import triggers
from tiercel.operations.actor import LOCAL
from tiercel.plugins import Json, RealtimeTrigger, RunContext, TaskError, TriggerEvent

KEY = (NAMESPACE, "flow", "ear")


class Wire:
    """Where the events of a test come from; what was acknowledged is not given again."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[dict[str, Json] | Exception | None] = queue.Queue()
        self.acknowledged: list[Json] = []
        self.begun = 0
        self.ended = threading.Semaphore(0)
        self.kept: list[Json] = []


WIRE = Wire()


class Ear(RealtimeTrigger, type="test.Ear", example="type: test.Ear\nname: x"):
    """Hears what the test sends."""

    name: str = ""

    def listen(self, ctx: RunContext) -> Iterator[TriggerEvent]:
        wire = WIRE
        wire.begun += 1
        wire.kept.append(ctx.kept_before())
        ctx.log.info("listening as %s", self.name)
        try:
            while not ctx.is_cancelled:
                try:
                    heard = wire.waiting.get_nowait()
                except queue.Empty:
                    ctx.wait(0.01)
                    continue
                if heard is None:
                    return
                if isinstance(heard, Exception):
                    raise heard
                number = heard["n"]
                if heard.get("file"):
                    heard = {**heard, "uri": ctx.files.write("heard.txt", b"heard")}
                yield TriggerEvent(variables=heard, key=str(number), state={"last": number})
                wire.acknowledged.append(number)
        finally:
            wire.ended.release()


class EarLater(RealtimeTrigger, type="test.EarLater", example="type: test.EarLater"):
    """As Ear, asynchronously."""

    async def listen(self, ctx: RunContext) -> AsyncIterator[TriggerEvent]:
        for number in (1, 2):
            await asyncio.sleep(0)
            yield TriggerEvent(variables={"n": number}, key=str(number))
        await asyncio.Event().wait()


def source(*lines: str, kind: str = "test.Ear", message: str = "{{ trigger.n }}") -> str:
    own = "".join(f"    {line}\n" for line in lines)
    return (
        f"id: flow\nnamespace: {NAMESPACE}\n"
        f'tasks:\n  - {{id: hello, type: io.kestra.plugin.core.log.Log, message: "{message}"}}\n'
        f"triggers:\n  - id: ear\n    type: {kind}\n{own}"
    )


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Clockwork]:
    vars(WIRE).update(vars(Wire()))
    async with open_clockwork(tmp_path, plugins_added=(Ear, EarLater)) as works:
        yield works


async def until(test: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(60):
        while True:
            holds = test()
            if holds if isinstance(holds, bool) else await holds:
                return
            await asyncio.sleep(0)


async def heard(*numbers: int) -> None:
    """Send events, and wait until all are acknowledged."""
    wanted = len(WIRE.acknowledged) + len(numbers)
    for number in numbers:
        WIRE.waiting.put({"n": number})
    await until(lambda: len(WIRE.acknowledged) == wanted)


async def numbers(works: Clockwork) -> list[int]:
    return [trigger_of(one).variables["n"] for one in await works.executions()]


async def test_each_event_starts_an_execution_that_is_stored_when_it_is_acknowledged(works: Clockwork) -> None:
    await works.save(source("name: '{{ flow.id }}'"))
    await heard(1, 2, 3)
    assert await numbers(works) == [1, 2, 3]
    state = await works.trigger(trigger_id="ear")
    assert (state.fired_at, state.error, state.reason) == (
        works.clock(),
        None,
        "It listens since 2026-01-01T00:00:00Z.",
    )


async def test_an_event_that_comes_again_starts_nothing(works: Clockwork) -> None:
    await works.save(source())
    await heard(1, 1, 2, 1)
    assert await numbers(works) == [1, 2]


async def test_an_asynchronous_generator_does_too(works: Clockwork) -> None:
    await works.save(source(kind="test.EarLater"))

    async def are_there() -> bool:
        return await numbers(works) == [1, 2]

    await until(are_there)


async def test_conditions_and_inputs_see_the_event(works: Clockwork) -> None:
    await works.save(source("when: '{{ trigger.n > 1 }}'", "labels: {n: '{{ flow.id }}'}"))
    await heard(1, 2)
    (found,) = await works.executions()
    assert (trigger_of(found).variables["n"], dict(found.labels)["n"]) == (2, "flow")


async def test_one_that_fails_begins_again_after_a_pause_that_grows_and_tells_what_it_kept(works: Clockwork) -> None:
    await works.save(source())
    await heard(1)
    for pause in (1, 2, 4):
        WIRE.waiting.put(TaskError("the line is dead"))
        await until(lambda: works.scheduler.listeners == 0)
        await until_failed(works)
        assert "the line is dead" in await works.why_of("ear")
        before = WIRE.begun
        await works.pass_time(seconds=pause - 0.1)
        assert WIRE.begun == before
        await works.pass_time(seconds=0.1)
        await until(lambda: WIRE.begun == before + 1)  # noqa: B023 (waited for in the same turn)
    await until(lambda: len(WIRE.kept) > 3)  # it is told after the beginning is counted
    assert WIRE.kept == [None, {"last": 1}, {"last": 1}, {"last": 1}]
    await heard(2)
    assert (await works.trigger(trigger_id="ear")).error is None
    WIRE.waiting.put(TaskError("again"))
    await until_failed(works)
    before = WIRE.begun
    await works.pass_time(seconds=1)  # an event since makes the first pause short again
    await until(lambda: WIRE.begun == before + 1)


async def until_failed(works: Clockwork) -> None:
    async def has_failed() -> bool:
        return (await works.trigger(trigger_id="ear")).reason.startswith("It begins to listen again")

    await until(has_failed)


async def test_one_that_ends_of_itself_begins_again(works: Clockwork) -> None:
    await works.save(source())
    WIRE.waiting.put(None)
    await until_failed(works)
    assert (await works.trigger(trigger_id="ear")).error == "It ended of itself."
    await works.pass_time(seconds=1)
    await heard(1)
    assert await numbers(works) == [1]


@pytest.mark.parametrize("how", ["disable", "source", "delete", "close"])
async def test_it_stops_when_it_is_switched_off_removed_or_the_server_stops(works: Clockwork, how: str) -> None:
    await works.save(source())
    await heard(1)
    match how:
        case "disable":
            await triggers.set_disabled(works.environment, LOCAL, KEY, is_disabled=True)
        case "source":
            await works.save(source("disabled: true"))
        case "delete":
            await works.save(f"id: flow\nnamespace: {NAMESPACE}\ntasks: [{{id: a, type: {LOG}, message: a}}]\n")
        case _:
            await works.scheduler.close()
    if how != "close":
        await works.scheduler.step()
    assert works.scheduler.listeners == 0
    assert await asyncio.to_thread(WIRE.ended.acquire, timeout=60)
    if how == "disable":
        await triggers.set_disabled(works.environment, LOCAL, KEY, is_disabled=False)
        await works.scheduler.step()
        await heard(2)
        assert await numbers(works) == [1, 2]


LOG = "io.kestra.plugin.core.log.Log"


async def test_it_begins_anew_when_it_is_declared_otherwise_and_not_for_other_changes(works: Clockwork) -> None:
    await works.save(source("name: one"))
    await heard(1)
    await works.save(source("name: one", message="other"))
    await works.save(source("name: one", "labels: {a: b}", message="other"))
    await heard(2)
    assert WIRE.begun == 1
    await works.save(source("name: two"))
    await until(lambda: WIRE.begun == 2)
    await heard(3)
    assert await numbers(works) == [1, 2, 3]


async def test_the_next_scheduler_listens_at_once(works: Clockwork) -> None:
    await works.save(source())
    await heard(1)
    await works.scheduler.close()
    await works.scheduler.claim(is_only=True)
    await works.scheduler.step()
    await heard(2)
    assert (WIRE.begun, WIRE.kept) == (2, [None, {"last": 1}])


async def test_its_lease_is_put_off_while_it_lives(works: Clockwork) -> None:
    await works.save(source())
    await heard(1)
    for _ in range(5):
        await works.pass_time(seconds=61)
    assert (WIRE.begun, works.scheduler.listeners) == (1, 1)
    assert await works.why_of("ear") == "It listens since 2026-01-01T00:00:00Z."


async def test_files_belong_to_the_execution_of_their_event(works: Clockwork) -> None:
    await works.save(source(message="{{ read(trigger.uri) }}"))
    for number in (1, 2):
        WIRE.waiting.put({"n": number, "file": True})
    await until(lambda: len(WIRE.acknowledged) == 2)
    found = await works.executions()
    assert [one.state.value for one in found] == ["SUCCESS", "SUCCESS"]
    assert all(one.id in trigger_of(one).variables["uri"] for one in found)


async def test_its_lines_are_in_the_log_of_the_trigger(works: Clockwork) -> None:
    await works.save(source("name: me"))

    async def is_there() -> bool:
        rows = await works.environment.database.read(
            lambda connection: connection.fetch("SELECT trigger_id, message FROM logs WHERE trigger_id = 'ear'")
        )
        return rows == [("ear", "listening as me")]

    await until(is_there)
