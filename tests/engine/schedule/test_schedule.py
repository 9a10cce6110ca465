from __future__ import annotations

import pytest

from engine.schedule.asking import Nowhere, condition, context, micros, plan, shown, trigger
from tiercel.engine.schedule.decision import Decision
from tiercel.engine.schedule.plan import Recovery, SchedulePlan
from tiercel.engine.schedule.schedule import begin, decide, ended, recover
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.model.schedule import ScheduleState
from tiercel.model.state import State

NOON = micros("2024-03-04T12:00:30Z")  # a Monday
DAY = 86_400_000_000


def fired(schedule: SchedulePlan, state: ScheduleState, now: int) -> tuple[list[str | None], ScheduleState]:
    """Look until nothing fires; more often than there are slots would be a loop."""
    dates: list[str | None] = []
    for _ in range(200):
        decision = decide(schedule, state, now, context(schedule.dialect))
        state = decision.state
        if decision.firing is None and (decision.look_at is None or decision.look_at > now):
            return dates, state
        if decision.firing is not None:
            dates.append(shown(decision.firing.slot.at))
    raise AssertionError("it fires without end")


def look(schedule: SchedulePlan, state: ScheduleState, now: int = NOON) -> Decision:
    return decide(schedule, state, now, context(schedule.dialect))


def test_a_new_schedule_begins_after_now() -> None:
    hourly = plan(cron="0 * * * *")
    state = begin(hourly, ScheduleState(), NOON, context())
    assert shown(state.next_at) == "2024-03-04T13:00"
    decision = look(hourly, state)
    assert decision.firing is None
    assert decision.look_at == state.next_at
    assert decision.reason == "The next slot is 2024-03-04T13:00:00Z."


def test_a_due_slot_fires_and_moves_on() -> None:
    hourly = plan(cron="0 * * * *", timezone="Europe/Paris")
    decision = look(hourly, ScheduleState(next_at=micros("2024-03-04T12:00Z")))
    assert decision.firing is not None
    assert decision.firing.slot.variables(hourly) == {
        "date": "2024-03-04T13:00:00+01:00",
        "next": "2024-03-04T14:00:00+01:00",
        "previous": "2024-03-04T12:00:00+01:00",
    }
    assert shown(decision.state.next_at) == "2024-03-04T13:00"
    assert shown(decision.state.last_at) == "2024-03-04T12:00"


def test_dates_have_six_decimals_in_2_0() -> None:
    daily = plan(cron="@daily", dialect=Dialect.V2_0)
    decision = look(daily, ScheduleState(next_at=micros("2024-03-04T00:00Z")))
    assert decision.firing is not None
    assert decision.firing.slot.variables(daily)["date"] == "2024-03-04T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("recovery", "expected"),
    [
        (Recovery.ALL, ["2024-03-01T12:00", "2024-03-02T12:00", "2024-03-03T12:00", "2024-03-04T12:00"]),
        (Recovery.LAST, ["2024-03-04T12:00"]),
        (Recovery.NONE, []),
    ],
)
def test_three_days_of_outage(recovery: Recovery, expected: list[str]) -> None:
    daily = plan(cron="0 12 * * *", recovery=recovery)
    missed = ScheduleState(next_at=micros("2024-03-01T12:00Z"), last_at=micros("2024-02-29T12:00Z"))
    dates, state = fired(daily, recover(daily, missed, NOON, context()), NOON)
    assert dates == expected
    assert shown(state.next_at) == "2024-03-05T12:00"


def test_the_trigger_says_how_it_recovers() -> None:
    assert plan(cron="@daily", recoverMissedSchedules="LAST").recovery is Recovery.LAST


def test_nothing_missed_is_nothing_to_recover() -> None:
    daily = plan(cron="0 13 * * *", recovery=Recovery.NONE)
    state = ScheduleState(next_at=micros("2024-03-04T13:00Z"))
    assert recover(daily, state, NOON, context()) == state


def test_slots_that_are_too_late_are_left_out() -> None:
    every_minute = plan(cron="* * * * *", lateMaximumDelay="PT5M")
    dates, _ = fired(every_minute, ScheduleState(next_at=NOON - DAY), NOON)
    assert (dates[0], dates[-1], len(dates)) == ("2024-03-04T11:56", "2024-03-04T12:00", 5)


def test_conditions_move_the_slot() -> None:
    weekend = plan(condition("Weekend"), cron="0 10 * * *")
    state = begin(weekend, ScheduleState(), NOON, context())
    assert shown(state.next_at) == "2024-03-09T10:00"
    decision = look(weekend, state, micros("2024-03-09T10:00Z"))
    assert decision.firing is not None
    assert (shown(decision.firing.slot.next), shown(decision.firing.slot.previous)) == (
        "2024-03-10T10:00",
        "2024-03-03T10:00",
    )


