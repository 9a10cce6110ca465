"""The words and patterns of a language: names of months, days and zones, and its four date styles. From the CLDR."""

from __future__ import annotations

from datetime import UTC, datetime, time, tzinfo
from functools import lru_cache
from typing import Literal, TypeAlias

from babel import Locale, UnknownLocaleError
from babel.dates import get_period_id, get_timezone_name

Width: TypeAlias = Literal["abbreviated", "wide", "narrow"]
Context: TypeAlias = Literal["format", "stand-alone"]

DEFAULT_LOCALE = "en_US"
STYLES = ("full", "long", "medium", "short")


class Symbols:
    """What one language calls things.

    Attributes:
        locale: Babel's.
    """

    __slots__ = ("_is_root", "locale")

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self._is_root = locale.language == "root"

    def month(self, number: int, width: Width, context: Context = "format") -> str:
        """Name a month; January is 1."""
        return str(self.locale.months[context][width][number])

    def day(self, weekday: int, width: Width, context: Context = "format") -> str:
        """Name a day of the week; Monday is 0."""
        return str(self.locale.days[context][width][weekday])

    def quarter(self, number: int, width: Width, context: Context = "format") -> str:
        """Name a quarter, from 1."""
        return str(self.locale.quarters[context][width][number])

    def era(self, *, is_common: bool, width: Width) -> str:
        """Name the era before or after the year 1."""
        return str(self.locale.eras[width][1 if is_common else 0])

    def half_day(self, hour: int) -> str:
        """Write AM or PM."""
        return str(self.locale.day_periods["format"]["abbreviated"]["pm" if hour >= 12 else "am"])  # noqa: PLR2004

    def day_period(self, hour: int, minute: int, width: Width) -> str:
        """Name the part of the day, such as ``in the afternoon``."""
        names = self.locale.day_periods["format"][width]
        period = get_period_id(time(hour, minute), locale=self.locale)
        return str(names.get(period) or self.half_day(hour))

    def zone(self, moment: datetime, rules: tzinfo) -> str:
        """Name a zone in full, as it is called then."""
        if self._is_root:
            return ""
        if rules is UTC:
            rules_name = get_timezone_name(datetime(2000, 1, 1, tzinfo=UTC), width="long", locale=self.locale)
            return str(rules_name)
        return str(get_timezone_name(moment, width="long", locale=self.locale))

    def style(self, name: str) -> str:
        """Give the pattern of a date and time in one of `STYLES`."""
        joined = str(self.locale.datetime_formats[name])
        clock, day = str(self.locale.time_formats[name].pattern), str(self.locale.date_formats[name].pattern)
        return joined.replace("{0}", clock).replace("{1}", day)

    @property
    def first_weekday(self) -> int:
        """The day a week begins with; Monday is 0."""
        return int(self.locale.first_week_day)

    @property
    def least_week_days(self) -> int:
        """How many days of a year its first week has at least."""
        return int(self.locale.min_week_days)


@lru_cache(maxsize=64)
def symbols_for(tag: str) -> Symbols:
    """Find a language by its tag (``fr``, ``pt-BR``, ``pt_BR``); one that is not known has neutral words."""
    parts = [part for part in tag.replace("-", "_").split("_") if part]
    while parts:
        try:
            return Symbols(Locale.parse("_".join(parts)))
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Symbols(Locale("root"))
