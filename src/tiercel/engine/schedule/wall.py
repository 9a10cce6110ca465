"""Walking the wall clock of a cron expression: the next and the former date and time it allows, zones left aside.

Wall time is counted in seconds since 1970-01-01T00:00 as a clock on the wall shows it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from datetime import date
from functools import lru_cache

from tiercel.model.cron import Cron

DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_YEARS = 100
_WEEK = 7
_CACHED = 5_000
_MONTHS = 12
_MOST_DAYS = 31
_EVERY_DAY = {length: tuple(range(1, length + 1)) for length in (28, 29, 30, 31)}


def next_wall(cron: Cron, wall: int) -> int | None:
    """Find the first wall time after ``wall`` that matches; None when a hundred years have none."""
    day, second = divmod(wall, DAY)
    if _has_day(cron, day):
        later = _next_in_day(cron, second)
        if later is not None:
            return day * DAY + later
    found = _next_day(cron, day)
    return None if found is None else found * DAY + _clock(cron, 0)


def previous_wall(cron: Cron, wall: int) -> int | None:
    """Find the last wall time before ``wall`` that matches; None when a hundred years have none."""
    day, second = divmod(wall, DAY)
    if _has_day(cron, day):
        former = _previous_in_day(cron, second)
        if former is not None:
            return day * DAY + former
    found = _previous_day(cron, day)
    return None if found is None else found * DAY + _clock(cron, -1)


def matches(cron: Cron, wall: int) -> bool:
    """Tell whether a wall time is one of the expression's."""
    day, second = divmod(wall, DAY)
    return (
        second % 60 in cron.seconds
        and second // 60 % 60 in cron.minutes
        and second // 3600 in cron.hours
        and _has_day(cron, day)
    )


def _clock(cron: Cron, index: int) -> int:
    return cron.hours[index] * 3600 + cron.minutes[index] * 60 + cron.seconds[index]


def _next_in_day(cron: Cron, second: int) -> int | None:
    """The first second of the day after ``second``: the smallest part that can grow does, those below begin anew."""
    hour, minute, rest = second // 3600, second // 60 % 60, second % 60
    is_hour, is_minute = hour in cron.hours, minute in cron.minutes
    if is_hour and is_minute and (index := bisect_right(cron.seconds, rest)) < len(cron.seconds):
        return hour * 3600 + minute * 60 + cron.seconds[index]
    if is_hour and (index := bisect_right(cron.minutes, minute)) < len(cron.minutes):
        return hour * 3600 + cron.minutes[index] * 60 + cron.seconds[0]
    if (index := bisect_right(cron.hours, hour)) < len(cron.hours):
        return cron.hours[index] * 3600 + cron.minutes[0] * 60 + cron.seconds[0]
    return None


def _previous_in_day(cron: Cron, second: int) -> int | None:
    hour, minute, rest = second // 3600, second // 60 % 60, second % 60
    is_hour, is_minute = hour in cron.hours, minute in cron.minutes
    if is_hour and is_minute and (index := bisect_left(cron.seconds, rest)):
        return hour * 3600 + minute * 60 + cron.seconds[index - 1]
    if is_hour and (index := bisect_left(cron.minutes, minute)):
        return hour * 3600 + cron.minutes[index - 1] * 60 + cron.seconds[-1]
    if index := bisect_left(cron.hours, hour):
        return cron.hours[index - 1] * 3600 + cron.minutes[-1] * 60 + cron.seconds[-1]
    return None


def _has_day(cron: Cron, day: int) -> bool:
    moment = date.fromordinal(day + _EPOCH)
    return moment.day in month_days(cron, moment.year, moment.month)


def _next_day(cron: Cron, day: int) -> int | None:
    moment = date.fromordinal(day + _EPOCH)
    year, month, after = moment.year, moment.month, moment.day
    while year - moment.year <= _YEARS and year <= date.max.year:
        days = month_days(cron, year, month)
        index = bisect_right(days, after)
        if index < len(days):
            return date(year, month, days[index]).toordinal() - _EPOCH
        year, month, after = (year + 1, 1, 0) if month == _MONTHS else (year, month + 1, 0)
    return None


def _previous_day(cron: Cron, day: int) -> int | None:
    moment = date.fromordinal(day + _EPOCH)
    year, month, before = moment.year, moment.month, moment.day
    while moment.year - year <= _YEARS and year >= date.min.year:
        days = month_days(cron, year, month)
        index = bisect_left(days, before)
        if index:
            return date(year, month, days[index - 1]).toordinal() - _EPOCH
        year, month, before = (year - 1, _MONTHS, 32) if month == 1 else (year, month - 1, 32)
    return None


def month_days(cron: Cron, year: int, month: int) -> tuple[int, ...]:
    """Give the days of a month the expression allows, in order."""
    if month not in cron.months:
        return ()
    first, length = monthrange(year, month)
    if len(cron.days) == _MOST_DAYS and len(cron.weekdays) == _WEEK:
        return _EVERY_DAY[length]
    return _days(cron.days, cron.last_day, cron.weekdays, (first, length), is_either=cron.is_either)


@lru_cache(maxsize=_CACHED)
def _days(
    days: tuple[int, ...], last_day: int | None, weekdays: tuple[int, ...], shape: tuple[int, int], *, is_either: bool
) -> tuple[int, ...]:
    """The days of a month of one shape: the weekday it begins with (0 is Monday), and its length."""
    first, length = shape
    of_month = {day for day in days if day <= length}
    if last_day is not None and last_day < length:
        of_month.add(length - last_day)
    of_week = {day for day in range(1, length + 1) if (first + day) % _WEEK in weekdays}
    return tuple(sorted(of_month | of_week if is_either else of_month & of_week))
