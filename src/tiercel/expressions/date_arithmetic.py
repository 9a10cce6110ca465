"""Moving a moment by an amount of a unit: months and years by the calendar, hours and less along the time line."""

from __future__ import annotations

from tiercel.errors import ExpressionError
from tiercel.expressions.dates import Moment, add_months, add_nanoseconds, move_to
from tiercel.expressions.values import NANOS

_MONTHS = {"MONTHS": 1, "YEARS": 12, "DECADES": 120, "CENTURIES": 1200, "MILLENNIA": 12_000}
_DAYS = {"DAYS": 1, "WEEKS": 7}
_NANOSECONDS = {
    "NANOS": 1,
    "MICROS": 1000,
    "MILLIS": 1_000_000,
    "SECONDS": NANOS,
    "MINUTES": 60 * NANOS,
    "HOURS": 3600 * NANOS,
    "HALF_DAYS": 43_200 * NANOS,
}
UNITS = (*_NANOSECONDS, *_DAYS, *_MONTHS, "ERAS")
_FURTHEST_YEAR = 999_999_999
_MOST = 2**63


def add_to_date(moment: Moment, number: int, unit: str) -> Moment:
    """Move a moment.

    Args:
        moment: From where.
        number: How many units; negative moves back.
        unit: One of `UNITS`.

    Raises:
        ExpressionError: There is no such unit, or the result is beyond the years there are.
    """
    if unit not in UNITS:
        raise ExpressionError("evaluation", f"dateAdd has no unit {unit!r}; its units: {', '.join(UNITS)}")
    _check_reach(moment, number, unit)
    if unit in _NANOSECONDS:
        return add_nanoseconds(moment, number * _NANOSECONDS[unit])
    if unit in _DAYS:
        return move_to(moment, moment.day + number * _DAYS[unit])
    return add_months(moment, number * _MONTHS[unit]) if unit in _MONTHS else _add_eras(moment, number)


def _add_eras(moment: Moment, number: int) -> Moment:
    year = moment.civil[0]
    era = (1 if year > 0 else 0) + number
    if era not in {0, 1}:
        raise ExpressionError("evaluation", "dateAdd: there are only two eras")
    return add_months(moment, (1 - 2 * year) * 12) if number else moment


def _check_reach(moment: Moment, number: int, unit: str) -> None:
    months = _MONTHS.get(unit, 0) or _DAYS.get(unit, 0) / 30 or _NANOSECONDS.get(unit, 0) / (30 * 86_400 * NANOS)
    if abs(number) > _MOST or abs(moment.civil[0] + number * months / 12) > _FURTHEST_YEAR:
        raise ExpressionError("evaluation", f"dateAdd: {number} {unit} from then is beyond the years there are")
