"""The closed set of values an expression can hold.

Plain Python values stand for themselves: ``None``, ``bool``, ``int`` (any size), ``float`` (64 bits), ``Decimal``,
``str``, ``list``, ``dict`` and ``date`` (a local date). The types here add what Python lacks: 32-bit floats, sets that
keep their order, names of enumerations, and date types that keep nanoseconds and the zone as it was written.
``str(value)`` of the date types is the text they print as.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Self, TypeAlias

from msgspec import Struct

NANOS = 1_000_000_000

# Values nest to any depth; Python's own recursive aliases cannot be narrowed by isinstance, so the leaf is ``object``.
Value: TypeAlias = object


class Float32(float):
    """A 32-bit float: it calculates as what 32 bits hold and prints with as few digits as 32 bits need."""

    __slots__ = ()

    def __new__(cls, number: float | str = 0.0) -> Self:
        """Round to 32 bits; what they cannot hold is infinite."""
        wide = float(number)
        try:
            narrow = struct.unpack("f", struct.pack("f", wide))[0]
        except OverflowError:
            narrow = float("inf") if wide > 0 else float("-inf")
        return super().__new__(cls, narrow)


class OrderedSet(list[Value]):
    """A set that keeps its order (the keys of a map, for one): a list that cannot be indexed or sorted by filters."""

    __slots__ = ()


class Entry(Struct, frozen=True):
    """A key and its value, as ``for`` over a map gives them: no map, but JSON shows it as a map of one."""

    key: Value
    value: Value

    def attributes(self) -> dict[str, Value]:
        """What can be looked up in it."""
        return {"key": self.key, "value": self.value}

    def to_map(self) -> dict[Value, Value]:
        """The map that JSON shows."""
        return {self.key: self.value}


class Loop(Struct, frozen=True):
    """The variable ``loop`` of one iteration; its index counts from 0."""

    index: int
    length: int

    def attributes(self) -> dict[str, Value]:
        """What can be looked up in it, in the order it prints."""
        return {
            "last": self.index == self.length - 1,
            "length": self.length,
            "index": self.index,
            "revindex": self.length - self.index - 1,
            "first": self.index == 0,
        }

    def to_map(self) -> dict[Value, Value]:
        """The map that JSON shows."""
        values = self.attributes()
        return {name: values[name] for name in ("first", "last", "length", "index", "revindex")}


class EnumName(str):
    """The name of a constant; equal to itself, not to text that reads the same."""

    __slots__ = ()


class Uri(str):
    """The address of a stored file; equal to another address, not to text that reads the same."""

    __slots__ = ()


class Instant(Struct, frozen=True):
    """A point in time without a zone: seconds since 1970 (UTC) and nanoseconds within the second."""

    second: int
    nanosecond: int = 0

    def __str__(self) -> str:
        days, rest = divmod(self.second, 86_400)
        clock = time(rest // 3600, rest % 3600 // 60, rest % 60)
        return f"{_epoch_day(days)}T{clock.isoformat()}{fraction(self.nanosecond, group=3)}Z"


class ZonedDateTime(Struct, frozen=True):
    """A date and time in a zone.

    Attributes:
        moment: Aware, to the second (its microsecond is 0); ``fold`` tells the two hours of an overlap apart.
        nanosecond: Within the second.
        zone: The zone's name when it has one (``Europe/Paris``, ``UTC``); empty for a bare offset (``+02:00``, ``Z``).
    """

    moment: datetime
    nanosecond: int = 0
    zone: str = ""

    @property
    def epoch_second(self) -> int:
        """Seconds since 1970 (UTC)."""
        return epoch_second(self.moment)

    def __str__(self) -> str:
        return _offset_text(self.moment, self.nanosecond) + (f"[{self.zone}]" if self.zone else "")


class OffsetDateTime(Struct, frozen=True):
    """A date and time at an offset; kept apart from `ZonedDateTime` because filters refuse it."""

    moment: datetime
    nanosecond: int = 0

    def __str__(self) -> str:
        return _offset_text(self.moment, self.nanosecond)


class LocalDateTime(Struct, frozen=True):
    """A date and time without a zone; ``moment`` is naive and to the second."""

    moment: datetime
    nanosecond: int = 0

    def __str__(self) -> str:
        return f"{self.moment.date()}T{clock_text(self.moment.time(), self.nanosecond)}"


class LocalTime(Struct, frozen=True):
    """A time of day, to the second, and nanoseconds within it."""

    clock: time
    nanosecond: int = 0

    def __str__(self) -> str:
        return clock_text(self.clock, self.nanosecond)


class OffsetTime(Struct, frozen=True):
    """A time of day at an offset in seconds."""

    clock: time
    nanosecond: int = 0
    offset: int = 0

    def __str__(self) -> str:
        return clock_text(self.clock, self.nanosecond) + offset_text(self.offset)


class LegacyDate(Struct, frozen=True):
    """A point in time to the millisecond that prints as ``Mon Jan 01 00:00:00 UTC 2024``."""

    millisecond: int

    def __str__(self) -> str:
        moment = datetime.fromtimestamp(self.millisecond // 1000, UTC)
        return moment.strftime("%a %b %d %H:%M:%S UTC %Y")


class Duration(Struct, frozen=True):
    """A length of time: whole seconds (may be negative) and nanoseconds (0 to 999,999,999) to add to them."""

    second: int
    nanosecond: int = 0

    @classmethod
    def of(cls, delta: timedelta) -> Duration:
        """Convert Python's duration."""
        return cls(delta.days * 86_400 + delta.seconds, delta.microseconds * 1000)

    def to_timedelta(self) -> timedelta:
        """Convert to Python's duration, cut to microseconds."""
        return timedelta(seconds=self.second, microseconds=self.nanosecond // 1000)

    def __str__(self) -> str:
        whole, nanos = self.second, self.nanosecond
        if whole < 0 and nanos:
            whole += 1
        hours, minutes, seconds = int(whole / 3600), int(whole % -3600 / 60) if whole < 0 else whole % 3600 // 60, 0
        seconds = whole - hours * 3600 - minutes * 60
        text = "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if not seconds and not nanos:
            return "PT0S" if text == "PT" else text
        if self.second < 0 and nanos:
            sign, tail = ("-" if not seconds else ""), NANOS - nanos
        else:
            sign, tail = "", nanos
        decimals = f".{tail:09d}".rstrip("0") if nanos else ""
        return f"{text}{sign}{seconds}{decimals}S"


DATE_TYPES = (ZonedDateTime, OffsetDateTime, LocalDateTime, date, LocalTime, OffsetTime, Instant, LegacyDate)
NUMBER_TYPES = (int, float, Decimal)


def is_number(value: Value) -> bool:
    """Tell whether the value is a number; a boolean is not."""
    return isinstance(value, NUMBER_TYPES) and not isinstance(value, bool)


def is_map(value: Value) -> bool:
    """Tell whether the value is a map, lazy ones included."""
    return isinstance(value, (dict, Mapping))


def is_text(value: Value) -> bool:
    """Tell whether the value is text proper: names of enumerations and addresses are not."""
    return isinstance(value, str) and not isinstance(value, (EnumName, Uri))


def epoch_second(moment: datetime) -> int:
    """Give the seconds since 1970 (UTC) of an aware moment, exactly."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return delta.days * 86_400 + delta.seconds


def fraction(nanosecond: int, *, group: int) -> str:
    """Write a fraction of a second in as few groups of digits as it needs; nothing for none."""
    if not nanosecond:
        return ""
    digits = f"{nanosecond:09d}"
    while digits.endswith("0" * group):
        digits = digits[:-group]
    return f".{digits}"


def clock_text(clock: time, nanosecond: int) -> str:
    """Write a time of day; seconds are left out when they and the nanoseconds are zero."""
    text = f"{clock.hour:02d}:{clock.minute:02d}"
    if clock.second or nanosecond:
        text += f":{clock.second:02d}{fraction(nanosecond, group=3)}"
    return text


def offset_text(seconds: int) -> str:
    """Write an offset in seconds: ``Z``, ``+02:00``, ``-03:30:15``."""
    if not seconds:
        return "Z"
    sign, rest = ("-" if seconds < 0 else "+"), abs(seconds)
    text = f"{sign}{rest // 3600:02d}:{rest % 3600 // 60:02d}"
    return f"{text}:{rest % 60:02d}" if rest % 60 else text


def offset_seconds(moment: datetime) -> int:
    """Give the offset of an aware moment in seconds."""
    delta = moment.utcoffset() or timedelta()
    return delta.days * 86_400 + delta.seconds


def _offset_text(moment: datetime, nanosecond: int) -> str:
    clock = clock_text(moment.time(), nanosecond)
    return f"{moment.date()}T{clock}{offset_text(offset_seconds(moment))}"


def _epoch_day(days: int) -> str:
    """Write the date of a day since 1970; years beyond what Python's dates hold carry a sign."""
    cycles, day = divmod(days + 719_468, 146_097)  # days since 0000-03-01, in cycles of 400 years
    year_of_cycle = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day_of_year = day - (365 * year_of_cycle + year_of_cycle // 4 - year_of_cycle // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9  # noqa: PLR2004 (the year starts in March)
    year = cycles * 400 + year_of_cycle + (month <= 2)  # noqa: PLR2004 (January and February belong to the next)
    sign = "+" if year > 9999 else "-" if year < 0 else ""  # noqa: PLR2004 (four digits need no sign)
    return f"{sign}{abs(year):04d}-{month:02d}-{day_of_year - (153 * shifted_month + 2) // 5 + 1:02d}"
