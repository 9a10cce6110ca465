"""What becomes of dates that pass while nothing runs, while a trigger is locked, or while it is switched off."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.clockwork import NAMESPACE, flow_with, open_clockwork, text_of
from tiercel.operations import triggers
from tiercel.operations.actor import LOCAL
from tiercel.operations.settings import PluginSettings, SchedulerSettings
from tiercel.scheduler.scheduler import Scheduler
from tiercel.scheduler.tenure import LEASE_MICROS

KEY = (NAMESPACE, "flow", "tick")


@pytest.mark.parametrize("policy", ["ALL", "LAST", "NONE", None])
async def test_an_outage_of_three_days_is_made_up_for_as_the_policy_says(tmp_path: Path, policy: str | None) -> None:
    lines = [] if policy is None else [f"recoverMissedSchedules: {policy}"]
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with(*lines, cron="0 */6 * * *"))
        clock = works.clock
    clock.advance(timedelta(days=3, minutes=10))
    async with open_clockwork(tmp_path, clock) as works:
        await works.run()
        found = await works.dates()
        assert text_of((await works.trigger()).next_at) == "2026-01-04T06:00:00"
        await works.live(hours=6)
        after = await works.dates()
    every = [f"2026-01-{day:02}T{hour:02}:00:00" for day in range(1, 5) for hour in range(0, 24, 6)][1:13]
    assert found == {"ALL": every, None: every, "LAST": every[-1:], "NONE": []}[policy]
    assert after == [*found, "2026-01-04T06:00:00"]


@pytest.mark.parametrize("policy", ["ALL", "LAST", "NONE"])
async def test_a_process_that_stood_still_for_three_days_makes_up_as_the_policy_says(
    tmp_path: Path, policy: str
) -> None:
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with(f"recoverMissedSchedules: {policy}", cron="0 */6 * * *"))
        await works.pass_time(days=3, minutes=10)
        found = await works.dates()
        await works.live(hours=6)
        after = await works.dates()
    every = [f"2026-01-{day:02}T{hour:02}:00:00" for day in range(1, 5) for hour in range(0, 24, 6)][1:13]
    assert found == {"ALL": every, "LAST": every[-1:], "NONE": []}[policy]
    assert after == [*found, "2026-01-04T06:00:00"]


@pytest.mark.parametrize("policy", ["ALL", "LAST", "NONE"])
async def test_a_short_pause_is_no_outage(tmp_path: Path, policy: str) -> None:
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with(f"recoverMissedSchedules: {policy}", "allowConcurrent: true", cron="* * * * *"))
        await works.pass_time(seconds=50)
        await works.pass_time(seconds=29)
        assert await works.dates() == ["2026-01-01T00:01:00"]


async def test_the_installation_may_choose_the_policy_of_those_that_choose_none(tmp_path: Path) -> None:
    configuration = {"type": "io.kestra.plugin.core.trigger.Schedule", "values": {"recoverMissedSchedules": "NONE"}}
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with())
        clock = works.clock
    clock.advance(timedelta(days=1))
    async with open_clockwork(tmp_path, clock, plugins=PluginSettings(configurations=(configuration,))) as works:
        await works.run()
        assert await works.dates() == []


async def test_many_missed_dates_that_may_run_side_by_side_are_caught_up_in_few_commits(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with("allowConcurrent: true", cron="* * * * *"))
        clock = works.clock
    clock.advance(timedelta(hours=8))
    async with open_clockwork(tmp_path, clock) as works:
        before = (await works.trigger()).version
        await works.run()
        dates = await works.dates()
        assert len(dates) == len(set(dates)) == 480
        assert (await works.trigger()).version - before < 10


async def test_dates_too_late_are_left_out(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with("lateMaximumDelay: PT90M"))
        await works.pass_time(hours=5)
        assert await works.dates() == ["2026-01-01T04:00:00", "2026-01-01T05:00:00"]


async def test_switching_off_and_on_makes_up_for_nothing(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with())
        await triggers.set_disabled(works.environment, LOCAL, KEY, is_disabled=True)
        assert await works.why() == "It was switched off by hand."
        await works.pass_time(hours=5, minutes=30)
        assert await works.dates() == []
        await triggers.set_disabled(works.environment, LOCAL, KEY, is_disabled=False)
        await works.run()
        assert await works.dates() == []
        await works.pass_time(minutes=30)
        assert await works.dates() == ["2026-01-01T06:00:00"]


async def test_one_scheduler_replaces_another_and_the_former_can_store_nothing(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with())
        second = Scheduler(works.environment, works.executor)
        assert not await second.claim()
        works.clock.advance(timedelta(hours=1))
        assert works.clock() > LEASE_MICROS
        assert await second.claim()
        assert await works.scheduler.step() > 0
        assert await works.dates() == []
        await second.step()
        assert await works.dates() == ["2026-01-01T01:00:00"]
        await second.close()
        assert await works.scheduler.claim()


async def test_the_installation_may_choose_the_zone_of_those_that_choose_none(tmp_path: Path) -> None:
    zone = SchedulerSettings(time_zone="Asia/Tokyo")
    async with open_clockwork(tmp_path, scheduler=zone) as works:
        await works.save(flow_with(flow_id="own", cron="0 9 * * *"))
        await works.save(flow_with("timezone: UTC", flow_id="named", cron="0 9 * * *"))
        await works.pass_time(hours=24)
        assert await works.dates("own") == ["2026-01-02T00:00:00"]
        assert await works.dates("named") == ["2026-01-01T09:00:00"]
