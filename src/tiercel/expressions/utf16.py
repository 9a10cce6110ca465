"""Positions in text as flows count them: in UTF-16 units, where a character beyond U+FFFF counts twice."""

from __future__ import annotations

_LAST_SINGLE = "\uffff"


def length(text: str) -> int:
    """Count the units."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > _LAST_SINGLE for character in text)


def cut(text: str, start: int, end: int) -> str:
    """Take the units from start up to end; half a character becomes ``?``."""
    if text.isascii() or max(text) <= _LAST_SINGLE:
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")[start * 2 : end * 2]
    return units.decode("utf-16-le", "surrogatepass").encode("utf-8", "replace").decode()


def sort_key(text: str) -> bytes:
    """Give a key that sorts by units."""
    return text.encode("utf-16-be", "surrogatepass")
