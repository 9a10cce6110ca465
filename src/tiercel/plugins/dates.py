"""Dates as text by a pattern such as ``yyyy-MM-dd'T'HH:mm:ss[XXX]``, for tasks that read or write files of text."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import regex

from tiercel.expressions.date_formats import format_date
from tiercel.expressions.date_parsing import compile_reader
from tiercel.expressions.dates import NANOS_PER_DAY, Moment, day_number, find_zone
from tiercel.expressions.values import NANOS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPTIONAL_ZONE = regex.compile(r"\[[XxZVOz']+\]")


def date_text(value: date | time, pattern: str, zone: str = "UTC") -> str:
    """Write a date, a time of day or a point in time; one without an offset leaves out ``[XXX]``.

    Args:
        value: A `datetime` is taken to ``zone``, in which it is when it says none.
        pattern: As in `java.time`, or the name of one such as ``iso``.
        zone: Its name or offset.

    Raises:
        ExpressionError: The pattern is malformed, or there is no such zone.
    """
    if isinstance(value, datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=find_zone(zone).rules)
        since = aware - _EPOCH
        second = since.days * 86_400 + since.seconds
        return format_date(Moment.from_epoch(second, since.microseconds * 1000, find_zone(zone)), pattern, None)
    if isinstance(value, date):
        day = day_number(value.year, value.month, value.day)
        return format_date(Moment.from_local(day, 0, find_zone("UTC")), _OPTIONAL_ZONE.sub("", pattern), None)
    nanosecond = (value.hour * 3600 + value.minute * 60 + value.second) * NANOS + value.microsecond * 1000
    offset = value.utcoffset()
    if offset is None:
        return format_date(Moment.from_local(0, nanosecond, find_zone("UTC")), _OPTIONAL_ZONE.sub("", pattern), None)
    own = find_zone(_offset(offset))
    return format_date(Moment.from_local(0, nanosecond, own), pattern, None)


def read_date_time(text: str, pattern: str, zone: str = "UTC") -> datetime:
    """Read text by a pattern as a point in time, in UTC and to the microsecond.

    Args:
        text: Without an offset it is in ``zone``, without a time of day it is midnight.
        pattern: As in `java.time`.
        zone: Its name or offset.

    Raises:
        ExpressionError: The text does not fit.
    """
    moment = compile_reader(pattern).read(text, find_zone(zone))
    return _EPOCH + timedelta(seconds=moment.epoch_second, microseconds=moment.fraction // 1000)


def read_date(text: str, pattern: str) -> date:
    """Read text by a pattern as a date, what it says of a zone left aside.

    Raises:
        ExpressionError: The text does not fit.
    """
    moment = compile_reader(pattern).read(text, find_zone("UTC"))
    return date(*moment.civil)


def read_time(text: str, pattern: str) -> time:
    """Read text by a pattern as a time of day, what it says of a zone left aside.

    Raises:
        ExpressionError: The text does not fit.
    """
    day = "yyyy-MM-dd "  # what is read needs a day; it is left aside
    moment = compile_reader(day + pattern).read(f"1970-01-01 {text}", find_zone("UTC"))
    nanosecond = moment.nanosecond % NANOS_PER_DAY
    return (_EPOCH + timedelta(microseconds=nanosecond // 1000)).time()


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
