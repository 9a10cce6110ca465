"""What is remembered of a trigger survives saves of its flow; what the source says is taken over with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.clockwork import NAMESPACE, Clockwork, flow_with, open_clockwork, text_of
from tiercel.errors import NotFoundError
from tiercel.operations import backfilling, flows, triggers
from tiercel.operations.actor import LOCAL
from tiercel.operations.backfilling import BackfillRequest

KEY = (NAMESPACE, "flow", "tick")


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Clockwork]:
    async with open_clockwork(tmp_path) as works:
        yield works


async def test_a_save_keeps_dates_switches_and_backfills(works: Clockwork) -> None:
    await works.save(flow_with())
    await works.pass_time(minutes=59)
    await backfilling.create_backfill(works.environment, LOCAL, KEY, BackfillRequest(start=works.clock() - 10**10))
    await backfilling.pause_backfill(works.environment, LOCAL, KEY, is_paused=True)
    await triggers.set_disabled(works.environment, LOCAL, KEY, is_disabled=True)
    before = await works.trigger()
    await works.save(flow_with("description: changed", "inputs: {}", extra="description: too\n"))
    after = await works.trigger()
    assert after.definition.description == "changed"
    assert (after.is_disabled, after.backfill, after.next_at) == (True, before.backfill, before.next_at)


async def test_a_save_late_in_the_hour_does_not_lose_the_date(works: Clockwork) -> None:
    await works.save(flow_with())
    works.clock.advance(timedelta(hours=1, seconds=1))
    await works.save(flow_with("description: saved just after the date, before it was looked at"))
    await works.run()
    assert await works.dates() == ["2026-01-01T01:00:00"]


async def test_other_times_begin_from_now(works: Clockwork) -> None:
    await works.save(flow_with())
    works.clock.advance(timedelta(hours=3, minutes=1))
    await works.save(flow_with(cron="*/10 * * * *"))
    await works.run()
    assert await works.dates() == []
    assert text_of((await works.trigger()).next_at) == "2026-01-01T03:10:00"


async def test_a_trigger_taken_out_is_forgotten(works: Clockwork) -> None:
    await works.save(flow_with())
    await works.save(flow_with().partition("triggers:")[0])
    with pytest.raises(NotFoundError):
        await works.trigger()
    await works.save(flow_with(extra="description: again\n"))
    await flows.delete_flow(works.environment, LOCAL, (NAMESPACE, "flow"))
    with pytest.raises(NotFoundError):
        await works.trigger()
    await works.pass_time(hours=2)
    assert await works.dates() == []


@pytest.mark.parametrize("extra", ["disabled: true\n", "draft: true\n"])
async def test_a_flow_that_is_disabled_or_a_draft_does_not_fire(works: Clockwork, extra: str) -> None:
    await works.save(flow_with(extra=extra))
    await works.pass_time(hours=2)
    assert await works.dates() == []
    assert await works.why() == "Its flow is disabled, or is a draft."
    await works.save(flow_with())
    await works.run()
    assert await works.dates() == []
    await works.pass_time(hours=1)
    assert await works.dates() == ["2026-01-01T03:00:00"]


async def test_a_trigger_disabled_in_the_source_cannot_be_switched_on(works: Clockwork) -> None:
    await works.save(flow_with("disabled: true"))
    await works.pass_time(hours=2)
    assert await works.dates() == []
    assert await works.why() == "It is disabled in the flow."


async def test_saving_all_the_time_neither_loses_nor_doubles_a_date(works: Clockwork) -> None:
    await works.save(flow_with("allowConcurrent: true", cron="* * * * *"))

    async def save_often() -> None:
        for number in range(60):
            source = flow_with(f"description: save {number}", "allowConcurrent: true", cron="* * * * *")
            await flows.save_flow(works.environment, LOCAL, source)

    saving = asyncio.ensure_future(save_often())
    for _ in range(120):
        works.clock.advance(timedelta(seconds=30))
        await works.scheduler.step()
    await saving
    await works.run()
    minutes = [date[11:16] for date in await works.dates()]
    assert minutes == [f"00:{minute:02}" for minute in range(1, 60)] + ["01:00"]
