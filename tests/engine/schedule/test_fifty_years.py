"""The search of slots over fifty years: each end of a month and each change of each zone, beside other searches.

Cronsim is the peer wherever it means the same; where clocks go back or forward it does not, and a walk over the minutes
takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim

from engine.schedule.test_slots import EPOCH, ZONE_NAMES, by_walking
from tiercel.engine.schedule.slots import next_slot, previous_slot
from tiercel.model.cron import parse_cron
from tiercel.model.zones import find_zone

BEGIN, END = datetime(1985, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)


def changes(zone: str) -> Iterator[datetime]:
    """Each moment at which the offset of a zone becomes another one."""
    rules = ZoneInfo(zone)
    low = BEGIN
    while low < END:
        high = low + timedelta(days=5)
        if low.astimezone(rules).utcoffset() != high.astimezone(rules).utcoffset():
            first, last = low, high
            while last - first > timedelta(seconds=1):
                middle = (first + (last - first) / 2).replace(microsecond=0)
                is_before = middle.astimezone(rules).utcoffset() == low.astimezone(rules).utcoffset()
                first, last = (middle, last) if is_before else (first, middle)
            yield last
        low = high


def micros(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def slots(cron: str, zone: str, start: datetime) -> Iterator[int]:
    parsed, rules, at = parse_cron(cron), find_zone(zone), micros(start)
    while (found := next_slot(parsed, rules, at)) is not None:
        yield found
        at = found


@pytest.mark.parametrize(
    "cron",
    [
        "0 0 29 2 *",
        "0 0 31 * *",
        "0 0 L * *",
        "59 23 31 12 *",
        "0 0 1 1 *",
        "0 0 * * SUN",
        "30 6 15 */2 *",
        "0 */6 1 */3 *",
        "0 12 13 * FRI",
        "*/20 9-17 1-7 1 *",
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_the_calendar_of_fifty_years_agrees_with_another_library(cron: str, zone: str) -> None:
    start = BEGIN.astimezone(ZoneInfo(zone))
    if zone != "UTC":
        start = start.replace(year=1987)  # its offset was another one until 1986
    expected = []
    for moment in CronSim(cron, start):
        if moment >= END:
            break
        expected.append(micros(moment))
    found = list(islice(slots(cron, zone, start), len(expected) + 1))
    assert found[:-1] == expected
    assert found[-1] >= micros(END)
    backwards, at = [], micros(END)
    while (former := previous_slot(parse_cron(cron), find_zone(zone), at)) is not None and former > micros(start):
        backwards.append(former)
        at = former
    assert backwards == expected[::-1]


@pytest.mark.parametrize("zone", ZONE_NAMES)
def test_slots_on_both_sides_of_each_change_agree_with_another_library(zone: str) -> None:
    """At the hour of the day that is farthest from where the clocks are put."""
    rules = ZoneInfo(zone)
    for change in changes(zone):
        before, after = ((change + timedelta(seconds=side)).astimezone(rules) for side in (-1, 0))
        if abs(_offset(after) - _offset(before)) > timedelta(hours=4):
            continue  # a whole day is left out, at whose end the other library fires
        hour = max(range(24), key=lambda one: min(_apart(one, before.hour), _apart(one, after.hour)))
        for cron in (f"0 {hour} * * *", f"30 {hour} * * MON-FRI", f"15,45 {hour} 1,15 * *"):
            start = (change - timedelta(days=2)).astimezone(rules)
            expected = [micros(moment) for moment in islice(CronSim(cron, start), 4)]
            assert list(islice(slots(cron, zone, start), 4)) == expected, (cron, change)


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    assert offset is not None
    return offset


def _apart(one: int, other: int) -> int:
    return min((one - other) % 24, (other - one) % 24)


def test_there_are_changes_to_look_at() -> None:
    counts = {zone: sum(1 for _ in changes(zone)) for zone in ZONE_NAMES}
    assert (counts["UTC"], counts["Asia/Kathmandu"], counts["Europe/Paris"]) == (0, 1, 100)
    assert sum(counts.values()) > 1_000


@pytest.mark.parametrize("zone", ZONE_NAMES)
def test_slots_within_each_change_are_found_as_by_walking(zone: str) -> None:
    for change in changes(zone):
        hour = change.astimezone(ZoneInfo(zone)).hour
        rare = f"30 {','.join(str((hour + one) % 24) for one in (-1, 0, 1))} * * *"
        for cron, many in (("*/20 * * * *", 6), (rare, 1)):  # a rare one leaves out the second pass of an hour
            parsed, at = parse_cron(cron), int(change.timestamp()) - 2 * 3600 - 1
            for _ in range(many):
                expected = by_walking(parsed, zone, at, 30)
                assert expected is not None
                assert next_slot(parsed, find_zone(zone), at * 1_000_000) == expected * 1_000_000, (cron, change)
                at = expected
