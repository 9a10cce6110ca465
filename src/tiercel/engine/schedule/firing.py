"""One slot: whether the conditions hold at it, and what expressions see of it.

Source: evaluations recorded from both published versions. The slots around the one that fires are the nearest at which
the conditions hold too; the dates are text in the trigger's zone, in 2.0 with six decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

from msgspec import Struct

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.evaluate import all_hold
from tiercel.engine.date_text import date_text
from tiercel.engine.schedule.plan import MICROS, SchedulePlan
from tiercel.errors import ExpressionError
from tiercel.model.dialect import Dialect

TESTS = 1_000
"""Slots tested in one search, when the caller says nothing."""

_HORIZON = 3_652 * 86_400 * MICROS


class Slot(Struct, frozen=True):
    """A slot and those around it, in microseconds since 1970."""

    at: int
    next: int | None = None
    previous: int | None = None

    def variables(self, plan: SchedulePlan) -> dict[str, str]:
        """What expressions see as ``trigger``, and in 1.3 as ``schedule`` too."""
        dates = {"date": self.at, "next": self.next, "previous": self.previous}
        return {name: date_text(at, plan.zone, plan.dialect) for name, at in dates.items() if at is not None}


def slot_at(plan: SchedulePlan, at: int) -> Slot | None:
    """Give the first slot at a time or after it, conditions left aside."""
    found = plan.timetable.next(at - 1)
    if found is None:
        return None
    return _around(plan, found)


def holds_at(plan: SchedulePlan, slot: Slot, context: ConditionContext) -> bool:
    """Test the conditions at a slot.

    Raises:
        ExpressionError: They cannot be told.
    """
    if not plan.is_conditional:
        return True
    return all_hold(plan.conditions, plan.when, context_at(plan, slot, context))


def context_at(plan: SchedulePlan, slot: Slot, context: ConditionContext) -> ConditionContext:
    """What conditions see at a slot; in 1.3 the dates are those in UTC, whatever the zone of the trigger."""
    if plan.dialect is Dialect.V1_3:
        seen = slot.variables(replace(plan, zone=UTC))
        return context.seeing(trigger=seen, schedule=seen)
    return context.seeing(trigger=slot.variables(plan))


def find_next(plan: SchedulePlan, after: int, context: ConditionContext, *, tests: int = TESTS) -> int | None:
    """Find the next slot at which the conditions hold; None when there is none within ten years or that many tests.

    Raises:
        ExpressionError: They cannot be told.
    """
    return _search(plan, after, context, tests, plan.timetable.next)[0]


def find_previous(plan: SchedulePlan, before: int, context: ConditionContext, *, tests: int = TESTS) -> int | None:
    """Find the last slot before a time at which the conditions hold; as `find_next`."""
    return _search(plan, before, context, tests, plan.timetable.previous)[0]


def next_look(plan: SchedulePlan, after: int, context: ConditionContext, *, tests: int = TESTS) -> int | None:
    """Give the slot to look at next: the next one at which the conditions hold, else simply the next one.

    Conditions may depend on more than the date, so a slot is looked at again when it comes, and where none is found
    every slot is. Where they depend on the date alone, the search goes on later where it ended. None when there is no
    slot any more.
    """
    if not plan.is_conditional:
        return plan.timetable.next(after)
    try:
        found, tested = _search(plan, after, context, tests, plan.timetable.next)
    except ExpressionError:
        found, tested = None, None  # the slot itself will tell
    if found is None and plan.is_dated:
        found = tested
    return found if found is not None else plan.timetable.next(after)


def _search(
    plan: SchedulePlan, start: int, context: ConditionContext, tests: int, step: Callable[[int], int | None]
) -> tuple[int | None, int | None]:
    """The slot found; else None, and the last slot tested when tests were all that ran out."""
    if not all_hold(plan.fixed, plan.when if plan.is_when_fixed else None, context):
        return None, None
    candidate = tested = step(start)
    for _ in range(tests):
        if candidate is None or abs(candidate - start) > _HORIZON:
            return None, None
        if not plan.is_conditional or holds_at(plan, _around(plan, candidate), context):
            return candidate, None
        tested, candidate = candidate, step(candidate)
    return None, tested


def _around(plan: SchedulePlan, at: int) -> Slot:
    return Slot(at, plan.timetable.next(at), plan.timetable.previous(at))


def with_conditions(plan: SchedulePlan, slot: Slot, context: ConditionContext, *, tests: int = TESTS) -> Slot:
    """Give the slot with those around it at which the conditions hold.

    Raises:
        ExpressionError: They cannot be told.
    """
    if not plan.is_conditional:
        return slot
    return Slot(
        slot.at, find_next(plan, slot.at, context, tests=tests), find_previous(plan, slot.at, context, tests=tests)
    )
