"""The 1.x conditions on dates.

Source: conditions recorded from 1.3: what each takes for a date, and that times of day are compared as their distance
to midnight in UTC, without coming round.
"""

from __future__ import annotations

from datetime import date

from tiercel.engine.conditions.context import ConditionContext, Properties, needed_text, optional_text
from tiercel.errors import ExpressionError
from tiercel.expressions.coerce import coerce
from tiercel.expressions.dates import parse_day, parse_zoned
from tiercel.expressions.functions.calendar import is_public_holiday
from tiercel.expressions.values import NANOS, OffsetTime, ZonedDateTime, offset_seconds

_DEFAULT_DATE = "{{ trigger.date }}"
_DEFAULT_COUNTRY = "US"
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_POSITIONS = ("FIRST", "SECOND", "THIRD", "FOURTH", "LAST")
_SATURDAY = 5
_NO_BOUND = "Invalid condition: no 'before' or 'after' value defined"


def date_time_between(properties: Properties, context: ConditionContext) -> bool:
    """Whether a date lies strictly between two others."""
    at = _position(_zoned(properties, context))
    after, before = (_bound(properties, name, context) for name in ("after", "before"))
    if after is None and before is None:
        raise ExpressionError("evaluation", _NO_BOUND)
    return (after is None or at > after) and (before is None or at < before)


def time_between(properties: Properties, context: ConditionContext) -> bool:
    """Whether a time of day lies strictly between two others, or outside of them when they are the wrong way round."""
    at = _zoned(properties, context)
    clock = at.moment.hour * 3600 + at.moment.minute * 60 + at.moment.second - offset_seconds(at.moment)
    now = clock * NANOS + at.nanosecond
    after, before = (_time_bound(properties, name, context) for name in ("after", "before"))
    if after is None and before is None:
        raise ExpressionError("evaluation", _NO_BOUND)
    if after is None or before is None:
        return (after is None or now > after) and (before is None or now < before)
    return after < now < before if after < before else now > after or now < before


def day_week(properties: Properties, context: ConditionContext) -> bool:
    """Whether it is that day of the week."""
    return _day(properties, context).weekday() == _weekday(properties, context)


def day_week_in_month(properties: Properties, context: ConditionContext) -> bool:
    """Whether it is the first, second, ... or last such day of the month."""
    day = _day(properties, context)
    weekday = _weekday(properties, context)
    position = needed_text(properties, "dayInMonth", context)
    if position not in _POSITIONS:
        raise ExpressionError("evaluation", f"dayInMonth {position!r} is none of {', '.join(_POSITIONS)}")
    if day.weekday() != weekday:
        return False
    if position == "LAST":
        return day.toordinal() + 7 > _last_of_month(day)
    return (day.day - 1) // 7 == _POSITIONS.index(position)


def weekend(properties: Properties, context: ConditionContext) -> bool:
    """Whether it is Saturday or Sunday."""
    return _day(properties, context).weekday() >= _SATURDAY


def public_holiday(properties: Properties, context: ConditionContext) -> bool:
    """Whether it is a public holiday."""
    country = optional_text(properties, "country", context) or _DEFAULT_COUNTRY
    division = optional_text(properties, "subDivision", context)
    return is_public_holiday("PublicHoliday", _day(properties, context), country, division)


def _date_text(properties: Properties, context: ConditionContext) -> str:
    return optional_text(properties, "date", context) or context.render(_DEFAULT_DATE)


def _zoned(properties: Properties, context: ConditionContext) -> ZonedDateTime:
    text = _date_text(properties, context)
    try:
        return parse_zoned(text)
    except ValueError:
        raise ExpressionError("evaluation", f"date {text!r} is not such as 2024-02-29T13:07:09Z") from None


def _day(properties: Properties, context: ConditionContext) -> date:
    text = _date_text(properties, context)
    try:
        return parse_day(text)
    except ValueError:
        raise ExpressionError("evaluation", f"date {text!r} is not such as 2024-02-29") from None


def _position(at: ZonedDateTime) -> int:
    return at.epoch_second * NANOS + at.nanosecond


def _bound(properties: Properties, name: str, context: ConditionContext) -> int | None:
    found = coerce(optional_text(properties, name, context), "ZonedDateTime")
    return _position(found) if isinstance(found, ZonedDateTime) else None


def _time_bound(properties: Properties, name: str, context: ConditionContext) -> int | None:
    found = coerce(optional_text(properties, name, context), "OffsetTime")
    if not isinstance(found, OffsetTime):
        return None
    clock = found.clock
    return (clock.hour * 3600 + clock.minute * 60 + clock.second - found.offset) * NANOS + found.nanosecond


def _weekday(properties: Properties, context: ConditionContext) -> int:
    text = needed_text(properties, "dayOfWeek", context)
    if text not in _DAYS:
        raise ExpressionError("evaluation", f"dayOfWeek {text!r} is none of {', '.join(_DAYS)}")
    return _DAYS.index(text)


def _last_of_month(day: date) -> int:
    later = date.fromordinal(day.replace(day=28).toordinal() + 4)
    return later.toordinal() - later.day
