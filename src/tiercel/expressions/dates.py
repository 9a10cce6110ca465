"""Moments in a zone: what the date filters read, calculate with and format.

A `Moment` counts days since 1970 and nanoseconds of the day in local time, so its year has no limit. Zones are those of
the IANA database, or offsets; local times in a gap move forward by its length, those in an overlap take the first
offset.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions import iso
from tiercel.expressions.values import (
    NANOS,
    Instant,
    LegacyDate,
    LocalDateTime,
    OffsetDateTime,
    Value,
    ZonedDateTime,
    offset_seconds,
    offset_text,
)

NANOS_PER_DAY = 86_400 * NANOS
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_CYCLE_DAYS, _CYCLE_YEARS = 146_097, 400
_OFFSET_ID = regex.compile(r"(?P<prefix>UTC|GMT|UT|)(?P<offset>[+-]\d{1,2}(?::?\d\d(?::?\d\d)?)?)")
_FURTHEST_SECOND = 31_556_889_864_403_199
_UNREADABLE_OFFSET = regex.compile(r"[+-]\d{4}(?:\d\d)?(?=\[|$)")
_MILLISECOND_DIGITS, _NANOSECOND_DIGITS = 13, 19
# The three-letter names that mean different zones to different people are refused.
_AMBIGUOUS_ZONES = frozenset({"EST", "MST", "HST", "ROC"})


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone: its name as it prints, and its rules."""

    name: str
    rules: tzinfo

    @property
    def is_offset(self) -> bool:
        """Tell whether it is a bare offset, such as ``+02:00`` or ``Z``."""
        return self.name == "Z" or self.name[:1] in {"+", "-"}


