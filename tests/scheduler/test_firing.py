"""A schedule fires for each of its dates, once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.clockwork import Clockwork, flow_with, micros, open_clockwork, text_of, trigger_of
from tiercel.model.state import State
from tiercel.operations import executions
from tiercel.operations.actor import LOCAL
from tiercel.operations.replaying import resume
from tiercel.testing.clock import FakeClock


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Clockwork]:
    async with open_clockwork(tmp_path) as works:
        yield works


async def test_a_new_schedule_waits_for_the_first_date_after_now(works: Clockwork) -> None:
    works.clock.advance(datetime(2026, 1, 1, 0, 30, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC))
    await works.save(flow_with())
    assert await works.dates() == []
    assert text_of((await works.trigger()).next_at) == "2026-01-01T01:00:00"
    assert await works.why() == "It waits for 2026-01-01T01:00:00Z."


async def test_it_fires_for_each_date_and_says_which(works: Clockwork) -> None:
    await works.save(flow_with())
    for _ in range(3):
        await works.pass_time(hours=1)
    assert await works.dates() == ["2026-01-01T01:00:00", "2026-01-01T02:00:00", "2026-01-01T03:00:00"]
    first = (await works.executions())[0]
    assert first.state is State.SUCCESS
    assert trigger_of(first).id == "tick"
    assert trigger_of(first).variables == {
        "date": "2026-01-01T01:00:00Z",
        "next": "2026-01-01T02:00:00Z",
        "previous": "2026-01-01T00:00:00Z",
    }
    assert dict(first.labels)["system.from"] == "trigger"
    assert dict(first.labels)["system.correlationId"] == first.id


async def test_nothing_happens_before_the_date(works: Clockwork) -> None:
    await works.save(flow_with())
    await works.pass_time(minutes=59, seconds=59)
    assert await works.dates() == []
    await works.pass_time(seconds=1)
    assert await works.dates() == ["2026-01-01T01:00:00"]
    await works.run()
    assert await works.dates() == ["2026-01-01T01:00:00"]


async def test_the_step_tells_when_the_next_one_is_needed(works: Clockwork) -> None:
    await works.save(flow_with(cron="*/5 * * * * *", extra="").replace("    cron", "    withSeconds: true\n    cron"))
    assert await works.scheduler.step() == 5.0
    assert (await works.trigger()).next_at is not None
    works.clock.advance(timedelta(seconds=3))
    assert await works.scheduler.step() == 2.0


async def test_inputs_and_labels_are_rendered_with_the_date(works: Clockwork) -> None:
    source = flow_with(
        "inputs: {day: '{{ trigger.date | date(\"yyyy-MM-dd\") }}', mode: full}",
        "labels: {day: '{{ trigger.date | date(\"dd\") }}', team: data}",
        extra="labels: {team: all, owner: me}\ninputs:\n  - {id: day, type: STRING}\n  - {id: mode, type: STRING}\n",
    )
    await works.save(source)
    await works.pass_time(hours=1)
    execution = (await works.executions())[0]
    assert execution.inputs == {"day": "2026-01-01", "mode": "full"}
    assert {"day": "01", "team": "data", "owner": "me"}.items() <= dict(execution.labels).items()


async def test_inputs_that_are_missing_make_a_failed_execution_that_says_so(works: Clockwork) -> None:
    await works.save(flow_with(extra="inputs:\n  - {id: day, type: STRING}\n"))
    await works.pass_time(hours=1)
    execution = (await works.executions())[0]
    assert execution.state is State.FAILED
    assert "day" in str(execution.error)
    assert (await works.trigger()).error == execution.error
    await works.pass_time(hours=1)
    assert len(await works.dates()) == 2


async def test_conditions_decide_at_each_date(works: Clockwork) -> None:
    await works.save(flow_with('when: \'{{ trigger.date | date("HH") == "03" }}\''))
    assert text_of((await works.trigger()).next_at) == "2026-01-01T03:00:00"
    await works.pass_time(hours=2)
    assert await works.dates() == []
    await works.pass_time(hours=1)
    assert await works.dates() == ["2026-01-01T03:00:00"]


async def test_conditions_that_cannot_be_told_make_a_failed_execution(works: Clockwork) -> None:
    await works.save(flow_with("when: '{{ nothing.at.all > 3 }}'"))
    await works.pass_time(hours=1)
    execution = (await works.executions())[0]
    assert execution.state is State.FAILED
    assert "conditions cannot be told" in str(execution.error)


async def test_given_dates_fire_once_each_and_then_never(works: Clockwork) -> None:
    await works.save(flow_with('dates: ["2026-01-01T02:00:00Z", "2026-01-03T00:00:00+01:00"]', cron=""))
    await works.pass_time(hours=2)
    await works.pass_time(days=2)
    assert await works.dates() == ["2026-01-01T02:00:00", "2026-01-02T23:00:00"]
    assert await works.why() == "No date of it is left."
    assert (await works.trigger()).look_at is None


async def test_clocks_that_go_back_fire_a_rare_schedule_once(tmp_path: Path) -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    async with open_clockwork(tmp_path, FakeClock(before)) as works:
        await works.save(flow_with("timezone: Europe/Paris", cron="30 2 * * *"))
        for _ in range(48):
            await works.pass_time(hours=1)
        assert await works.dates() == ["2026-10-25T00:30:00", "2026-10-26T01:30:00"]


async def test_clocks_that_go_forward_leave_out_what_is_skipped(tmp_path: Path) -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    async with open_clockwork(tmp_path, FakeClock(before)) as works:
        await works.save(flow_with("timezone: Europe/Paris", cron="30 2 * * *"))
        for _ in range(48):
            await works.pass_time(hours=1)
        assert await works.dates() == ["2026-03-30T00:30:00"]


async def test_an_execution_that_runs_holds_the_schedule_back(works: Clockwork) -> None:
    await works.save(_slow(flow_with()))
    works.clock.advance(_hours(1))
    await works.scheduler.step()
    trigger = await works.trigger()
    assert trigger.is_locked
    works.clock.advance(_hours(2))
    await works.scheduler.step()
    assert f"Execution {trigger.execution_id} of it runs" in await works.why()
    await _resume(works, trigger.execution_id)
    await works.scheduler.step()  # begins with the oldest of those that were held back
    held = await works.trigger()
    assert text_of(held.last_at) == "2026-01-01T02:00:00"
    await _resume(works, held.execution_id)


async def test_executions_run_side_by_side_when_the_trigger_allows_it(works: Clockwork) -> None:
    await works.save(_slow(flow_with("allowConcurrent: true")))
    works.clock.advance(_hours(5))
    await works.scheduler.step()
    found = await works.environment.database.read(
        lambda connection: connection.fetch("SELECT scheduled_at FROM executions ORDER BY id")
    )
    assert [text_of(at)[11:13] for (at,) in found] == ["01", "02", "03", "04", "05"]
    assert not (await works.trigger()).is_locked


async def test_a_trigger_switches_itself_off_after_a_state(works: Clockwork) -> None:
    source = flow_with("stopAfter: [FAILED]").replace("core.log.Log, message: hello", "core.execution.Fail")
    await works.save(source)
    await works.pass_time(hours=1)
    await works.pass_time(hours=1)
    assert len(await works.dates()) == 1
    assert await works.why() == "It was switched off because an execution of it ended FAILED (stopAfter)."


async def test_many_due_at_once_are_all_started(works: Clockwork) -> None:
    for number in range(40):
        await works.save(flow_with(flow_id=f"flow{number}"))
    await works.pass_time(hours=1)
    assert [await works.dates(f"flow{number}") for number in range(40)] == [["2026-01-01T01:00:00"]] * 40


def _hours(count: int) -> timedelta:
    return timedelta(hours=count)


def _slow(source: str) -> str:
    return source.replace("core.log.Log, message: hello", "core.flow.Pause")


async def _resume(works: Clockwork, execution_id: str | None) -> None:
    """End an execution that pauses, and wait until its trigger was told."""
    assert execution_id is not None
    follow = await executions.follow_execution(works.environment, LOCAL, execution_id)
    while (await anext(follow)).execution.state is not State.PAUSED:
        pass
    assert isinstance(follow, AsyncGenerator)
    await follow.aclose()
    await resume(works.environment, LOCAL, execution_id, {})
    await works.executor.wait(execution_id)
    while (await works.trigger()).execution_id == execution_id:
        await works.environment.bell.wait(5)


def test_dates_are_counted_in_microseconds() -> None:
    assert micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000_000
