"""Whether a cron expression is one; when it fires is the scheduler's affair.

Source: recorded schedules of both published versions: no ``?``, ``W`` or ``#``, no ranges that wrap around (but
``SAT-SUN``), steps smaller than the field, names of three letters in upper case, nicknames in lower case.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

_NICKNAMES = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_MONTHS = {
    name: index
    for index, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}
_DAYS = {name: index for index, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])}
_ITEM = regex.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)?(?:/(\d+))?")


@dataclass(frozen=True, slots=True)
class _Field:
    """One field: its name, its bounds, the words that stand for numbers."""

    name: str
    first: int
    last: int
    words: dict[str, int]


_SECOND = _Field("second", 0, 59, {})
_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 7, _DAYS),
)


def check_cron(text: str, *, with_seconds: bool) -> None:
    """Check a cron expression.

    Raises:
        ValueError: It is none; the message says which part is wrong.
    """
    stripped = text.strip()
    if stripped.startswith("@"):
        if text not in _NICKNAMES:
            raise ValueError(f"'{text}' is none of {', '.join(sorted(_NICKNAMES))}")
        return
    fields = (_SECOND, *_FIELDS) if with_seconds else _FIELDS
    parts = stripped.split()
    if len(parts) != len(fields):
        hint = "" if with_seconds else "; six need withSeconds: true"
        raise ValueError(f"'{text}' has {len(parts)} fields, not {len(fields)}{hint}")
    for field, part in zip(fields, parts, strict=True):
        for item in part.split(","):
            _check_item(field, item, text)


def _check_item(field: _Field, item: str, text: str) -> None:
    match = _ITEM.fullmatch(item)
    if match is None or not item:
        raise ValueError(f"'{text}': '{item}' is no {field.name}")
    _, first, last, step = match.groups()
    if field.name == "day of month" and item == "L":
        return
    low = field.first if first is None else _number(field, first, text)
    high = low if last is None else _number(field, last, text)
    if high < low and not (field.words is _DAYS and high == 0):
        raise ValueError(f"'{text}': the range {item} of the {field.name} ends before it begins")
    size = field.last - field.first + 1
    if step is not None and not 0 < int(step) < size:
        raise ValueError(f"'{text}': the step {step} of the {field.name} must be between 1 and {size - 1}")


def _number(field: _Field, word: str, text: str) -> int:
    number = field.words.get(word) if not word.isdecimal() else int(word)
    if number is None or not field.first <= number <= field.last:
        raise ValueError(f"'{text}': '{word}' is no {field.name}")
    return number
