"""Instants and durations as the API prints them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

_SECOND = 1_000_000
_MINUTE = 60
_HOUR = 3600


def instant(at: int) -> str:
    """Print microseconds since 1970 as ISO 8601 in UTC, with 0, 3 or 6 digits of fraction."""
    seconds, micros = divmod(at, _SECOND)
    if not micros:
        return f"{_to_the_second(seconds)}Z"
    if micros % 1000:
        return f"{_to_the_second(seconds)}.{micros:06d}Z"
    return f"{_to_the_second(seconds)}.{micros // 1000:03d}Z"


def duration(micros: int) -> str:
    """Print a length of time as ISO 8601 with hours, minutes and seconds: ``PT1H2M3.5S``."""
    seconds, fraction = divmod(max(micros, 0), _SECOND)
    hours, rest = divmod(seconds, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if rest or fraction or not text:
        digits = f".{fraction:06d}".rstrip("0") if fraction else ""
        text += f"{rest}{digits}S"
    return f"PT{text}"


@lru_cache(maxsize=4096)
def _to_the_second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
