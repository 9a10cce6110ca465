"""Reading text by a date pattern: the pattern becomes a regular expression, its groups the fields of a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal as OneOf

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions import iso
from tiercel.expressions.date_fields import FIELDS
from tiercel.expressions.date_formats import NAMED_PATTERNS
from tiercel.expressions.date_locales import DEFAULT_LOCALE, STYLES, Width, symbols_for
from tiercel.expressions.date_patterns import Field, Literal, Optional, Part, compile_date_pattern
from tiercel.expressions.dates import NANOS_PER_DAY, Moment, Zone, day_number, find_zone, month_length
from tiercel.expressions.values import NANOS, offset_text

_WIDTHS: dict[int, Width] = {3: "abbreviated", 4: "wide", 5: "narrow"}
_OFFSETS = {
    "X": r"Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?",
    "x": r"[+-]\d\d(?::?\d\d(?::?\d\d)?)?",
    "Z": r"[+-]\d\d:?\d\d(?::?\d\d)?|Z|GMT(?:[+-]\d\d:\d\d)?",
    "O": r"GMT(?:[+-]\d\d?(?::?\d\d)?)?",
}
_ZONE_NAME = r"[A-Za-z][A-Za-z0-9~/._+-]+|[+-]\d\d:?\d\d|Z"
_SHORT_ZONES = {
    "UTC": "UTC",
    "GMT": "GMT",
    "Z": "UTC",
    "CET": "CET",
    "CEST": "CET",
    "EET": "EET",
    "WET": "WET",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "BST": "Europe/London",
    "JST": "Asia/Tokyo",
}
_REFUSED = frozenset("GQqYwWFgecBv")  # letters that say nothing a date could be read from
_MAXIMUM = {"H": 24, "k": 24, "K": 11, "h": 12, "m": 59, "s": 59}
_HOURS = frozenset("HkKhNA")
_SHORT_YEAR_BASE = 2000
_READABLE_NAMES = {
    **NAMED_PATTERNS,
    "iso_date": "yyyy-MM-dd[XXXXX]",
    "iso_local_date": "yyyy-MM-dd",
    "iso_ordinal_date": "yyyy-DDD[XXXXX]",
    "rfc_1123_date_time": "[EEE, ]d MMM yyyy HH:mm[:ss] z",
}


@dataclass(frozen=True, slots=True)
class DateReader:
    """A pattern to read by."""

    pattern: str
    expression: regex.Pattern[str]
    letters: Mapping[str, Field]
    words: Mapping[str, Mapping[str, int]]

    def read(self, text: str, zone: Zone) -> Moment:
        """Read text; without offset or zone of its own it is in ``zone``, without a time of day it is midnight.

        Raises:
            ExpressionError: The text does not fit, or names no date that exists.
        """
        match = self.expression.fullmatch(text)
        if match is None:
            raise ExpressionError("evaluation", f"{text!r} does not fit the date pattern {self.pattern!r}")
        found = {self.letters[name].letter: value for name, value in match.groupdict().items() if value is not None}
        try:
            return self._resolve(found, zone)
        except (ValueError, KeyError) as error:
            reason = f"it has no {error.args[0]}" if isinstance(error, KeyError) else str(error)
            raise ExpressionError("evaluation", f"{text!r} is no date by {self.pattern!r}: {reason}") from None

    def _resolve(self, found: dict[str, str], zone: Zone) -> Moment:
        numbers = {letter: self._number(letter, text) for letter, text in found.items() if letter not in "XxZOVz"}
        day = _day(numbers)
        days, nanosecond = divmod(_time_of_day(numbers), NANOS_PER_DAY)  # 24:00 is the next day's beginning
        day += days
        offset = next((_offset(found[letter]) for letter in "XxZO" if letter in found), None)
        named = next((found[letter] for letter in "Vz" if letter in found), None)
        if named is not None:
            return Moment.from_local(day, nanosecond, find_zone(_SHORT_ZONES.get(named, named)), prefer=offset)
        if offset is not None and _HOURS & numbers.keys():  # a date alone is one where it is read
            return Moment.from_local(day, nanosecond, find_zone(offset_text(offset)))
        return Moment.from_local(day, nanosecond, zone)

    def _number(self, letter: str, text: str) -> int:
        words = self.words.get(letter)
        if words is not None:
            return words[text]
        if letter == "S":
            return int(text.ljust(9, "0"))
        number = int(text)
        field = next(field for field in self.letters.values() if field.letter == letter)
        if letter in "yu" and field.count == 2:  # noqa: PLR2004 (yy is the year in the century)
            number += _SHORT_YEAR_BASE
        if number > _MAXIMUM.get(letter, number):
            raise ValueError(f"{number} is more than {_MAXIMUM[letter]}")
        return number


@lru_cache(maxsize=256)
def compile_reader(pattern: str, locale: str | None = None) -> DateReader:
    """Prepare a pattern, or the name of one such as ``iso``, for reading.

    Raises:
        ExpressionError: It is malformed, or has a letter nothing can be read from.
    """
    if pattern in STYLES:
        pattern = symbols_for(DEFAULT_LOCALE).style(pattern)
    pattern = _READABLE_NAMES.get(pattern, pattern)
    letters: dict[str, Field] = {}
    words: dict[str, Mapping[str, int]] = {}
    parts = compile_date_pattern(pattern)
    tag = DEFAULT_LOCALE if locale is None else locale
    expression = "".join(_expressions(parts, letters, words, tag))
    return DateReader(pattern, regex.compile(expression), letters, words)


def _expressions(
    parts: tuple[Part, ...], letters: dict[str, Field], words: dict[str, Mapping[str, int]], tag: str
) -> Iterator[str]:
    for index, part in enumerate(parts):
        match part:
            case Literal(text):
                yield regex.escape(text, literal_spaces=True)
            case Optional(inner):
                yield f"(?:{''.join(_expressions(inner, letters, words, tag))})?"
            case Field():
                following = parts[index + 1] if index + 1 < len(parts) else None
                name = f"g{len(letters)}"
                letters[name] = part
                yield f"(?P<{name}>{_expression(part, following, words, tag)})"


def _expression(field: Field, following: Part | None, words: dict[str, Mapping[str, int]], tag: str) -> str:
    letter, count = field.letter, field.count
    if letter in _REFUSED:
        raise ExpressionError("evaluation", f"no date can be read from the letter {letter} of a date pattern")
    if letter in _OFFSETS:
        return _OFFSETS[letter]
    if letter in "Vz":
        return _ZONE_NAME
    if letter in "ELMa" and (letter in "Ea" or count > 2):  # noqa: PLR2004 (one and two letters are the number)
        words[letter] = _names(letter, _WIDTHS.get(count, "abbreviated"), tag)
        return "|".join(
            regex.escape(name, literal_spaces=True) for name in sorted(words[letter], key=len, reverse=True)
        )
    return _digits(letter, count, is_adjacent=_is_number(following))


def _digits(letter: str, count: int, *, is_adjacent: bool) -> str:
    if letter == "S" or (letter in "yu" and count == 2):  # noqa: PLR2004 (yy has exactly two digits)
        return rf"\d{{{count}}}"
    if letter in "yu":
        more = max(count, 4) + 1  # a sign must tell that there are more digits than the pattern has letters
        return rf"\d{{{count}}}" if is_adjacent else rf"\d{{{count},{more - 1}}}|\+\d{{{more},10}}|-\d{{{count},10}}"
    if count > 1:
        return rf"\d{{{count}}}"
    return r"\d{1,2}" if letter not in "DAnN" else r"\d{1,19}"


def _is_number(part: Part | None) -> bool:
    return isinstance(part, Field) and part.count <= FIELDS[part.letter].is_number


def _names(letter: str, width: Width, tag: str) -> dict[str, int]:
    symbols = symbols_for(tag)
    if letter == "a":
        return {symbols.half_day(0): 0, symbols.half_day(12): 12}
    if letter == "E":
        return {symbols.day(day, width): day for day in range(7)}
    context: OneOf["format", "stand-alone"] = "format" if letter == "M" else "stand-alone"
    return {symbols.month(month, width, context): month for month in range(1, 13)}


def _day(numbers: dict[str, int]) -> int:
    year = numbers["u"] if "u" in numbers else numbers.get("y")
    if year is None:
        raise KeyError("year")
    if "D" in numbers:
        return day_number(year, 1, 1) + numbers["D"] - 1
    month = numbers.get("M", numbers.get("L"))
    if month is None or "d" not in numbers:
        raise KeyError("day and month")
    day = numbers["d"]
    if 28 < day <= 31 and 1 <= month <= 12:  # noqa: PLR2004 (a day a shorter month lacks becomes its last)
        day = min(day, month_length(year, month))
    number = day_number(year, month, day)
    if "E" in numbers and (number + 3) % 7 != numbers["E"]:
        raise ValueError("the day of the week is another")
    return number


def _time_of_day(numbers: dict[str, int]) -> int:
    if "N" in numbers:
        return numbers["N"]
    if "A" in numbers:
        return numbers["A"] * 1_000_000
    hour = numbers["H"] if "H" in numbers else numbers["k"] % 24 if "k" in numbers else None
    if "a" in numbers and ("h" in numbers or "K" in numbers):
        hour = numbers.get("h", numbers.get("K", 0)) % 12 + numbers["a"]
    if hour is None:  # minutes alone, or a half of a day that is not named, are no time
        return 0
    second = hour * 3600 + numbers.get("m", 0) * 60 + numbers.get("s", 0)
    return second * NANOS + numbers.get("S", numbers.get("n", 0))


def _offset(text: str) -> int:
    text = text.removeprefix("GMT")
    if not text or text == "Z":
        return 0
    if ":" in text and len(text.partition(":")[0]) == 2:  # noqa: PLR2004 (a sign and one digit)
        text = f"{text[0]}0{text[1:]}"
    return iso.parse_offset(text if len(text) > 2 else f"{text[0]}0{text[1:]}")  # noqa: PLR2004 (a sign and one digit)
