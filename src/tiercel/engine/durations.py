"""Durations as users write them, in microseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from tiercel.model.json import Json
from tiercel.model.moments import micros_at

_ISO = re.compile(
    r"([-+]?)P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,9}))?S)?)?",
    re.IGNORECASE,
)
_SECONDS = re.compile(r"\d+(?:\.\d+)?")
MICROS = 1_000_000


def microseconds(text: Json) -> int:
    """Read an ISO 8601 duration of days and less, or plain seconds (as a duration prints in expressions).

    Raises:
        ValueError: It is none.
    """
    plain = str(text).strip()
    if _SECONDS.fullmatch(plain):
        return int(Decimal(plain) * MICROS)
    match = _ISO.fullmatch(plain)
    if match is None or match.group(0)[-1] in "PpTt":
        raise ValueError(f"{text!r} is not a duration such as PT30S or P1DT2H")
    days, hours, minutes, seconds = (int(match.group(index) or 0) for index in (2, 3, 4, 5))
    fraction = int((match.group(6) or "").ljust(6, "0")[:6])
    total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * MICROS + fraction
    return -total if match.group(1) == "-" else total


def instant(text: str) -> int:
    """Read an ISO 8601 date-time with its offset (UTC when it has none), in microseconds since 1970.

    Raises:
        ValueError: It is none.
    """
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return micros_at(moment)
