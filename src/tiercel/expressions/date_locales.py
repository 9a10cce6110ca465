"""The words and patterns of a language: names of months, days and zones, and its four date styles. From the CLDR.

Babel, which holds the CLDR, is imported at first use: most flows write their dates in digits.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, time
from functools import lru_cache
from typing import Any, Literal, TypeAlias

Width: TypeAlias = Literal["abbreviated", "wide", "narrow"]
Context: TypeAlias = Literal["format", "stand-alone"]

DEFAULT_LOCALE = "en_US"
STYLES = ("full", "long", "medium", "short")
_SECTIONS = (
    "months",
    "days",
    "quarters",
    "eras",
    "day_periods",
    "datetime_formats",
    "date_formats",
    "time_formats",
    "time_zones",
    "meta_zones",
)
# Zones the CLDR knows by another of their names.
_OTHER_ZONE_NAMES = {
    "Africa/Asmara": "Africa/Asmera",
    "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
    "America/Argentina/Catamarca": "America/Catamarca",
    "America/Argentina/Cordoba": "America/Cordoba",
    "America/Argentina/Jujuy": "America/Jujuy",
    "America/Argentina/Mendoza": "America/Mendoza",
    "America/Atikokan": "America/Coral_Harbour",
    "America/Indiana/Indianapolis": "America/Indianapolis",
    "America/Kentucky/Louisville": "America/Louisville",
    "America/Nuuk": "America/Godthab",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
    "Atlantic/Faroe": "Atlantic/Faeroe",
    "Europe/Kyiv": "Europe/Kiev",
    "Pacific/Chuuk": "Pacific/Truk",
    "Pacific/Kanton": "Pacific/Enderbury",
    "Pacific/Pohnpei": "Pacific/Ponape",
    "UTC": "Etc/UTC",
    "GMT": "Etc/GMT",
}
_NOON = 12


class Symbols:
    """What one language calls things.

    Attributes:
        first_weekday: The day a week begins with; Monday is 0.
        least_week_days: How many days of a year its first week has at least.
    """

    __slots__ = ("_data", "_locale", "first_weekday", "least_week_days")

    def __init__(self, tag: str) -> None:
        from babel import Locale, localedata  # noqa: PLC0415 (at first use)

        self._locale = locale = Locale("root") if tag == "root" else Locale.parse(tag)
        # A copy: looking a name up writes what was found into the data, and languages share parts of theirs.
        raw = localedata.load(str(locale))
        self._data: Any = localedata.LocaleDataDict({key: deepcopy(raw[key]) for key in _SECTIONS if key in raw})
        has_country = locale.territory is not None  # without one, weeks begin on Sunday with the first of January
        self.first_weekday = int(locale.first_week_day) if has_country else 6
        self.least_week_days = int(locale.min_week_days) if has_country else 1

    def month(self, number: int, width: Width, context: Context = "format") -> str:
        """Name a month; January is 1."""
        name = str(self._data["months"][context][width][number])
        # Where the CLDR has only M01, M02 ... the English abbreviations stand in.
        return name if name != f"M{number:02d}" else symbols_for("en").month(number, "abbreviated")

    def day(self, weekday: int, width: Width, context: Context = "format") -> str:
        """Name a day of the week; Monday is 0."""
        return str(self._data["days"][context][width][weekday])

    def quarter(self, number: int, width: Width, context: Context = "format") -> str:
        """Name a quarter, from 1."""
        return str(self._data["quarters"][context][width][number])

    def era(self, *, is_common: bool, width: Width) -> str:
        """Name the era before or after the year 1."""
        return str(self._data["eras"][width][1 if is_common else 0])

    def half_day(self, hour: int) -> str:
        """Write AM or PM."""
        half = "pm" if hour >= _NOON else "am"
        periods = self._data["day_periods"]["format"]
        short = str(periods["abbreviated"][half])
        # Where the short form is English only, the language's own long form is the usual one.
        name = str(periods["wide"].get(half, short)) if short in {"AM", "PM"} else short
        return name.replace("\u202f", "\u00a0")

    def day_period(self, hour: int, minute: int, width: Width) -> str:
        """Name the part of the day, such as ``in the afternoon``."""
        from babel.dates import get_period_id  # noqa: PLC0415 (at first use)

        period = get_period_id(time(hour, minute), locale=self._locale)
        names = self._data["day_periods"]["format"]["narrow" if width == "narrow" else "wide"]
        return str(names.get(period) or self._data["day_periods"]["format"][width].get(period) or self.half_day(hour))

    def zone(self, moment: datetime, name: str) -> str:
        """Name a zone in full, as it is called then; nothing where the language has no name."""
        from babel.core import get_global  # noqa: PLC0415 (at first use)

        kind = "daylight" if moment.dst() else "standard"
        other = _OTHER_ZONE_NAMES.get(name, name)
        canonical = get_global("zone_aliases").get(other, other)
        for candidate in (name, other, canonical):
            found = self._data["time_zones"].get(candidate, {}).get("long", {}).get(kind)
            if found:
                return str(found)
        meta_zones = get_global("meta_zones")
        meta = next((meta_zones[zone] for zone in (name, other, canonical) if zone in meta_zones), None)
        names = self._data["meta_zones"].get(meta, {}).get("long", {})
        return str(names.get(kind) or "")

    def style(self, name: str) -> str:
        """Give the pattern of a date and time in one of `STYLES`."""
        joined = str(self._data["datetime_formats"][name])
        clock, day = str(self._data["time_formats"][name].pattern), str(self._data["date_formats"][name].pattern)
        return joined.replace("{0}", clock).replace("{1}", day)


@lru_cache(maxsize=64)
def symbols_for(tag: str) -> Symbols:
    """Find a language by its tag (``fr``, ``pt-BR``, ``pt_BR``); one that is not known has neutral words."""
    from babel import UnknownLocaleError  # noqa: PLC0415 (at first use)

    parts = [part for part in tag.replace("-", "_").split("_") if part]
    while parts:
        try:
            return Symbols("_".join(parts))
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Symbols("root")
