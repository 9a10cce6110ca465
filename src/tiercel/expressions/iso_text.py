"""Dates as ISO text in their own zone, seconds always written: the form YAML and Ion use."""

from __future__ import annotations

from tiercel.expressions.values import (
    LocalDateTime,
    LocalTime,
    OffsetDateTime,
    OffsetTime,
    Value,
    ZonedDateTime,
    fraction,
    offset_seconds,
    offset_text,
)


def own_zone_text(value: Value, *, zone_name: bool = True) -> str:
    """Write a date of any kind.

    Args:
        value: The date.
        zone_name: Write the name of the zone, in brackets, after the offset.
    """
    match value:
        case ZonedDateTime() | OffsetDateTime():
            zone = getattr(value, "zone", "") if zone_name else ""
            local = value.moment.replace(tzinfo=None).isoformat() + _fraction(value.nanosecond)
            return local + offset_text(offset_seconds(value.moment)) + (f"[{zone}]" if zone else "")
        case LocalDateTime():
            return value.moment.isoformat() + _fraction(value.nanosecond)
        case LocalTime():
            return value.clock.isoformat() + _fraction(value.nanosecond)
        case OffsetTime():
            return value.clock.isoformat() + _fraction(value.nanosecond) + offset_text(value.offset)
        case _:
            return str(value)


def _fraction(nanosecond: int) -> str:
    return fraction(nanosecond, group=1)
