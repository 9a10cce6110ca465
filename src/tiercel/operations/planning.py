"""When schedules will start flows, added up by hour: the calendar of what is to come.

Dates are found one after the other, so both the triggers looked at and the dates found have a bound; where it is met
the answer says that there is more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from tiercel.engine.schedule.backfills import preview
from tiercel.errors import ConflictError, InvalidArgumentError, InvalidError, NotFoundError, Violation
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.schedules import with_plan
from tiercel.operations.visibility import only_visible
from tiercel.repository.lists import search_triggers
from tiercel.repository.query import Condition, Filter, Operation, Query
from tiercel.repository.triggers import SCHEDULE, StoredTrigger

LONGEST_DAYS = 31
_HOUR = 3600 * 1_000_000
_DAY = 24 * _HOUR
_MOST_TRIGGERS = 200
_MOST_OF_ONE = 750
_MOST = 6000


class PlannedHour(Struct, frozen=True):
    """The starts of one hour, which begins at ``at``; ``flows`` names some of what starts, the most frequent first."""

    at: int
    count: int
    flows: list[str]


class Planned(Struct, frozen=True):
    """The hours in which something starts, in order; ``is_complete`` is false when more was not looked at."""

    hours: list[PlannedHour]
    total: int
    is_complete: bool


@operation(Resource.TRIGGER, Action.READ)
async def plan_runs(
    environment: Environment, actor: Actor, start: int, end: int, where: tuple[Condition, ...] = ()
) -> Planned:
    """Tell when the schedules that are on will start flows, between two times.

    Raises:
        InvalidError: The times are no stretch of at most a month, or a filter is unknown.
    """
    if not start < end <= start + LONGEST_DAYS * _DAY:
        raise InvalidArgumentError([Violation(f"must be after from, by at most {LONGEST_DAYS} days", path="to")])
    where = (*where, Filter("kind", Operation.EQUALS, SCHEDULE))
    query = only_visible(actor, Resource.TRIGGER, Query(where=where, size=_MOST_TRIGGERS))
    page = await environment.database.read(lambda connection: search_triggers(connection, query))
    found: dict[int, Counter[str]] = {}
    left, is_complete = _MOST, page.next_cursor is None
    for trigger in page.items:
        if trigger.is_disabled or not trigger.is_active:
            continue
        dates, is_whole = await _dates(environment, trigger, start, end, min(left, _MOST_OF_ONE))
        is_complete = is_complete and is_whole
        left -= len(dates)
        for at in dates:
            found.setdefault(at - at % _HOUR, Counter())[trigger.flow_id] += 1
    hours = [
        PlannedHour(at, counts.total(), [name for name, _ in counts.most_common(5)])
        for at, counts in sorted(found.items())
    ]
    return Planned(hours, sum(hour.count for hour in hours), is_complete)


async def _dates(
    environment: Environment, trigger: StoredTrigger, start: int, end: int, most: int
) -> tuple[Sequence[int], bool]:
    """The dates of one trigger and whether these are all; none of one that cannot be read as it is now."""
    try:
        seen = await with_plan(
            environment,
            trigger,
            lambda plan, context: preview(plan, (start, end), context, tested=most, shown_most=most),
        )
    except (ConflictError, InvalidError, NotFoundError):
        return (), True
    return seen.slots, seen.is_counted_out
