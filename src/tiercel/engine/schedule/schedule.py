"""What a schedule does when it is looked at.

Each look takes the state, the time and what expressions see, and gives the new state with at most one execution to
make. Looking again at once, until nothing fires, catches up what was missed. One look costs a slot search and the tests
of conditions, however long nothing ran.

A new schedule begins at the first slot after now. While a backfill runs, the slots of the present wait; they are
caught up afterwards like any that were missed.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.date_text import date_text
from tiercel.engine.schedule.decision import Decision, Firing
from tiercel.engine.schedule.firing import (
    TESTS,
    Slot,
    find_previous,
    holds_at,
    next_look,
    slot_at,
    with_conditions,
)
from tiercel.engine.schedule.plan import Recovery, SchedulePlan
from tiercel.errors import ExpressionError
from tiercel.model.flow import TriggerDefinition
from tiercel.model.schedule import Backfill, ScheduleState
from tiercel.model.state import State


def _never(_at: int) -> bool:
    return False


def begin(
    plan: SchedulePlan, state: ScheduleState, now: int, context: ConditionContext, *, tests: int = TESTS
) -> ScheduleState:
    """Look from now on, for a schedule that is new or whose times were changed."""
    return replace(state, next_at=next_look(plan, now, context, tests=tests))


def recover(
    plan: SchedulePlan, state: ScheduleState, now: int, context: ConditionContext, *, tests: int = TESTS
) -> ScheduleState:
    """Apply the policy for missed slots: after nothing ran, and when a lock that held slots back is gone.

    ALL leaves them to be looked at one by one, LAST goes to the latest of them, NONE to the first slot after now.
    """
    if state.next_at is None or state.next_at > now or plan.recovery is Recovery.ALL:
        return state
    if plan.recovery is Recovery.NONE:
        return begin(plan, state, now, context, tests=tests)
    try:
        last = find_previous(plan, now + 1, context, tests=tests)
    except ExpressionError:
        last = plan.timetable.previous(now + 1)
    if last is None or last < state.next_at:
        return state
    return replace(state, next_at=last)


def decide(  # noqa: PLR0913 (the facts of one look)
    plan: SchedulePlan,
    state: ScheduleState,
    now: int,
    context: ConditionContext,
    *,
    is_locked: bool = False,
    has_run: Callable[[int], bool] = _never,
    tests: int = TESTS,
) -> Decision:
    """Look at a schedule.

    Args:
        plan: Its definition.
        state: What was remembered.
        now: The time.
        context: What expressions see, ``trigger`` left aside.
        is_locked: An execution of it runs, and the trigger does not allow another beside it.
        has_run: Whether an execution for a slot exists, for backfills of what is missing.
        tests: How many slots a search may test.
    """
    if state.is_disabled:
        return Decision(state=state, reason="It is disabled.")
    if is_locked:
        return Decision(state=state, reason="An execution of it runs, and allowConcurrent is false.")
    if state.backfill is not None and not state.backfill.is_paused:
        return _decide_backfill(plan, state, state.backfill, now, context, has_run)
    due = _not_too_late(plan, state.next_at, now)
    if due is None:
        return Decision(state=replace(state, next_at=None), reason="It has no slot any more.")
    if due > now:
        reason = f"The next slot is {date_text(due, plan.zone, plan.dialect)}."
        return Decision(state=replace(state, next_at=due), reason=reason, look_at=due)
    slot = slot_at(plan, due)
    if slot is None or slot.at > now:  # the times were changed since
        return decide(plan, replace(state, next_at=slot.at if slot else None), now, context, tests=tests)
    firing = _fire(plan, slot, context, tests)
    following = next_look(plan, slot.at, context, tests=tests)
    changed = replace(state, next_at=following, last_at=state.last_at if firing is None else slot.at)
    return Decision(state=changed, firing=firing, reason=_refusal(plan, slot, firing), look_at=following)


def ended(trigger: TriggerDefinition, state: ScheduleState, execution_state: State) -> ScheduleState:
    """Take note that an execution of the trigger ended; ``stopAfter`` may switch it off."""
    return replace(state, is_disabled=True) if execution_state in trigger.stop_after else state


def _not_too_late(plan: SchedulePlan, due: int | None, now: int) -> int | None:
    if due is None or plan.lateness is None or due + plan.lateness >= now:
        return due
    return plan.timetable.next(now - plan.lateness - 1)


def _fire(plan: SchedulePlan, slot: Slot, context: ConditionContext, tests: int) -> Firing | None:
    try:
        if not holds_at(plan, slot, context):
            return None
        return Firing(slot=with_conditions(plan, slot, context, tests=tests))
    except ExpressionError as error:
        return Firing(slot=slot, error=str(error))


def _refusal(plan: SchedulePlan, slot: Slot, firing: Firing | None) -> str:
    if firing is not None:
        return ""
    return f"Its conditions did not hold at {date_text(slot.at, plan.zone, plan.dialect)}."


def _decide_backfill(
    plan: SchedulePlan,
    state: ScheduleState,
    backfill: Backfill,
    now: int,
    context: ConditionContext,
    has_run: Callable[[int], bool],
) -> Decision:
    slot = slot_at(plan, backfill.position)
    if slot is None or slot.at > backfill.end:
        reason = "The backfill is done."
        return Decision(state=replace(state, backfill=None), reason=reason, look_at=state.next_at)
    moved = replace(backfill, position=slot.at)
    if slot.at > now:
        reason = f"The backfill waits for {date_text(slot.at, plan.zone, plan.dialect)}."
        return Decision(state=replace(state, backfill=moved), reason=reason, look_at=slot.at)
    following = replace(backfill, position=plan.timetable.next(slot.at) or backfill.end + 1)
    changed = replace(state, backfill=following)
    if backfill.is_only_missing and has_run(slot.at):
        return Decision(state=changed, reason="An execution for this slot exists.", look_at=now)
    firing = _fire(plan, slot, context, TESTS)
    if firing is not None:
        firing = replace(firing, backfill=backfill)
    return Decision(state=changed, firing=firing, reason=_refusal(plan, slot, firing), look_at=now)
