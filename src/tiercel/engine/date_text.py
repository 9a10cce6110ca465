"""Points in time as the text that ``trigger`` variables hold."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from tiercel.expressions.values import offset_text
from tiercel.model.dialect import Dialect

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (taken as UTC)


def date_text(at: int, zone: tzinfo, dialect: Dialect) -> str:
    """Write a time in microseconds since 1970 in a zone: ``2024-03-31T10:00:00+02:00``.

    2.0 writes six decimals of a second, 1.3 only those there are.
    """
    moment = zone.fromutc((_EPOCH + timedelta(microseconds=at)).replace(tzinfo=zone))
    text = moment.replace(microsecond=0, tzinfo=None).isoformat()
    decimals = f".{moment.microsecond:06d}" if dialect is Dialect.V2_0 or moment.microsecond else ""
    if dialect is Dialect.V1_3:
        decimals = decimals.rstrip("0")
    offset = moment.utcoffset() or timedelta()
    return f"{text}{decimals}{offset_text(offset // timedelta(seconds=1))}"
