"""What is remembered of a schedule between looks, apart from its definition."""

from __future__ import annotations

from msgspec import Struct

from tiercel.model.json import Json


class Backfill(Struct, frozen=True, kw_only=True):
    """Slots of the past to be run, one after another; times in microseconds since 1970.

    Attributes:
        start: No slot before it.
        end: No slot after it.
        position: The slot to run next.
        is_only_missing: Slots for which an execution exists are passed over.
        inputs: Laid over those of the trigger.
        labels: Added to those of the trigger.
    """

    start: int
    end: int
    position: int = 0
    is_paused: bool = False
    is_only_missing: bool = False
    inputs: dict[str, Json] | None = None
    labels: tuple[tuple[str, str], ...] = ()


class ScheduleState(Struct, frozen=True, kw_only=True):
    """The state of one schedule.

    Attributes:
        next_at: The slot to look at next; None when none comes.
        last_at: The slot it last fired for, backfills left aside.
        is_disabled: Switched off by hand or by ``stopAfter``.
    """

    next_at: int | None = None
    last_at: int | None = None
    is_disabled: bool = False
    backfill: Backfill | None = None
