"""Functions that ask about a date: its day of the week, whether it is a holiday. The date keeps its own zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module

from tiercel.errors import ExpressionError
from tiercel.expressions import expect, iso
from tiercel.expressions.context import Context
from tiercel.expressions.dates import parse_day, parse_moment
from tiercel.expressions.library import Arguments, Function
from tiercel.expressions.text import java_text
from tiercel.expressions.values import (
    Instant,
    LocalDateTime,
    OffsetDateTime,
    Value,
    ZonedDateTime,
    is_text,
)

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_POSITIONS = ("FIRST", "SECOND", "THIRD", "FOURTH", "LAST")
_WORKING_DAYS = frozenset(range(5))
_CODE_LENGTH = 2
_WEEKEND = frozenset({5, 6})
_NOT_EVERYWHERE = {"US": frozenset({"Columbus Day"})}  # federal, but kept by some states only


def _read_date(name: str, value: Value) -> date:
    if isinstance(value, date):
        return value
    moment = _moment_of(value)
    if moment is not None:
        return moment.date()
    text = _date_text(name, value)
    try:
        return parse_day(text)
    except ValueError:
        raise ExpressionError("evaluation", f"{name}: {text!r} is no date such as 2024-02-29") from None


def _read_moment(name: str, value: Value) -> datetime:
    moment = _moment_of(value)
    if moment is not None:
        return moment
    text = _date_text(name, value)
    try:
        return parse_moment(text)
    except ValueError:
        message = f"{name}: {text!r} is no date and time such as 2024-02-29T13:07:09Z"
        raise ExpressionError("evaluation", message) from None


def _moment_of(value: Value) -> datetime | None:
    if isinstance(value, (ZonedDateTime, OffsetDateTime, LocalDateTime)):
        return value.moment
    if isinstance(value, Instant):
        return datetime(1970, 1, 1) + timedelta(seconds=value.second)  # noqa: DTZ001 (read as UTC, only its fields are used)
    return None


def _date_text(name: str, value: Value) -> str:
    if value is None:
        raise ExpressionError("evaluation", f"{name} needs the argument date")
    return value if isinstance(value, str) else java_text(value)


def _of_date(name: str, answer: Callable[[date], Value]) -> Function:
    return Function(name, lambda _, arguments: answer(_read_date(name, arguments["date"])), ("date",), ("date",))


def _hour_of_day(_: Context, arguments: Arguments) -> Value:
    return _read_moment("hourOfDay", arguments["date"]).hour


def _is_last_working_day(_: Context, arguments: Arguments) -> Value:
    """Tell whether no working day follows in the month; working days are Monday to Friday or those named."""
    day = _read_date("isLastWorkingDay", arguments["date"])
    given = arguments.get("workingDays")
    working = _WORKING_DAYS if given is None or given == "" else _weekdays(given)
    following = day + timedelta(days=1)
    while following.month == day.month:
        if following.weekday() in working:
            return False
        following += timedelta(days=1)
    return day.weekday() in working


def _weekdays(value: Value) -> frozenset[int]:
    names = value if isinstance(value, list) else java_text(value).split(",")
    if not names:
        raise ExpressionError("evaluation", "isLastWorkingDay: workingDays names no day")
    return frozenset(_weekday("isLastWorkingDay", java_text(name).strip()) for name in names)


def _weekday(name: str, text: str) -> int:
    if text.upper() not in _DAYS:
        raise ExpressionError("evaluation", f"{name}: {text!r} is no day of the week; {', '.join(_DAYS)} are")
    return _DAYS.index(text.upper())


def _is_day_week_in_month(_: Context, arguments: Arguments) -> Value:
    name = "isDayWeekInMonth"
    day = _read_date(name, arguments["date"])
    weekday = _weekday(name, expect.needed_text(name, arguments, "dayOfWeek"))
    position = expect.needed_text(name, arguments, "position").upper()
    if position not in _POSITIONS:
        raise ExpressionError("evaluation", f"{name}: {position!r} is no position; {', '.join(_POSITIONS)} are")
    if day.weekday() != weekday:
        return False
    if position == "LAST":
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 == _POSITIONS.index(position)


def _is_public_holiday(_: Context, arguments: Arguments) -> Value:
    name = "isPublicHoliday"
    day = _read_date(name, arguments["date"])
    country = expect.needed_text(name, arguments, "countryCode")
    division = arguments.get("subDivision")
    if not country:
        return False
    return is_public_holiday(name, day, country, None if division is None else java_text(division))


def is_public_holiday(name: str, day: date, country: str, division: str | None) -> bool:
    """Tell whether a day is a public holiday; a part of the country that has no calendar of its own is left aside.

    Args:
        name: Who asks, for the message.
        day: The day.
        country: Two letters, in any case.
        division: Part of the country.

    Raises:
        ExpressionError: There is no calendar for the country, or the calendars are not installed.
    """
    country = country.upper()
    try:
        library = import_module("holidays")  # optional, and at first use: its data is large
    except ImportError:
        raise ExpressionError(
            "evaluation", f"{name} needs a package that is not installed: pip install 'tiercel[holidays]'"
        ) from None
    known = library.list_supported_countries().get(country) if len(country) == _CODE_LENGTH else None
    if known is None:
        raise ExpressionError("evaluation", f"{name}: there is no calendar for the country {country!r}")
    part = division.upper() if division is not None and division.upper() in known else None
    found = library.country_holidays(country, subdiv=part, years=day.year)
    return any(holiday not in _NOT_EVERYWHERE.get(country, ()) or part is not None for holiday in found.get_list(day))


def _is_date_between(_: Context, arguments: Arguments) -> Value:
    """Tell whether a date is after one date and before another; both bounds are outside."""
    date_, after, before = (_instant(name, arguments[name]) for name in ("date", "after", "before"))
    return after < date_ < before


def _instant(name: str, value: Value) -> tuple[int, int]:
    if isinstance(value, Instant):
        return value.second, value.nanosecond
    if isinstance(value, ZonedDateTime):
        return value.epoch_second, value.nanosecond
    try:
        found = iso.parse_instant(value if is_text(value) and isinstance(value, str) else java_text(value))
    except ValueError:
        raise ExpressionError(
            "evaluation", f"isDateBetween could not parse '{name}': it needs an offset, as in 2024-02-29T13:07:09Z"
        ) from None
    return found.second, found.nanosecond


FUNCTIONS: tuple[Function, ...] = (
    _of_date("dayOfWeek", lambda day: _DAYS[day.weekday()]),
    _of_date("dayOfMonth", lambda day: day.day),
    _of_date("monthOfYear", lambda day: day.month),
    _of_date("isWeekend", lambda day: day.weekday() in _WEEKEND),
    Function("hourOfDay", _hour_of_day, ("date",), ("date",)),
    Function("isLastWorkingDay", _is_last_working_day, ("date", "workingDays"), ("date",)),
    Function(
        "isDayWeekInMonth",
        _is_day_week_in_month,
        ("date", "dayOfWeek", "position"),
        ("date", "dayOfWeek", "position"),
    ),
    Function("isPublicHoliday", _is_public_holiday, ("date", "countryCode", "subDivision"), ("date", "countryCode")),
    Function("isDateBetween", _is_date_between, ("date", "after", "before"), ("date", "after", "before")),
)
