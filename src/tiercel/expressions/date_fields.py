"""The letters of date patterns: how often each may stand, and how it writes its part of a moment."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

from tiercel.expressions.date_locales import Context, Symbols, Width
from tiercel.expressions.dates import Moment, day_number

Lazy: TypeAlias = Callable[[], Symbols]
Write: TypeAlias = Callable[[Moment, int, Lazy], str]
_TEXT_WIDTHS: dict[int, Width] = {1: "abbreviated", 2: "abbreviated", 3: "abbreviated", 4: "wide", 5: "narrow"}
_FULL, _UNLIMITED = 4, range(1, 20)
_JULIAN_DAY_OF_1970 = 40_587


@dataclass(frozen=True, slots=True)
class FieldType:
    """One letter.

    Attributes:
        write: Writes the part of a moment, for a count of the letter.
        counts: How often the letter may stand.
        is_number: Counts up to this many letters write digits.
    """

    write: Write
    counts: Collection[int]
    is_number: int = 0


def year_and_era(moment: Moment) -> int:
    """Give the year counted from 1 in its era."""
    year = moment.civil[0]
    return year if year > 0 else 1 - year


def day_of_year(moment: Moment) -> int:
    """Give the day of the year, from 1."""
    return moment.day - day_number(moment.civil[0], 1, 1) + 1


def local_weekday(moment: Moment, symbols: Symbols) -> int:
    """Give the day of the week, from 1 for the one the language begins weeks with."""
    return (moment.weekday - symbols.first_weekday) % 7 + 1


def week_of_year(moment: Moment, first_weekday: int, least_days: int) -> tuple[int, int]:
    """Give the year a week belongs to and its number there."""
    year = moment.civil[0]
    for candidate in (year + 1, year, year - 1):
        start = _first_week(candidate, first_weekday, least_days)
        if moment.day >= start:
            return candidate, (moment.day - start) // 7 + 1
    raise AssertionError(moment)  # the year before begins before the moment


def offset_digits(offset: int, count: int, zero: str) -> str:
    """Write an offset: 1 ``+05`` or ``+0530``, 2 ``+0530``, 3 ``+05:30``, 4 and 5 the same with seconds if any."""
    if not offset and zero:
        return zero
    hours, minutes, seconds = abs(offset) // 3600, abs(offset) % 3600 // 60, abs(offset) % 60
    colon = ":" if count in {3, 5} else ""
    text = f"{'-' if offset < 0 else '+'}{hours:02d}"
    if count > 1 or minutes:
        text += f"{colon}{minutes:02d}"
    if count > 3 and seconds:  # noqa: PLR2004 (the two longest forms write seconds)
        text += f"{colon}{seconds:02d}"
    return text


def localized_offset(offset: int, *, is_short: bool) -> str:
    """Write an offset as ``GMT+5:30`` (short) or ``GMT+05:30``."""
    if not offset:
        return "GMT"
    sign, rest = ("-" if offset < 0 else "+"), abs(offset)
    hours, minutes, seconds = rest // 3600, rest % 3600 // 60, rest % 60
    text = f"GMT{sign}{hours}" if is_short else f"GMT{sign}{hours:02d}"
    if minutes or seconds or not is_short:
        text += f":{minutes:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def _first_week(year: int, first_weekday: int, least_days: int) -> int:
    new_year = day_number(year, 1, 1)
    into_week = ((new_year + 3) % 7 - first_weekday) % 7
    start = new_year - into_week
    return start if 7 - into_week >= least_days else start + 7


def _number(value: Callable[[Moment], int]) -> Write:
    return lambda moment, count, _: _digits(value(moment), count)


def _digits(value: int, width: int) -> str:
    return f"-{-value:0{width}d}" if value < 0 else f"{value:0{width}d}"


def _year(value: Callable[[Moment, Lazy], int]) -> Write:
    def write(moment: Moment, count: int, symbols: Lazy) -> str:
        year = value(moment, symbols)
        if count == 2:  # noqa: PLR2004 (yy is the year in the century)
            return f"{abs(year) % 100:02d}"
        text = _digits(year, count)
        return f"+{text}" if count >= _FULL and len(text) > count and year > 0 else text

    return write


def _named(
    value: Callable[[Moment], int], name: Callable[[Symbols, int, Width, Context], str], context: Context
) -> Write:
    def write(moment: Moment, count: int, symbols: Lazy) -> str:
        if count < 3:  # noqa: PLR2004 (one and two letters are the number)
            return _digits(value(moment), count)
        return name(symbols(), value(moment), _TEXT_WIDTHS[count], context)

    return write


def _weekday(context: Context) -> Write:
    def write(moment: Moment, count: int, symbols: Lazy) -> str:
        if count < 3:  # noqa: PLR2004 (one and two letters are the number)
            return _digits(local_weekday(moment, symbols()), count)
        return symbols().day(moment.weekday, _TEXT_WIDTHS[count], context)

    return write


def _week(moment: Moment, symbols: Symbols) -> tuple[int, int]:
    return week_of_year(moment, symbols.first_weekday, symbols.least_week_days)


def _week_of_month(moment: Moment, _: int, symbols: Lazy) -> str:
    words = symbols()
    first = moment.day - moment.civil[2] + 1
    into_week = ((first + 3) % 7 - words.first_weekday) % 7
    start = first - into_week if 7 - into_week >= words.least_week_days else first - into_week + 7
    return str((moment.day - start) // 7 + 1)


def _zone_name(moment: Moment, count: int, symbols: Lazy) -> str:
    name = moment.zone.name
    is_own_name = moment.zone.is_offset or name[:2] == "UT"  # UTC, UTC+03:00 and UT+1 are their own short names
    if is_own_name and (count != _FULL or name != "UTC"):
        return name
    local = moment.local_time
    if count == _FULL:
        return symbols().zone(local, moment.zone.name) or localized_offset(moment.offset, is_short=False)
    if moment.zone.name[:3] == "GMT":
        return "GMT" if moment.zone.name == "GMT0" else moment.zone.name
    short = local.tzname() or ""
    return short if short.isalpha() else localized_offset(moment.offset, is_short=False)


FIELDS: dict[str, FieldType] = {
    "G": FieldType(lambda m, n, s: s().era(is_common=m.civil[0] > 0, width=_TEXT_WIDTHS[n]), _TEXT_WIDTHS),
    "u": FieldType(_year(lambda m, _: m.civil[0]), _UNLIMITED, 19),
    "y": FieldType(_year(lambda m, _: year_and_era(m)), _UNLIMITED, 19),
    "Y": FieldType(_year(lambda m, s: _week(m, s())[0]), _UNLIMITED, 19),
    "Q": FieldType(_named(lambda m: (m.civil[1] + 2) // 3, Symbols.quarter, "format"), _TEXT_WIDTHS, 2),
    "q": FieldType(_named(lambda m: (m.civil[1] + 2) // 3, Symbols.quarter, "stand-alone"), _TEXT_WIDTHS, 2),
    "M": FieldType(_named(lambda m: m.civil[1], Symbols.month, "format"), _TEXT_WIDTHS, 2),
    "L": FieldType(_named(lambda m: m.civil[1], Symbols.month, "stand-alone"), _TEXT_WIDTHS, 2),
    "w": FieldType(lambda m, n, s: _digits(_week(m, s())[1], n), (1, 2), 2),
    "W": FieldType(_week_of_month, (1,), 1),
    "D": FieldType(_number(day_of_year), (1, 2, 3), 3),
    "d": FieldType(_number(lambda m: m.civil[2]), (1, 2), 2),
    "F": FieldType(_number(lambda m: (m.civil[2] - 1) // 7 + 1), (1,), 1),
    "g": FieldType(_number(lambda m: m.day + _JULIAN_DAY_OF_1970), _UNLIMITED, 19),
    "E": FieldType(lambda m, n, s: s().day(m.weekday, _TEXT_WIDTHS[n]), _TEXT_WIDTHS),
    "e": FieldType(_weekday("format"), _TEXT_WIDTHS, 2),
    "c": FieldType(_weekday("stand-alone"), (1, 3, 4, 5), 2),
    "a": FieldType(lambda m, _, s: s().half_day(m.clock[0]), (1,)),
    "B": FieldType(lambda m, n, s: s().day_period(m.clock[0], m.clock[1], _TEXT_WIDTHS[n]), (1, 4, 5)),
    "h": FieldType(_number(lambda m: m.clock[0] % 12 or 12), (1, 2), 2),
    "K": FieldType(_number(lambda m: m.clock[0] % 12), (1, 2), 2),
    "k": FieldType(_number(lambda m: m.clock[0] or 24), (1, 2), 2),
    "H": FieldType(_number(lambda m: m.clock[0]), (1, 2), 2),
    "m": FieldType(_number(lambda m: m.clock[1]), (1, 2), 2),
    "s": FieldType(_number(lambda m: m.clock[2]), (1, 2), 2),
    "S": FieldType(lambda m, n, _: f"{m.fraction:09d}"[:n], range(1, 10), 9),
    "A": FieldType(_number(lambda m: m.nanosecond // 1_000_000), _UNLIMITED, 19),
    "n": FieldType(_number(lambda m: m.fraction), _UNLIMITED, 19),
    "N": FieldType(_number(lambda m: m.nanosecond), _UNLIMITED, 19),
    "V": FieldType(lambda m, _, __: m.zone.name, (2,)),
    "v": FieldType(_zone_name, (1, 4)),
    "z": FieldType(_zone_name, (1, 2, 3, 4)),
    "O": FieldType(lambda m, n, _: localized_offset(m.offset, is_short=n == 1), (1, 4)),
    "X": FieldType(lambda m, n, _: offset_digits(m.offset, n, "Z"), (1, 2, 3, 4, 5)),
    "x": FieldType(lambda m, n, _: offset_digits(m.offset, n, ""), (1, 2, 3, 4, 5)),
    "Z": FieldType(
        lambda m, n, _: (
            localized_offset(m.offset, is_short=False)
            if n == _FULL
            else offset_digits(m.offset, 5 if n > _FULL else 2, "Z" if n > _FULL else "")
        ),
        (1, 2, 3, 4, 5),
    ),
}
