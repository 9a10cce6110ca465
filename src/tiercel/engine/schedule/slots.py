"""The slots of a cron expression in a zone: points in time at which a clock on the wall shows what it allows.

Where clocks go forward, a wall time that is skipped has no slot. Where they go back, a wall time comes twice and has
two slots, except that a schedule whose slots lie two hours and more apart does not fire again for the second one: from
a slot before the change, the slot after it is looked for an hour later when nothing else follows within two hours.

The search walks wall time, which costs the same in every zone, and asks the zone only about what it found. That is
exact because wall time only ever repeats within an overlap: from a point in the first pass of an overlap, the second
pass is searched too.

Source: recorded schedules of both published versions (gaps, overlaps of 30 minutes to two hours, a skipped day).
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from tiercel.engine.schedule.wall import matches, next_wall, previous_wall
from tiercel.model.cron import Cron

MICROS = 1_000_000
_HOUR = 3600
_RARE = 2 * _HOUR
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (what a clock on the wall shows has no zone)
_FIRST = -62_135_596_800 + 86_400 * 400  # the first and the last point in time searched: Python's dates, with a margin
_LAST = 253_402_300_799 - 86_400 * 400


def next_slot(cron: Cron, zone: tzinfo, after: int) -> int | None:
    """Find the first slot after a time, both in microseconds since 1970; None when a hundred years have none."""
    second, rest = divmod(after, MICROS)
    found = _next(cron, zone, second)
    if found is not None and not rest:
        found = _without_repetition(cron, zone, second, found)
    return None if found is None else found * MICROS


def previous_slot(cron: Cron, zone: tzinfo, before: int) -> int | None:
    """Find the last slot before a time; of a wall time that came twice, the second one.

    That one may be a slot the schedule did not fire for, as in both published versions.
    """
    found = _previous(cron, zone, -(-before // MICROS))
    return None if found is None else found * MICROS


def _without_repetition(cron: Cron, zone: tzinfo, slot: int, found: int) -> int | None:
    offset = _offset_at(zone, slot)
    if _offset_at(zone, found) >= offset or not matches(cron, slot + offset):
        return found
    following = _next(cron, zone, found)
    if following is None or following - found < _RARE:
        return found
    return _next(cron, zone, slot + _HOUR)


def _next(cron: Cron, zone: tzinfo, after: int) -> int | None:
    if not _FIRST <= after <= _LAST:
        return None
    wall = after + _offset_at(zone, after)
    found = _next_along(cron, zone, wall, after)
    change = _end_of_first_pass(zone, wall, after)
    if change is not None:
        again = _next_along(cron, zone, change + _offset_at(zone, change) - 1, after)
        if again is not None and (found is None or again < found):
            return again
    return found


def _next_along(cron: Cron, zone: tzinfo, wall: int, after: int) -> int | None:
    """The first slot after a time whose wall time is beyond ``wall``."""
    candidate = next_wall(cron, wall)
    while candidate is not None and candidate <= _LAST:
        for second in _seconds_of(zone, candidate):
            if second > after:
                return second
        candidate = next_wall(cron, candidate)
    return None


def _previous(cron: Cron, zone: tzinfo, before: int) -> int | None:
    if not _FIRST <= before <= _LAST:
        return None
    wall = before + _offset_at(zone, before)
    found = _previous_along(cron, zone, wall, before)
    change = _begin_of_second_pass(zone, wall, before)
    if change is not None:
        again = _previous_along(cron, zone, change + _offset_at(zone, change - 1), before)
        if again is not None and (found is None or again > found):
            return again
    return found


def _previous_along(cron: Cron, zone: tzinfo, wall: int, before: int) -> int | None:
    candidate = previous_wall(cron, wall)
    while candidate is not None and candidate >= _FIRST:
        for second in reversed(_seconds_of(zone, candidate)):
            if second < before:
                return second
        candidate = previous_wall(cron, candidate)
    return None


def _end_of_first_pass(zone: tzinfo, wall: int, second: int) -> int | None:
    """When a wall time shown at ``second`` comes again: the point at which clocks go back; else None."""
    again = _seconds_of(zone, wall)[-1]
    return _change(zone, second, again) if again > second else None


def _begin_of_second_pass(zone: tzinfo, wall: int, second: int) -> int | None:
    """When a wall time shown at ``second`` came before: the point at which clocks went back; else None."""
    former = _seconds_of(zone, wall)[0]
    return _change(zone, former, second) if former < second else None


def _change(zone: tzinfo, low: int, high: int) -> int:
    """The first second at the offset of ``high``, which is not that of ``low``."""
    offset = _offset_at(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_at(zone, middle) == offset:
            high = middle
        else:
            low = middle
    return high


def _seconds_of(zone: tzinfo, wall: int) -> tuple[int, ...]:
    """The points in time at which the clock shows that: one, two, or none in a gap."""
    moment = _NAIVE_EPOCH + timedelta(seconds=wall)
    first = _seconds(zone.utcoffset(moment))
    second = _seconds(zone.utcoffset(moment.replace(fold=1)))
    if first == second:
        return (wall - first,)
    return (wall - first, wall - second) if first > second else ()


def _offset_at(zone: tzinfo, second: int) -> int:
    moment = zone.fromutc((_NAIVE_EPOCH + timedelta(seconds=second)).replace(tzinfo=zone))
    return _seconds(moment.utcoffset())


def _seconds(offset: timedelta | None) -> int:
    return 0 if offset is None else offset.days * 86_400 + offset.seconds
