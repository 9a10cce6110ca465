"""Time zones as users write them: names of the tz database, and offsets."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?::?([0-9]{2}))?")
_REFUSED = frozenset({"EST", "MST", "HST", "ROC"})
_MOST_SECONDS = 18 * 3600
_MOST = 59


@lru_cache(maxsize=1_000)
def find_zone(text: str) -> tzinfo:
    """Find the zone a text names: ``Europe/Paris``, ``UTC``, ``Z``, ``+02:00`` or ``UTC+3``; case counts.

    Raises:
        ValueError: It names none.
    """
    if text in {"Z", "UTC", "GMT", "UT"}:
        return UTC
    match = _OFFSET.fullmatch(text)
    if match is not None:
        return _fixed(match, text)
    try:
        zone = ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = None
    if zone is None or zone.key != text or text in _REFUSED:
        raise ValueError(f"'{text}' is not a time zone such as Europe/Paris or +02:00")
    return zone


def _fixed(match: re.Match[str], text: str) -> tzinfo:
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    total = hours * 3600 + minutes * 60 + seconds
    if total > _MOST_SECONDS or minutes > _MOST or seconds > _MOST:
        raise ValueError(f"'{text}' is not an offset between -18:00 and +18:00")
    return timezone(timedelta(seconds=total if match[1] == "+" else -total))
