"""Reading ISO 8601 text into date values; used for typed properties, and by the date filters."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import regex

from tiercel.expressions.values import (
    NANOS,
    Duration,
    Instant,
    LocalDateTime,
    LocalTime,
    OffsetTime,
    ZonedDateTime,
)

_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?"
_OFFSET = r"(?P<offset>[zZ]|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)"
_LOCAL_DATE = regex.compile(_DATE)
_LOCAL_TIME = regex.compile(_CLOCK)
_LOCAL = regex.compile(f"{_DATE}[Tt]{_CLOCK}")
_ZONED = regex.compile(f"{_DATE}[Tt]{_CLOCK}{_OFFSET}(?:\\[(?P<zone>[^\\]]+)\\])?")
_OFFSET_TIME = regex.compile(f"{_CLOCK}{_OFFSET}")
_DURATION = regex.compile(
    r"(?P<sign>[-+]?)P(?:(?P<days>[-+]?\d+)D)?"
    r"(?P<time>T(?:(?P<hours>[-+]?\d+)H)?(?:(?P<minutes>[-+]?\d+)M)?"
    r"(?:(?P<seconds>[-+]?\d+)(?:[.,](?P<fraction>\d{0,9}))?S)?)?",
    regex.IGNORECASE,
)


def parse_date(text: str) -> date:
    """Read ``2024-02-29``.

    Raises:
        ValueError: It is not such text, or no such day (as for all functions here).
    """
    match = _match(_LOCAL_DATE, text)
    return date(int(match["year"]), int(match["month"]), int(match["day"]))


def parse_time(text: str) -> LocalTime:
    """Read ``10:00`` or ``10:00:00.5``."""
    match = _match(_LOCAL_TIME, text)
    return LocalTime(_clock(match), _nanos(match))


def parse_local(text: str) -> LocalDateTime:
    """Read a date-time without offset: ``2024-01-01T10:00``, to nanoseconds."""
    match = _match(_LOCAL, text)
    return LocalDateTime(_moment(match), _nanos(match))


def parse_zoned(text: str) -> ZonedDateTime:
    """Read a date-time with an offset and perhaps a zone: ``2024-01-01T10:00:00+01:00[Europe/Paris]``.

    The zone wins where the offset is not one the zone has then.
    """
    match = _match(_ZONED, text)
    offset = parse_offset(match["offset"])
    moment = _moment(match)
    if not match["zone"]:
        return ZonedDateTime(moment.replace(tzinfo=_fixed(offset)), _nanos(match))
    zone = find_zone(match["zone"])
    for fold in (0, 1):
        candidate = moment.replace(tzinfo=zone, fold=fold)
        if candidate.utcoffset() == timedelta(seconds=offset):  # there and back moves a time out of a gap
            return ZonedDateTime(candidate.astimezone(UTC).astimezone(zone), _nanos(match), match["zone"])
    return ZonedDateTime(moment.replace(tzinfo=_fixed(offset)).astimezone(zone), _nanos(match), match["zone"])


def parse_instant(text: str) -> Instant:
    """Read a date-time with an offset as a point in time."""
    zoned = parse_zoned(text)
    return Instant(zoned.epoch_second, zoned.nanosecond)


def parse_offset_time(text: str) -> OffsetTime:
    """Read ``10:00+02:00``."""
    match = _match(_OFFSET_TIME, text)
    return OffsetTime(_clock(match), _nanos(match), parse_offset(match["offset"]))


def parse_duration(text: str) -> Duration:
    """Read ``P1DT2H3M4.5S`` in any case, each part with its own sign; weeks, months and years are refused."""
    match = _DURATION.fullmatch(text)
    names = ("days", "hours", "minutes", "seconds")
    if match is None or not any(match[name] for name in names) or (match["time"] or "").upper() == "T":
        raise ValueError(f"{text!r} is not a duration such as PT1H30M or P1DT12H")
    days, hours, minutes, seconds = (int(match[name] or 0) for name in names)
    total = (days * 86_400 + hours * 3600 + minutes * 60 + seconds) * NANOS
    part = int((match["fraction"] or "0").ljust(9, "0"))
    total += -part if (match["seconds"] or "").startswith("-") else part
    return Duration(*divmod(-total if match["sign"] == "-" else total, NANOS))


def parse_offset(text: str) -> int:
    """Read ``Z``, ``+02``, ``+0200``, ``+02:00`` or ``+02:00:30`` as seconds."""
    if text in {"Z", "z"}:
        return 0
    digits = text[1:].replace(":", "").ljust(6, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:6])
    if seconds > 18 * 3600 or not digits.isdigit():
        raise ValueError(f"{text!r} is not an offset between -18:00 and +18:00")
    return -seconds if text[0] == "-" else seconds


def find_zone(name: str) -> ZoneInfo:
    """Find a zone by its name, such as ``Europe/Paris``."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone such as Europe/Paris") from None


def seconds_of(text: str) -> tuple[int, int]:
    """Read decimal seconds as whole seconds and nanoseconds."""
    try:
        total = int(Decimal(text).scaleb(9))
    except (InvalidOperation, OverflowError):
        raise ValueError(f"{text!r} is not a number of seconds") from None
    return divmod(total, NANOS)


def _match(pattern: regex.Pattern[str], text: str) -> regex.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not such a date or time in ISO 8601")
    return match


def _clock(match: regex.Match[str]) -> time:
    return time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))


def _moment(match: regex.Match[str]) -> datetime:
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    return datetime.combine(day, _clock(match))


def _nanos(match: regex.Match[str]) -> int:
    return int((match["fraction"] or "0").ljust(9, "0"))


def _fixed(offset: int) -> timezone:
    return timezone(timedelta(seconds=offset)) if offset else UTC
