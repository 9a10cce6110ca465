"""One look at a trigger that is due: what it becomes, and the executions it starts. Nothing is stored here.

A look is made of the row as it was read. Should the row have been changed by the time the outcome is stored, the
outcome is void and the trigger is looked at again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.schedule.decision import Decision, Firing
from tiercel.engine.schedule.plan import SchedulePlan
from tiercel.engine.schedule.schedule import begin, decide, recover
from tiercel.errors import ExpressionError, InvalidError, NotFoundError, UnavailableError
from tiercel.model.execution import Execution
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.model.schedule import ScheduleState
from tiercel.operations.environment import Environment
from tiercel.operations.firing import Occasion, prepare_fired
from tiercel.operations.flows import load_flow
from tiercel.operations.schedules import plan_of, with_conditions
from tiercel.repository.firings import StoredFiring, list_fired
from tiercel.repository.triggers import StoredTrigger

FIRINGS_A_LOOK = 100
"""So many dates that were missed are caught up in one commit, when they may run side by side."""

_STEPS_A_LOOK = 500
_LISTED = 10_000
_PATIENCE_MICROS = 60_000_000
_log = logging.getLogger("tiercel.scheduler")


@dataclass(frozen=True, slots=True)
class Start:
    """An execution and the row that makes it the only one for its date."""

    execution: Execution
    firing: StoredFiring


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a trigger found that gathers, and with what it does so."""

    execution: Execution
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a look.

    Attributes:
        trigger: The row as it is to be, made from the version that was read.
        is_poll: A worker is to look, or to listen, once this is stored.
        gathered: What is kept for later.
        state: What the trigger keeps until its next look.
    """

    trigger: StoredTrigger
    starts: Sequence[Start] = ()
    is_poll: bool = False
    gathered: Gathered | None = None
    state: Json | UnsetType = UNSET


@dataclass(slots=True)
class _Course:
    """The decisions of one look, one after another; each firing with what expressions see of it."""

    state: ScheduleState
    firings: list[tuple[Firing, dict[str, str]]] = field(default_factory=list)
    reason: str = ""
    look_at: int | None = None


async def look(environment: Environment, trigger: StoredTrigger, since: int) -> Outcome:
    """Look at a schedule that is due; a fault of the look is what comes of it, so that it stops no other trigger.

    Args:
        environment: Of the installation.
        trigger: As it was read.
        since: Dates before this time were missed while nothing ran.

    Raises:
        UnavailableError: The database cannot be used.
    """
    try:
        return await _look(environment, trigger, since)
    except UnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 (one trigger must not stop the others)
        _log.exception("looking at trigger %s failed", ".".join(trigger.key))
        return Outcome(failing(trigger, f"Internal error: {error!r}", environment.clock()))


async def _look(environment: Environment, trigger: StoredTrigger, since: int) -> Outcome:
    now = environment.clock()
    try:
        fired = await _fired(environment, trigger)
        course = await with_conditions(
            environment, trigger, lambda context: _run(environment, trigger, (now, since), context, fired)
        )
        if not course.firings:
            return Outcome(_after(trigger, course, (), now))
        flow = await load_flow(environment, (trigger.namespace, trigger.flow_id))
    except (ValueError, ExpressionError) as error:
        return Outcome(failing(trigger, f"It cannot be read as a schedule: {error}", now))
    except NotFoundError:
        return Outcome(failing(trigger, "Its flow does not exist.", now))
    except InvalidError as error:
        return Outcome(failing(trigger, f"Its flow can no longer be read: {error}", now))
    starts = [await _start(environment, flow, trigger, *firing) for firing in course.firings]
    return Outcome(_after(trigger, course, starts, now), starts)


async def _fired(environment: Environment, trigger: StoredTrigger) -> Callable[[int], bool]:
    backfill = trigger.backfill
    if backfill is None or not backfill.is_only_missing:
        return lambda _: False
    start, end = backfill.position, backfill.end
    found = await environment.database.read(
        lambda connection: list_fired(connection, trigger.key, start, end, limit=_LISTED)
    )
    return frozenset(found).__contains__


def _run(
    environment: Environment,
    trigger: StoredTrigger,
    times: tuple[int, int],
    context: ConditionContext,
    has_run: Callable[[int], bool],
) -> _Course:
    now, since = times
    plan = plan_of(environment, trigger, context)
    course = _Course(_beginning(plan, trigger, context, now, since))
    limit = FIRINGS_A_LOOK if trigger.definition.allow_concurrent else 1
    for _ in range(_STEPS_A_LOOK):
        had_backfill = course.state.backfill is not None
        decision = decide(plan, course.state, now, context, has_run=has_run)
        _follow(plan, course, decision)
        if had_backfill and decision.state.backfill is None:
            course.state = recover(plan, course.state, now, context)
            course.look_at = now
        if len(course.firings) >= limit or course.look_at is None or course.look_at > now:
            break
    return course


def _beginning(
    plan: SchedulePlan, trigger: StoredTrigger, context: ConditionContext, now: int, since: int
) -> ScheduleState:
    """The state a look starts from: that of a schedule that begins, or the stored one less what need not be made up."""
    if trigger.begin_at is not None:
        return begin(plan, trigger.state, trigger.begin_at, context)
    missed_before = max(since, trigger.held_until or 0)
    if trigger.next_at is not None and trigger.next_at < missed_before:
        return recover(plan, trigger.state, now, context)
    return trigger.state


def _follow(plan: SchedulePlan, course: _Course, decision: Decision) -> None:
    course.state = decision.state
    course.look_at = decision.look_at
    if decision.firing is not None:
        course.firings.append((decision.firing, decision.firing.slot.variables(plan)))
    elif decision.reason:
        course.reason = decision.reason


async def _start(
    environment: Environment, flow: Flow, trigger: StoredTrigger, firing: Firing, variables: Mapping[str, str]
) -> Start:
    definition, backfill = trigger.definition, firing.backfill
    occasion = Occasion(
        variables=variables,
        scheduled_at=firing.slot.at,
        error=None if firing.error is None else f"Its conditions cannot be told: {firing.error}",
        inputs=backfill.inputs if backfill is not None else None,
        labels=backfill.labels if backfill is not None else (),
    )
    execution = await prepare_fired(environment, flow, definition, occasion)
    stored = StoredFiring(
        key=trigger.key,
        at=firing.slot.at,
        execution_id=execution.id,
        backfill_id=trigger.backfill_id if backfill is not None else "",
        is_open=bool(definition.stop_after) or not definition.allow_concurrent,
    )
    return Start(execution, stored)


def _after(trigger: StoredTrigger, course: _Course, starts: Sequence[Start], now: int) -> StoredTrigger:
    state = course.state
    is_locking = bool(starts) and not trigger.definition.allow_concurrent
    changed = replace(
        trigger,
        begin_at=None,
        held_until=None,
        next_at=state.next_at,
        last_at=state.last_at,
        is_disabled=state.is_disabled,
        backfill=state.backfill,
        backfill_id=trigger.backfill_id if state.backfill is not None else "",
        evaluated_at=now,
        reason=course.reason,
        updated_at=now,
        look_at=None if is_locking or state.is_disabled else course.look_at,
    )
    if not starts:
        return changed
    failed = next((start.execution.error for start in starts if start.execution.error), None)
    changed = replace(changed, fired_at=now, error=failed, failed_at=now if failed else None)
    return replace(changed, execution_id=starts[-1].execution.id, locked_at=now) if is_locking else changed


def failing(trigger: StoredTrigger, error: str, now: int) -> StoredTrigger:
    """Leave everything as it is and look again in a while: what is missing now may come back."""
    look_at = now + _PATIENCE_MICROS
    return replace(trigger, error=error, failed_at=now, evaluated_at=now, look_at=look_at, updated_at=now)
