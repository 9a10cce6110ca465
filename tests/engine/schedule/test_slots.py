"""Slots over gaps and overlaps; the dates are those recorded from both published versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim, CronSimError
from hypothesis import given, settings, strategies as st

from tiercel.engine.schedule.slots import next_slot, previous_slot
from tiercel.model.cron import Cron, parse_cron
from tiercel.model.zones import find_zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def shown(zone: str, at: int | None) -> str | None:
    return None if at is None else (EPOCH + timedelta(microseconds=at)).astimezone(find_zone(zone)).isoformat()


def following(cron: str, zone: str, start: str, count: int) -> list[str | None]:
    parsed, at = parse_cron(cron), micros(start)
    found: list[str | None] = []
    for _ in range(count):
        slot = next_slot(parsed, find_zone(zone), at)
        found.append(shown(zone, slot))
        at = slot if slot is not None else at
    return found


@pytest.mark.parametrize(
    ("cron", "zone", "start", "expected"),
    [
        ("30 2 * * *", "Europe/Paris", "2024-03-30T12:00Z", ["2024-04-01T02:30:00+02:00"]),
        ("*/15 2 * * *", "Australia/Lord_Howe", "2024-10-05T13:50Z", ["2024-10-06T02:30:00+11:00"]),
        ("0 0 * * *", "America/Santiago", "2024-09-08T02:40Z", ["2024-09-09T00:00:00-03:00"]),
        ("30 2 * * *", "Pacific/Apia", "2011-12-29T20:30Z", ["2011-12-31T02:30:00+14:00"]),
    ],
    ids=["an hour", "half an hour", "midnight", "a day"],
)
def test_what_falls_in_a_gap_is_skipped(cron: str, zone: str, start: str, expected: list[str]) -> None:
    assert following(cron, zone, start, 1) == expected


@pytest.mark.parametrize(
    ("cron", "zone", "start", "expected"),
    [
        (
            "30 2 * * *",
            "Europe/Paris",
            "2024-10-27T00:20Z",
            ["2024-10-27T02:30:00+02:00", "2024-10-28T02:30:00+01:00"],
        ),
        (
            "@hourly",
            "Europe/Paris",
            "2024-10-26T23:10Z",
            ["2024-10-27T02:00:00+02:00", "2024-10-27T02:00:00+01:00", "2024-10-27T03:00:00+01:00"],
        ),
        (
            "0 */2 * * *",
            "Europe/Paris",
            "2024-10-26T22:10Z",
            ["2024-10-27T02:00:00+02:00", "2024-10-27T04:00:00+01:00"],
        ),
        (
            "*/30 * * * *",
            "Australia/Lord_Howe",
            "2024-04-06T14:20Z",
            ["2024-04-07T01:30:00+11:00", "2024-04-07T01:30:00+10:30", "2024-04-07T02:00:00+10:30"],
        ),
        (
            "*/30 * * * *",
            "America/Santiago",
            "2024-04-07T02:20Z",
            ["2024-04-06T23:30:00-03:00", "2024-04-06T23:00:00-04:00", "2024-04-06T23:30:00-04:00"],
        ),
    ],
    ids=["daily once", "hourly twice", "every two hours once", "half an hour", "midnight"],
)
def test_what_comes_twice_fires_twice_only_when_it_is_frequent(
    cron: str, zone: str, start: str, expected: list[str]
) -> None:
    assert following(cron, zone, start, len(expected)) == expected


def test_from_between_two_passes_the_second_one_counts() -> None:
    assert following("0 2 * * *", "Europe/Paris", "2024-10-27T00:20Z", 2) == [
        "2024-10-27T02:00:00+01:00",
        "2024-10-28T02:00:00+01:00",
    ]


def test_before_a_time_that_comes_again() -> None:
    cron, zone = parse_cron("30 2 * * *"), find_zone("Europe/Paris")
    second = micros("2024-10-27T01:30Z")
    first = previous_slot(cron, zone, second)
    assert shown("Europe/Paris", first) == "2024-10-27T02:30:00+02:00"
    assert previous_slot(cron, zone, second + 1) == second
    assert shown("Europe/Paris", previous_slot(cron, zone, micros("2024-04-01T00:00Z"))) == "2024-03-30T02:30:00+01:00"


def test_a_date_that_never_comes() -> None:
    assert next_slot(parse_cron("0 0 30 2 *"), UTC, 0) is None
    assert previous_slot(parse_cron("0 0 30 2 *"), UTC, 0) is None


def test_leap_days_are_found_over_a_century_without_one() -> None:
    assert following("0 0 29 2 *", "UTC", "2096-03-01T00:00Z", 1) == ["2104-02-29T00:00:00+00:00"]


def test_the_end_of_time() -> None:
    assert next_slot(parse_cron("* * * * *"), UTC, 400_000_000_000 * 1_000_000) is None
    assert previous_slot(parse_cron("* * * * *"), UTC, -400_000_000_000 * 1_000_000) is None


FIELDS = (
    st.sampled_from(["*", "0", "30", "*/7", "*/15", "5,55", "10-20/3", "59"]),
    st.sampled_from(["*", "0", "2", "1,2,3", "*/2", "9-17", "23", "0-3"]),
    st.sampled_from(["*", "1", "29", "31", "1,15", "10-20/5"]),
    st.sampled_from(["*", "2", "3,10", "4-9", "*/5"]),
    st.sampled_from(["*", "0", "7", "MON-FRI", "SAT", "2,4"]),
)
CRONS = st.tuples(*FIELDS).map(" ".join)
ZONE_NAMES = [
    "UTC",
    "Europe/Paris",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "America/Havana",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Antarctica/Casey",
    "Asia/Kathmandu",
    "Europe/Moscow",
]
ZONES = st.sampled_from(ZONE_NAMES)
SECONDS = st.integers(0, 50 * 366 * 86_400)
"""Fifty years of seconds, from 1975."""


def near_change(zone: str, second: int) -> int:
    """The hour in which the offset changes next, when it does within a year; else the time given."""
    rules, start = ZoneInfo(zone), datetime(1975, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    low, high = start, start + timedelta(days=250)
    if low.astimezone(rules).utcoffset() == high.astimezone(rules).utcoffset():
        return int(start.timestamp())
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(rules).utcoffset() == low.astimezone(rules).utcoffset():
            low = middle
        else:
            high = middle
    return int(high.timestamp())


def by_walking(cron: Cron, zone: str, after: int, hours: int) -> int | None:
    """The model: look at each minute in turn, with no thought of zones but what the clock shows."""
    first = after // 60 * 60 + 60
    return next((minute for minute in range(first, first + hours * 3600, 60) if is_shown(cron, zone, minute)), None)


def is_shown(cron: Cron, zone: str, second: int) -> bool:
    """Whether a clock on the wall shows then what the expression allows."""
    moment = (EPOCH + timedelta(seconds=second)).astimezone(find_zone(zone))
    of_month, of_week = moment.day in cron.days, moment.isoweekday() % 7 in cron.weekdays
    is_day = of_month or of_week if cron.is_either else of_month and of_week
    clock = moment.minute in cron.minutes and moment.hour in cron.hours and not moment.second
    return clock and is_day and moment.month in cron.months


@settings(max_examples=300)
@given(cron=CRONS, zone=ZONES, start=SECONDS, lead=st.integers(-6 * 3600, 3 * 3600))
def test_around_changes_of_the_offset_no_minute_is_missed(cron: str, zone: str, start: int, lead: int) -> None:
    parsed = parse_cron(cron)
    after = near_change(zone, start) + lead
    if is_shown(parsed, zone, after):
        after += 1  # from a slot, a rare schedule leaves out the second pass: see above
    expected = by_walking(parsed, zone, after, 30)
    found = next_slot(parsed, find_zone(zone), after * 1_000_000)
    if expected is None:
        assert found is None or found > (after + 29 * 3600) * 1_000_000
    else:
        assert found == expected * 1_000_000
        former = previous_slot(parsed, find_zone(zone), (expected + 1) * 1_000_000)
        assert former == found


@settings(max_examples=300)
@given(cron=CRONS, zone=ZONES, start=SECONDS)
def test_away_from_changes_another_library_agrees(cron: str, zone: str, start: int) -> None:
    """Cronsim moves what falls in a gap and fires once in an overlap, so months with a change are left out."""
    rules = ZoneInfo(zone)
    moment = (datetime(1975, 1, 1, tzinfo=UTC) + timedelta(seconds=start)).astimezone(rules)
    found = next_slot(parse_cron(cron), rules, (moment - EPOCH) // timedelta(microseconds=1))
    if found is None:  # a date that never comes, which the other library refuses to look for
        with pytest.raises(CronSimError):
            next(CronSim(cron, moment))
        return
    slot = (EPOCH + timedelta(microseconds=found)).astimezone(rules)
    ours = slot
    while ours > moment:
        if ours.utcoffset() != moment.utcoffset():
            return
        ours -= timedelta(days=20)
    assert slot == next(CronSim(cron, moment))