UTC_ZONE = Zone("UTC", UTC)
OFFSET_ZERO = Zone("Z", UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A local date and time of day, and the zone and offset that make it a point in time.

    Attributes:
        day: Days since 1970-01-01, local.
        nanosecond: Of the local day.
        zone: Where.
        offset: Seconds east of UTC, then.
    """

    day: int
    nanosecond: int
    zone: Zone
    offset: int

    @classmethod
    def from_local(cls, day: int, nanosecond: int, zone: Zone, *, prefer: int | None = None) -> Moment:
        """Place a local time in a zone; ``prefer`` is the offset to take where the hour exists twice."""
        local = _python_time(day, nanosecond, zone.rules)
        offset = offset_seconds(local)
        if prefer is not None and offset != prefer and offset_seconds(local.replace(fold=1)) == prefer:
            valid = cls.from_epoch(day * 86_400 + nanosecond // NANOS - prefer, nanosecond % NANOS, zone)
            if (valid.day, valid.nanosecond) == (day, nanosecond):
                return valid
        return cls.from_epoch(day * 86_400 + nanosecond // NANOS - offset, nanosecond % NANOS, zone)

    @classmethod
    def from_epoch(cls, second: int, nanosecond: int, zone: Zone) -> Moment:
        """Place a point in time, in seconds since 1970 (UTC) and nanoseconds within the second, in a zone."""
        day, rest = divmod(second, 86_400)
        utc = _python_time(day, rest * NANOS, UTC)
        offset = offset_seconds(utc.astimezone(zone.rules))
        day, rest = divmod(second + offset, 86_400)
        return cls(day, rest * NANOS + nanosecond, zone, offset)

    @property
    def epoch_second(self) -> int:
        """Seconds since 1970 (UTC)."""
        return self.day * 86_400 + self.nanosecond // NANOS - self.offset

    @property
    def civil(self) -> tuple[int, int, int]:
        """Year (0 is 1 BC), month and day of the month."""
        cycle, day = divmod(self.day - day_number(2000, 1, 1), _CYCLE_DAYS)
        found = date.fromordinal(day + date(2000, 1, 1).toordinal())
        return found.year + cycle * _CYCLE_YEARS, found.month, found.day

    @property
    def fraction(self) -> int:
        """Nanoseconds within the second."""
        return self.nanosecond % NANOS

    @property
    def clock(self) -> tuple[int, int, int]:
        """Hour, minute and second."""
        second = self.nanosecond // NANOS
        return second // 3600, second % 3600 // 60, second % 60

    @property
    def weekday(self) -> int:
        """Monday is 0."""
        return (self.day + 3) % 7

    @property
    def local_time(self) -> datetime:
        """Python's time in the zone, in a year Python can hold; it has no fraction."""
        moment = _python_time(self.day, self.nanosecond, self.zone.rules)
        return moment if offset_seconds(moment) == self.offset else moment.replace(fold=1)

    def in_zone(self, zone: Zone) -> Moment:
        """Give the same point in time in another zone."""
        return Moment.from_epoch(self.epoch_second, self.fraction, zone)


def day_number(year: int, month: int, day: int) -> int:
    """Count the days from 1970-01-01 to a date of any year.

    Raises:
        ValueError: There is no such day.
    """
    cycle, within = divmod(year - 2000, _CYCLE_YEARS)
    return date(2000 + within, month, day).toordinal() - _EPOCH_ORDINAL + cycle * _CYCLE_DAYS


def read_date(value: Value, zone: Zone) -> Moment:
    """Read a date of any kind but text; numbers are seconds, 13 digits milliseconds, 19 digits nanoseconds.

    What has a zone keeps it; all else is placed in the zone given.

    Raises:
        ExpressionError: It is no date.
    """
    match value:
        case ZonedDateTime():
            return own_moment(value)
        case Instant():
            return Moment.from_epoch(value.second, value.nanosecond, zone)
        case LocalDateTime():
            return local_moment(value, zone)
        case date():
            return Moment.from_local(value.toordinal() - _EPOCH_ORDINAL, NANOS_PER_DAY // 2, zone)
        case LegacyDate():
            second, millisecond = divmod(value.millisecond, 1000)
            return Moment.from_epoch(second, millisecond * 1_000_000, zone)
        case int() if not isinstance(value, bool):
            return _from_number(value, zone)
        case _:
            raise ExpressionError(
                "evaluation",
                f"a {type(value).__name__} is no date; a date, text such as 2024-02-29T13:07:09Z or whole seconds are",
            )


def read_text(text: str, zone: Zone) -> Moment:
    """Read ISO text: with offset or zone, which it keeps, a local date-time in the given zone, or a date.

    Raises:
        ExpressionError: It is none of these.
    """
    try:
        return _read_iso(text, zone)
    except ValueError:
        raise ExpressionError(
            "evaluation",
            f"{text!r} is no date such as 2024-02-29 or 2024-02-29T13:07:09Z; name its pattern with existingFormat",
        ) from None


def parse_zoned(text: str) -> ZonedDateTime:
    """Read ISO text with an offset that has colons, as in ``+05:30``, and perhaps a zone.

    Raises:
        ValueError: It is not such text.
    """
    if _UNREADABLE_OFFSET.search(text):
        raise ValueError(text)
    return iso.parse_zoned(text)


def parse_moment(text: str) -> datetime:
    """Read the date and time of ISO text, by its own clock, whether it names a zone or not.

    Raises:
        ValueError: It is not such text.
    """
    try:
        return parse_zoned(text).moment
    except ValueError:
        return iso.parse_local(text).moment


def parse_day(text: str) -> date:
    """Read the day of ISO text, with or without a time.

    Raises:
        ValueError: It is not such text.
    """
    try:
        return parse_moment(text).date()
    except ValueError:
        return iso.parse_date(text)


def local_moment(value: LocalDateTime, zone: Zone) -> Moment:
    """Place a local date-time in a zone."""
    moment = value.moment
    second = moment.hour * 3600 + moment.minute * 60 + moment.second
    return Moment.from_local(moment.toordinal() - _EPOCH_ORDINAL, second * NANOS + value.nanosecond, zone)


def own_moment(value: ZonedDateTime | OffsetDateTime) -> Moment:
    """Take over a date-time in its own zone."""
    offset = offset_seconds(value.moment)
    name = value.zone if isinstance(value, ZonedDateTime) and value.zone else offset_text(offset)
    zone = Zone(name, value.moment.tzinfo or UTC)
    moment = value.moment
    second = moment.hour * 3600 + moment.minute * 60 + moment.second
    return Moment(moment.toordinal() - _EPOCH_ORDINAL, second * NANOS + value.nanosecond, zone, offset)


def zone_of(value: ZonedDateTime) -> Zone:
    """Give the zone of a date-time."""
    return own_moment(value).zone


@lru_cache(maxsize=512)
def find_zone(name: str) -> Zone:
    """Find a zone: an IANA name (in its exact case) or an offset such as ``+02:00``, ``-0330`` or ``UTC+3``.

    Raises:
        ExpressionError: There is no such zone.
    """
    if name == "Z":
        return OFFSET_ZERO
    match = _OFFSET_ID.fullmatch(name)
    if match is not None:
        return _offset_zone(match["prefix"], match["offset"])
    if name and name not in _AMBIGUOUS_ZONES:
        try:
            return Zone(name, UTC if name in {"UTC", "GMT", "UT"} else ZoneInfo(name))
        except (KeyError, ValueError, OSError):
            pass
    raise ExpressionError("evaluation", f"{name!r} is no time zone; Europe/Paris, UTC and +02:00 are")


def add_months(moment: Moment, months: int) -> Moment:
    """Move by months; a day the month does not have becomes its last."""
    year, month, day = moment.civil
    year, month = divmod(year * 12 + month - 1 + months, 12)
    last = month_length(year, month + 1)
    return move_to(moment, day_number(year, month + 1, min(day, last)))


def move_to(moment: Moment, day: int) -> Moment:
    """Keep the time of day on another day."""
    return Moment.from_local(day, moment.nanosecond, moment.zone, prefer=moment.offset)


def add_nanoseconds(moment: Moment, nanoseconds: int) -> Moment:
    """Move along the time line."""
    second, rest = divmod(moment.epoch_second * NANOS + moment.fraction + nanoseconds, NANOS)
    return Moment.from_epoch(second, rest, moment.zone)


def _from_number(number: int, zone: Zone) -> Moment:
    if abs(number) > _FURTHEST_SECOND and len(str(abs(number))) != _NANOSECOND_DIGITS:
        raise ExpressionError("evaluation", f"the number {number} is no date; whole seconds since 1970 are")
    digits = len(str(abs(number)))
    if digits == _MILLISECOND_DIGITS:
        second, millisecond = divmod(number, 1000)
        return Moment.from_epoch(second, millisecond * 1_000_000, zone)
    if digits == _NANOSECOND_DIGITS:  # its last six digits count as microseconds, as flows have come to know it
        return Moment.from_epoch(number // NANOS, number % 1_000_000 * 1000, zone)
    return Moment.from_epoch(number, 0, zone)


def _read_iso(text: str, zone: Zone) -> Moment:
    for parse in (parse_zoned, iso.parse_local, iso.parse_date):
        try:
            found: Value = parse(text)
        except ValueError:
            continue
        if isinstance(found, date):
            return Moment.from_local(found.toordinal() - _EPOCH_ORDINAL, 0, zone)
        return read_date(found, zone)
    raise ValueError(text)


def _offset_zone(prefix: str, text: str) -> Zone:
    digits = text[1:].replace(":", "")
    if len(digits) == 1:
        digits = f"0{digits}"
    try:
        seconds = iso.parse_offset(text[0] + digits)
    except ValueError as error:
        raise ExpressionError("evaluation", str(error)) from None
    rules = timezone(timedelta(seconds=seconds)) if seconds else UTC
    written = offset_text(seconds)
    return Zone(f"{prefix}{written if written != 'Z' else ''}" or "Z", rules) if prefix else Zone(written, rules)


def _python_time(day: int, nanosecond: int, rules: tzinfo) -> datetime:
    """Give the moment as Python's, in a year it can hold that has the same calendar."""
    within = day % _CYCLE_DAYS if not -700_000 < day < 2_900_000 else day  # noqa: PLR2004 (years 53 to 9909)
    base = date.fromordinal(within + _EPOCH_ORDINAL)
    second = nanosecond // NANOS
    return datetime(base.year, base.month, base.day, second // 3600, second % 3600 // 60, second % 60, tzinfo=rules)


def month_length(year: int, month: int) -> int:
    """Count the days of a month."""
    following = (year + month // 12, month % 12 + 1)
    return day_number(*following, 1) - day_number(year, month, 1)
