"""Backfills run the dates of the past; those of the present wait."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.clockwork import NAMESPACE, START as NOW, Clockwork, flow_with, micros, open_clockwork
from tiercel.errors import ConflictError, InvalidError
from tiercel.model.json import Json
from tiercel.operations import backfilling
from tiercel.operations.actor import LOCAL
from tiercel.operations.backfilling import BackfillRequest
from tiercel.repository.triggers import StoredTrigger

KEY = (NAMESPACE, "flow", "tick")
START = micros(NOW)
HOUR = 3_600_000_000
FORMER = ["2025-12-31T21:00:00", "2025-12-31T22:00:00", "2025-12-31T23:00:00"]


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Clockwork]:
    async with open_clockwork(tmp_path) as works:
        yield works


def fill(
    works: Clockwork, start: int = START - 3 * HOUR, end: int = START - 1, **rest: Json
) -> Awaitable[StoredTrigger]:
    request = BackfillRequest(start=start, end=end, **rest)
    return backfilling.create_backfill(works.environment, LOCAL, KEY, request)


async def test_it_runs_every_date_from_start_to_end_and_is_gone(works: Clockwork) -> None:
    await works.save(flow_with())
    await fill(works)
    await works.run()
    assert await works.dates() == FORMER
    trigger = await works.trigger()
    assert (trigger.backfill, trigger.backfill_id) == (None, "")
    await works.pass_time(hours=1)
    assert await works.dates() == [*FORMER, "2026-01-01T01:00:00"]


async def test_dates_of_the_present_wait_until_it_is_done(works: Clockwork) -> None:
    await works.save(flow_with())
    await fill(works)
    await works.pass_time(hours=2)
    assert await works.dates() == [*FORMER, "2026-01-01T01:00:00", "2026-01-01T02:00:00"]


async def test_inputs_and_labels_are_laid_over_those_of_the_trigger(works: Clockwork) -> None:
    source = flow_with(
        "inputs: {mode: normal}", "labels: {team: data}", extra="inputs:\n  - {id: mode, type: STRING}\n"
    )
    await works.save(source)
    await fill(works, end=START - 3 * HOUR, inputs={"mode": "again"}, labels=(("why", "repair"),))
    await works.run()
    execution = (await works.executions())[0]
    assert execution.inputs == {"mode": "again"}
    assert {"team": "data", "why": "repair"}.items() <= dict(execution.labels).items()


async def test_it_can_be_held_and_goes_on_where_it_was(works: Clockwork) -> None:
    await works.save(flow_with())
    await fill(works)
    await backfilling.pause_backfill(works.environment, LOCAL, KEY, is_paused=True)
    await works.pass_time(hours=1)
    assert await works.dates() == ["2026-01-01T01:00:00"]
    assert await works.why() == "It waits for 2026-01-01T02:00:00Z. Its backfill is paused at 2025-12-31T21:00:00Z."
    await backfilling.pause_backfill(works.environment, LOCAL, KEY, is_paused=False)
    await works.run()
    assert await works.dates() == ["2026-01-01T01:00:00", *FORMER]


async def test_it_can_be_ended_early(works: Clockwork) -> None:
    await works.save(flow_with())
    await fill(works)
    await backfilling.cancel_backfill(works.environment, LOCAL, KEY)
    await works.run()
    assert await works.dates() == []
    with pytest.raises(ConflictError, match="has no backfill"):
        await backfilling.cancel_backfill(works.environment, LOCAL, KEY)


async def test_dates_may_be_run_again_by_another_backfill_unless_only_those_missing_are_asked_for(
    works: Clockwork,
) -> None:
    await works.save(flow_with())
    await fill(works, end=START - 2 * HOUR)
    await works.run()
    await fill(works, is_only_missing=True)
    await works.run()
    assert await works.dates() == FORMER
    await fill(works)
    await works.run()
    assert await works.dates() == [*FORMER, *FORMER]


async def test_there_is_one_at_a_time_and_it_needs_a_date(works: Clockwork) -> None:
    await works.save(flow_with())
    with pytest.raises(InvalidError, match="no slot between"):
        await fill(works, start=START - HOUR + 1)
    with pytest.raises(InvalidError, match="after its end"):
        await fill(works, start=START)
    await fill(works)
    with pytest.raises(ConflictError, match="has a backfill already"):
        await fill(works)


async def test_it_can_be_seen_beforehand(works: Clockwork) -> None:
    await works.save(flow_with())
    await fill(works, end=START - 2 * HOUR)
    await works.run()
    wanted = BackfillRequest(start=START - 3 * HOUR, end=START - 1)
    found = await backfilling.preview_backfill(works.environment, LOCAL, KEY, wanted)
    assert (found.count, found.is_counted_out) == (3, True)
    wanted = BackfillRequest(start=START - 3 * HOUR, end=START - 1, is_only_missing=True)
    found = await backfilling.preview_backfill(works.environment, LOCAL, KEY, wanted)
    assert found.slots == (START - HOUR,)


async def test_it_survives_a_restart_in_the_middle(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with(cron="* * * * *"))
        await fill(works)
        await works.scheduler.step()
        clock = works.clock
    clock.advance(timedelta(seconds=30))
    async with open_clockwork(tmp_path, clock) as works:
        await works.run()
        dates = await works.dates()
    assert len(dates) == len(set(dates)) == 180
