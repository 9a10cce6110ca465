"""The names a date format may have besides a pattern: ``iso``, ``sql_milli``, ``iso_week_date``, ``full`` and so on."""

from __future__ import annotations

from collections.abc import Callable

from tiercel.expressions.date_fields import day_of_year, offset_digits, week_of_year
from tiercel.expressions.date_locales import DEFAULT_LOCALE, STYLES, Symbols, symbols_for
from tiercel.expressions.date_patterns import compile_date_pattern, format_moment
from tiercel.expressions.dates import UTC_ZONE, Moment
from tiercel.expressions.values import fraction

NAMED_PATTERNS = {
    "iso": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
    "iso_milli": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "iso_sec": "yyyy-MM-dd'T'HH:mm:ssXXX",
    "sql": "yyyy-MM-dd HH:mm:ss.SSSSSS",
    "sql_milli": "yyyy-MM-dd HH:mm:ss.SSS",
    "sql_sec": "yyyy-MM-dd HH:mm:ss",
}
_WEEK_BEGIN, _LEAST_WEEK_DAYS = 0, 4  # of ISO weeks: Monday, and the week with the first Thursday
_ENGLISH_DATE = "EEE, d MMM yyyy HH:mm:ss"


def format_date(moment: Moment, pattern: str, locale: str | None) -> str:
    """Write a moment by a named format, a style or a pattern.

    Args:
        moment: In the zone it is to be written in.
        pattern: Such as ``iso``, ``full`` or ``yyyy-MM-dd``.
        locale: Language tag of names; None for the default.

    Raises:
        ExpressionError: The pattern is malformed.
    """
    named = _ISO.get(pattern)
    if named is not None:
        return named(moment)

    def symbols() -> Symbols:
        return symbols_for(DEFAULT_LOCALE if locale is None else locale)

    if pattern in STYLES:
        return format_moment(compile_date_pattern(symbols().style(pattern)), moment, symbols)
    return format_moment(compile_date_pattern(NAMED_PATTERNS.get(pattern, pattern)), moment, symbols)


def _date(moment: Moment) -> str:
    year, month, day = moment.civil
    return f"{_year(year)}-{month:02d}-{day:02d}"


def _year(year: int) -> str:
    if year < 0:
        return f"-{-year:04d}"
    return f"{year:04d}" if year <= 9999 else f"+{year}"  # noqa: PLR2004 (four digits need no sign)


def _time(moment: Moment, group: int = 1) -> str:
    hour, minute, second = moment.clock
    return f"{hour:02d}:{minute:02d}:{second:02d}{fraction(moment.fraction, group=group)}"


def _offset(moment: Moment) -> str:
    return offset_digits(moment.offset, 5, "Z")


def _zone(moment: Moment) -> str:
    return "" if moment.zone.is_offset else f"[{moment.zone.name}]"


def _date_time(moment: Moment) -> str:
    return f"{_date(moment)}T{_time(moment)}"


def _instant(moment: Moment) -> str:
    moment = moment.in_zone(UTC_ZONE)
    return f"{_date(moment)}T{_time(moment, 3)}Z"


def _week_date(moment: Moment) -> str:
    year, week = week_of_year(moment, _WEEK_BEGIN, _LEAST_WEEK_DAYS)
    return f"{_year(year)}-W{week:02d}-{moment.weekday + 1}{_offset(moment)}"


def _rfc_1123(moment: Moment) -> str:
    text = format_moment(compile_date_pattern(_ENGLISH_DATE), moment, lambda: symbols_for("en"))
    return f"{text} {offset_digits(moment.offset, 2, 'GMT')}"


_ISO: dict[str, Callable[[Moment], str]] = {
    "iso_date_time": lambda m: f"{_date_time(m)}{_offset(m)}{_zone(m)}",
    "iso_zoned_date_time": lambda m: f"{_date_time(m)}{_offset(m)}{_zone(m)}",
    "iso_local_date_time": _date_time,
    "iso_date": lambda m: f"{_date(m)}{_offset(m)}",
    "iso_local_date": _date,
    "iso_time": lambda m: f"{_time(m)}{_offset(m)}",
    "iso_offset_time": lambda m: f"{_time(m)}{_offset(m)}",
    "iso_local_time": _time,
    "iso_instant": _instant,
    "iso_ordinal_date": lambda m: f"{_year(m.civil[0])}-{day_of_year(m):03d}{_offset(m)}",
    "iso_week_date": _week_date,
    "rfc_1123_date_time": _rfc_1123,
}
