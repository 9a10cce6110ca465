"""What is remembered of a schedule between looks, apart from its definition."""

from __future__ import annotations

from msgspec import Struct

from tiercel.engine.schedule.firing import Slot
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


class Firing(Struct, frozen=True, kw_only=True):
    """An execution to be made.

    Attributes:
        slot: What it is for; ``slot.at`` is its logical date.
        error: Why the conditions could not be told: the execution is made as a failed one.
        backfill: What it is part of.
    """

    slot: Slot
    error: str | None = None
    backfill: Backfill | None = None


class Decision(Struct, frozen=True, kw_only=True):
    """What came of a look at a schedule.

    Attributes:
        state: What to remember from now on.
        firing: The execution to make, in the same commit; None when there is none now.
        reason: Why there is none, as one sentence for people.
        look_at: When to look again; None when only a change from outside can make it fire.
    """

    state: ScheduleState
    firing: Firing | None = None
    reason: str = ""
    look_at: int | None = None
