"""What comes of a look at a schedule."""

from __future__ import annotations

from msgspec import Struct

from tiercel.engine.schedule.firing import Slot
from tiercel.model.schedule import Backfill, ScheduleState


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
