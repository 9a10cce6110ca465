"""Where slots come from: a cron expression, or a list of dates."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import tzinfo
from typing import Protocol

from msgspec import Struct

from tiercel.engine.schedule.slots import next_slot, previous_slot
from tiercel.model.cron import Cron


class Timetable(Protocol):
    """Slots in order; all times are microseconds since 1970."""

    def next(self, after: int) -> int | None:
        """The first slot after a time."""

    def previous(self, before: int) -> int | None:
        """The last slot before a time."""


class CronTimetable(Struct, frozen=True):
    """The slots of a cron expression in a zone."""

    cron: Cron
    zone: tzinfo

    def next(self, after: int) -> int | None:
        """The first slot after a time."""
        return next_slot(self.cron, self.zone, after)

    def previous(self, before: int) -> int | None:
        """The last slot before a time."""
        return previous_slot(self.cron, self.zone, before)


class DatesTimetable(Struct, frozen=True):
    """Given dates, in order."""

    dates: tuple[int, ...]

    def next(self, after: int) -> int | None:
        """The first date after a time."""
        index = bisect_right(self.dates, after)
        return self.dates[index] if index < len(self.dates) else None

    def previous(self, before: int) -> int | None:
        """The last date before a time."""
        index = bisect_left(self.dates, before)
        return self.dates[index - 1] if index else None
