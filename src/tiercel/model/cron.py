"""Cron expressions: five fields, or six that begin with seconds, read into the values each field allows.

Source: recorded schedules of both published versions, and some 1,500 more compared with their answers. ``?``, ``W`` and
``#`` are refused, and so are ranges that wrap around (``SUN`` is the last day, as 7), steps larger than the field and
names of more than three letters; nicknames are in lower case. ``L`` and ``L-n`` in the day of the month exist since
2.0; within a list they are let through and mean nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = {
    name: index
    for index, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}
_DAYS = {name: index for index, name in enumerate(["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"], 1)}
_BLANKS = re.compile(r"[ \t\n\v\f\r]+")
_ITEM = re.compile(r"(?:(\*)|([0-9A-Z]+)(?:-([0-9A-Z]+))?)?(?:/([0-9]{1,9}))?")
_LAST = re.compile(r"L(?:-([1-9]|[12][0-9]|3[01]))?")
_SUNDAY = 7
_CACHED = 20_000


class Cron(Struct, frozen=True):
    """What a cron expression allows; every tuple is in order.

    Attributes:
        weekdays: From 0 (Sunday) to 6.
        last_day: Counted from the end of the month: 0 is the last one. None when the expression has no ``L``.
        uses_last: An ``L`` stands in it, which is new in 2.0.
        is_either: Both kinds of day are restricted, so that a day of either kind will do; else it must be of both.
    """

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    last_day: int | None = None
    is_either: bool = False
    uses_last: bool = False


class _Field(Struct, frozen=True):
    """One field: its name, its bounds, the words that stand for numbers."""

    name: str
    first: int
    last: int
    words: dict[str, int] = {}


_SECOND = _Field("second", 0, 59)
_DAY_OF_MONTH = _Field("day of month", 1, 31)
_DAY_OF_WEEK = _Field("day of week", 0, 7, _DAYS)
_FIELDS = (_Field("minute", 0, 59), _Field("hour", 0, 23), _DAY_OF_MONTH, _Field("month", 1, 12, _MONTHS), _DAY_OF_WEEK)


@lru_cache(maxsize=_CACHED)
def parse_cron(text: str, *, with_seconds: bool = False) -> Cron:
    """Read a cron expression.

    Raises:
        ValueError: It is none; the message says which part is wrong.
    """
    if text.startswith("@"):
        if text not in _NICKNAMES:
            raise ValueError(f"'{text}' is none of {', '.join(sorted(_NICKNAMES))}")
        return parse_cron(_NICKNAMES[text])
    parts = [part for part in _BLANKS.split(text) if part]
    count = len(_FIELDS) + with_seconds
    if len(parts) != count:
        hint = "" if with_seconds else "; six need withSeconds: true"
        raise ValueError(f"'{text}' has {len(parts)} fields, not {count}{hint}")
    seconds = _values(_SECOND, parts.pop(0), text) if with_seconds else (0,)
    minutes, hours, days, months, weekdays = (
        _values(field, part, text) for field, part in zip(_FIELDS, parts, strict=True)
    )
    return Cron(
        seconds,
        minutes,
        hours,
        days,
        months,
        tuple(sorted({day % _SUNDAY for day in weekdays})),
        _last_day(parts[2]),
        is_either="*" not in (parts[2], parts[4]),
        uses_last="L" in parts[2].upper(),
    )


def _values(field: _Field, part: str, text: str) -> tuple[int, ...]:
    values: set[int] = set()
    for item in part.upper().split(","):
        if not (field is _DAY_OF_MONTH and _LAST.fullmatch(item)):
            values.update(_item_values(field, item, text))
    return tuple(sorted(values))


def _item_values(field: _Field, item: str, text: str) -> range:
    match = _ITEM.fullmatch(item)
    if match is None or not item:
        raise ValueError(f"'{text}': '{item}' is no {field.name}")
    _, first, last, step = match.groups()
    low = field.first if first is None else _number(field, first, text)
    high = _number(field, last, text) if last is not None else low if first and step is None else field.last
    if field is _DAY_OF_WEEK and low == _SUNDAY and step is not None:
        low = 0
    if high < low:
        raise ValueError(f"'{text}': the range {item} of the {field.name} ends before it begins")
    most = field.last - (field is _DAY_OF_WEEK and last is not None)
    if step is not None and not 1 <= int(step) <= most:
        raise ValueError(f"'{text}': the step {step} of the {field.name} must be between 1 and {most}")
    return range(low, high + 1, int(step or 1))


def _number(field: _Field, word: str, text: str) -> int:
    number = int(word) if word.isdecimal() and len(word) <= 4 else field.words.get(word)  # noqa: PLR2004 (far too many digits)
    if number is None or not field.first <= number <= field.last:
        raise ValueError(f"'{text}': '{word}' is no {field.name}")
    return number


def _last_day(part: str) -> int | None:
    match = _LAST.fullmatch(part.upper())
    return None if match is None else int(match[1] or 0)
