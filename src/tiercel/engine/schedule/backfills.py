"""Starting, holding and ending a backfill, and seeing beforehand what it will run."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.schedule.firing import holds_at, slot_at
from tiercel.engine.schedule.plan import SchedulePlan
from tiercel.errors import ConflictError, InvalidError
from tiercel.model.schedule import Backfill, ScheduleState

SHOWN = 100
TESTED = 100_000


class Preview(Struct, frozen=True):
    """What a backfill will run.

    Attributes:
        count: How many slots; when `is_counted_out` is false, there are more.
        slots: The first of them, in microseconds since 1970.
    """

    count: int
    slots: tuple[int, ...]
    is_counted_out: bool


def start_backfill(plan: SchedulePlan, state: ScheduleState, backfill: Backfill) -> ScheduleState:
    """Begin a backfill over the slots from its start to its end, both included; its position is set here.

    Raises:
        InvalidError: There is no slot between them.
        ConflictError: The schedule has a backfill already.
    """
    check_none(state)
    if backfill.start > backfill.end:
        raise InvalidError("The start of the backfill is after its end")
    first = slot_at(plan, backfill.start)
    if first is None or first.at > backfill.end:
        raise InvalidError("The schedule has no slot between the start and the end of the backfill")
    return replace(state, backfill=replace(backfill, position=first.at))


def check_none(state: ScheduleState) -> None:
    """Refuse a schedule that has a backfill.

    Raises:
        ConflictError: It has one.
    """
    if state.backfill is not None:
        raise ConflictError("The trigger has a backfill already; cancel it or wait until it is done")


def pause_backfill(state: ScheduleState, *, is_paused: bool) -> ScheduleState:
    """Hold the backfill, or let it go on; meanwhile the slots of the present run.

    Raises:
        ConflictError: There is none.
    """
    return replace(state, backfill=replace(_needed(state), is_paused=is_paused))


def cancel_backfill(state: ScheduleState) -> ScheduleState:
    """End the backfill where it is.

    Raises:
        ConflictError: There is none.
    """
    _needed(state)
    return replace(state, backfill=None)


def preview(
    plan: SchedulePlan,
    span: tuple[int, int],
    context: ConditionContext,
    *,
    has_run: Callable[[int], bool] | None = None,
    tested: int = TESTED,
    shown_most: int = SHOWN,
) -> Preview:
    """Count the slots a backfill would run, and give the first of them.

    Args:
        plan: The schedule.
        span: Where it would begin, and where it would end, included.
        context: What expressions see.
        has_run: Leaves out slots for which an execution exists.
        tested: How many slots are looked at at most.
        shown_most: How many are named at most.

    Raises:
        ExpressionError: The conditions cannot be told.
    """
    count = 0
    shown: list[int] = []
    start, end = span
    slot = slot_at(plan, start)
    for _ in range(tested):
        if slot is None or slot.at > end:
            return Preview(count, tuple(shown), is_counted_out=True)
        if not (has_run and has_run(slot.at)) and holds_at(plan, slot, context):
            count += 1
            if len(shown) < shown_most:
                shown.append(slot.at)
        slot = slot_at(plan, slot.next) if slot.next is not None else None
    return Preview(count, tuple(shown), is_counted_out=False)


def _needed(state: ScheduleState) -> Backfill:
    if state.backfill is None:
        raise ConflictError("The trigger has no backfill")
    return state.backfill
