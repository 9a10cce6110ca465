"""Points in time and lengths of time in microseconds, as the core keeps them, and as Python has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros_at(moment: datetime) -> int:
    """Give an aware point in time in microseconds since 1970, UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_at(micros: int) -> datetime:
    """Give microseconds since 1970 as a point in time in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def micros_in(length: timedelta) -> int:
    """Give a length of time in microseconds."""
    return length // _MICROSECOND
