"""Whether a text names a time zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import regex

_OFFSET = regex.compile(r"(?:Z|(?:UTC|GMT|UT)?[+-]\d{1,2}(?::?\d{2})?(?::?\d{2})?)")
_REFUSED = frozenset({"EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"})


def check_zone(text: str) -> str:
    """Give the text back when it names a zone: ``Europe/Paris``, ``UTC``, ``+02:00`` or ``UTC+3``.

    Raises:
        ValueError: It does not; names are told apart by case.
    """
    if _OFFSET.fullmatch(text):
        return text
    try:
        known = ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = ""
    if known != text or text in _REFUSED or not text:
        raise ValueError(f"'{text}' is not a time zone such as Europe/Paris or +02:00")
    return text
