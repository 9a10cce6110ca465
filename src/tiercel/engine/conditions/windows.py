"""Within which time what a Flow trigger waits for must come together.

A window gives the span a time falls in; what was met in an earlier span is forgotten. All times are microseconds since
1970.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Protocol

from msgspec import Struct

from tiercel.engine.durations import microseconds
from tiercel.expressions import iso
from tiercel.model.json import Json
from tiercel.model.moments import micros_at, moment_at
from tiercel.model.zones import find_zone

Span = tuple[int, int]
"""From the first moment to the first one after it."""

_MICROS = 1_000_000
_DAY = 86_400 * _MICROS


class Window(Protocol):
    """A way to cut time."""

    def span(self, now: int) -> Span | None:
        """The span ``now`` falls in; None when nothing counts then."""


class Tumbling(Struct, frozen=True):
    """Spans of one length that follow one another from each midnight on, moved by ``offset``; days begin one each."""

    every: int = _DAY
    offset: int = 0
    zone: tzinfo = UTC

    def span(self, now: int) -> Span | None:
        """The span of now."""
        anchor = _clock_at(_day_of(now - self.offset, self.zone), time(), self.zone) + self.offset
        start = anchor + (now - anchor) // self.every * self.every if self.every < _DAY else anchor
        return start, start + self.every


class Sliding(Struct, frozen=True):
    """What lies no further back than ``length``."""

    length: int

    def span(self, now: int) -> Span | None:
        """The time up to now."""
        return now - self.length, now + 1


class Daily(Struct, frozen=True):
    """A part of every day; over midnight when it ends before it starts. Outside of it nothing counts."""

    start: time
    end: time
    zone: tzinfo = UTC

    def span(self, now: int) -> Span | None:
        """That of today, or of yesterday when it reaches over midnight."""
        today = _day_of(now, self.zone)
        for day in (today - 1, today):
            last = day + 1 if self.end <= self.start else day
            start, end = _clock_at(day, self.start, self.zone), _clock_at(last, self.end, self.zone)
            if start <= now < end:
                return start, end
        return None


def read_time_window(given: Mapping[str, Json], zone: tzinfo = UTC) -> Window:
    """Read the ``timeWindow`` of 1.x.

    Raises:
        ValueError: One of its properties cannot be read, or is missing.
    """
    match given.get("type") or "DURATION_WINDOW":
        case "SLIDING_WINDOW":
            return Sliding(_length(given.get("window") or "P1D"))
        case "DAILY_TIME_DEADLINE":
            return _daily(None, given.get("deadline"), zone)
        case "DAILY_TIME_WINDOW":
            return _daily(given.get("startTime"), given.get("endTime"), zone)
        case _:
            return Tumbling(
                _length(given.get("window") or "P1D"), microseconds(given.get("windowAdvance") or "PT0S"), zone
            )


def read_window(given: Mapping[str, Json], zone: tzinfo = UTC) -> Window:
    """Read the ``window`` of 2.0.

    Raises:
        ValueError: One of its properties cannot be read, or is missing.
    """
    if given.get("timezone") is not None:
        zone = find_zone(str(given["timezone"]))
    if given.get("lookback") is not None:
        return Sliding(_length(given["lookback"]))
    if given.get("deadline") is not None:
        return _daily(None, given["deadline"], zone)
    if given.get("from") is not None or given.get("to") is not None:
        return _daily(given.get("from"), given.get("to"), zone)
    return Tumbling(_length(given.get("every") or "P1D"), microseconds(given.get("offset") or "PT0S"), zone)


def _length(text: Json) -> int:
    length = microseconds(text)
    if length <= 0:
        raise ValueError(f"{text!r} is no length of a window: it must be longer than nothing")
    return length


def _daily(start: Json, end: Json, zone: tzinfo) -> Daily:
    first, first_zone = _time_of_day(start or "00:00:00", zone)
    last, last_zone = _time_of_day(end or "00:00:00", zone)
    return Daily(first, last, last_zone if start is None else first_zone)


def _time_of_day(text: Json, zone: tzinfo) -> tuple[time, tzinfo]:
    """A time of day, in the zone of its own offset when it has one."""
    try:
        own = iso.parse_offset_time(str(text))
    except ValueError:
        return iso.parse_time(str(text)).clock, zone
    return own.clock, timezone(timedelta(seconds=own.offset))


def _day_of(at: int, zone: tzinfo) -> int:
    return moment_at(at).astimezone(zone).toordinal()


def _clock_at(day: int, clock: time, zone: tzinfo) -> int:
    return micros_at(datetime.combine(date.fromordinal(day), clock, zone))