def test_conditions_see_dates_in_utc_in_1_3_and_in_the_zone_in_2_0() -> None:
    zone: dict[str, Json] = {"cron": "30 23 * * *", "timezone": "America/New_York"}
    old = plan(condition("DayWeek", dayOfWeek="MONDAY"), **zone)
    new = plan(when="{{ dayOfWeek(trigger.date) == 'MONDAY' }}", dialect=Dialect.V2_0, **zone)
    assert shown(begin(old, ScheduleState(), NOON, context()).next_at) == "2024-03-11T03:30"
    assert shown(begin(new, ScheduleState(), NOON, context(Dialect.V2_0)).next_at) == "2024-03-05T04:30"


def test_a_condition_that_no_longer_holds_fires_nothing_and_says_so() -> None:
    weekend = plan(condition("Weekend"), cron="0 12 * * *")
    decision = look(weekend, ScheduleState(next_at=micros("2024-03-04T12:00Z")))
    assert decision.firing is None
    assert decision.reason == "Its conditions did not hold at 2024-03-04T12:00:00Z."
    assert shown(decision.state.next_at) == "2024-03-09T12:00"
    assert decision.state.last_at is None


def test_a_condition_that_cannot_be_told_makes_a_failed_execution() -> None:
    broken = plan(when="{{ missing }}", dialect=Dialect.V2_0, cron="0 * * * *")
    decision = look(broken, ScheduleState(next_at=micros("2024-03-04T12:00Z")))
    assert decision.firing is not None
    assert "missing" in (decision.firing.error or "")
    assert shown(decision.state.next_at) == "2024-03-04T13:00"


def test_a_condition_on_the_outside_is_looked_at_at_every_slot_and_asked_once() -> None:
    outside = plan(when="{{ kv('on') }}", dialect=Dialect.V2_0, cron="* * * * *")
    seen = context(Dialect.V2_0)
    assert shown(begin(outside, ScheduleState(), NOON, seen).next_at) == "2024-03-04T12:01"
    assert isinstance(seen.host, Nowhere)
    assert seen.host.calls == 1


def test_a_search_by_date_goes_on_where_it_ended() -> None:
    rare = plan(condition("DayWeekInMonth", dayOfWeek="MONDAY", dayInMonth="FIRST"), cron="* * * * *")
    state = begin(rare, ScheduleState(), micros("2024-03-05T00:00Z"), context(), tests=1000)
    assert shown(state.next_at) == "2024-03-05T16:40"
    looks = 0
    while state.next_at is not None and state.next_at < micros("2024-04-01T00:00Z"):
        decision = decide(rare, state, state.next_at, context(), tests=1000)
        assert decision.firing is None
        state = decision.state
        looks += 1
    assert shown(state.next_at) == "2024-04-01T00:00"
    assert looks < 50


def test_old_schedule_conditions_count() -> None:
    given = [{"type": "io.kestra.core.models.conditions.types.WeekendCondition"}]
    old = plan(cron="0 10 * * *", scheduleConditions=given)
    assert shown(begin(old, ScheduleState(), NOON, context()).next_at) == "2024-03-09T10:00"


@pytest.mark.parametrize(
    ("state", "is_locked", "reason"),
    [
        (ScheduleState(next_at=0, is_disabled=True), False, "It is disabled."),
        (ScheduleState(next_at=0), True, "An execution of it runs, and allowConcurrent is false."),
        (ScheduleState(), False, "It has no slot any more."),
    ],
)
def test_why_it_does_not_fire(state: ScheduleState, *, is_locked: bool, reason: str) -> None:
    decision = decide(plan(cron="* * * * *"), state, NOON, context(), is_locked=is_locked)
    assert decision.firing is None
    assert decision.reason == reason


def test_stop_after() -> None:
    state = ScheduleState(next_at=1)
    assert ended(trigger(), state, State.SUCCESS) == state
    assert ended(trigger(), state, State.FAILED).is_disabled


def test_dates() -> None:
    dates = plan(
        dates=["2024-03-04T11:00:00Z", "2024-03-04T14:00:00+02:00", "2024-03-05T00:00:00Z"], timezone="Europe/Paris"
    )
    state = begin(dates, ScheduleState(), micros("2024-03-04T11:30Z"), context())
    assert shown(state.next_at) == "2024-03-04T12:00"
    decision = look(dates, state)
    assert decision.firing is not None
    assert decision.firing.slot.variables(dates) == {
        "date": "2024-03-04T13:00:00+01:00",
        "next": "2024-03-05T01:00:00+01:00",
        "previous": "2024-03-04T12:00:00+01:00",
    }
    last = look(dates, decision.state, micros("2024-03-05T00:00Z"))
    assert last.firing is not None
    assert last.state.next_at is None


@pytest.mark.parametrize("properties", [{}, {"dates": ["tomorrow"]}, {"dates": [""]}, {"cron": "* * *"}])
def test_what_cannot_be_planned(properties: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match=r"cron|date|fields"):
        plan(**properties)


def test_changed_times_are_noticed() -> None:
    decision = look(plan(cron="30 * * * *"), ScheduleState(next_at=micros("2024-03-04T12:00Z")))
    assert decision.firing is None
    assert shown(decision.state.next_at) == "2024-03-04T12:30"
