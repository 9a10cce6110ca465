"""Time and ids under control of a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tiercel.model.moments import micros_at, micros_in

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class FakeClock:
    """A clock that stands still until it is told to go on. Calling it gives microseconds since 1970 in UTC."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self.now = micros_at(start)

    def __call__(self) -> int:
        """The time."""
        return self.now

    def advance(self, by: timedelta) -> int:
        """Let time pass; returns the new time."""
        self.now += micros_in(by)
        return self.now


class FakeIds:
    """Ids of the real form (22 characters of base 62) that count up, so that a test can tell them in advance."""

    def __init__(self, start: int = 0) -> None:
        self._last = start

    def __call__(self) -> str:
        """The next id."""
        self._last += 1
        return format_id(self._last)


def format_id(number: int) -> str:
    """The id with that number; the order of ids is that of their numbers."""
    digits = ""
    for _ in range(22):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
