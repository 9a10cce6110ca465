"""Polling triggers: looked at by workers, one look at a time for each, under a deadline.

Before a look begins the row is stored with the time by which it must have ended, so that one whose process dies is
looked at again then. What a look found is stored even if the flow was saved meanwhile, since what it read may be gone
from where it was: only a trigger that was removed or switched off starts nothing.
"""

from __future__ import annotations

import dataclasses

from msgspec.structs import replace

from tiercel.errors import InvalidError, NotFoundError
from tiercel.model.flow import Flow
from tiercel.model.log import LogEntry
from tiercel.operations.environment import Environment
from tiercel.operations.firing import Occasion, occasion_of, prepare_fired
from tiercel.operations.flows import load_flow
from tiercel.operations.gathering import gathered_as
from tiercel.operations.polling import deadline_of, interval_of, polling_assignment, read_found
from tiercel.operations.pollster import Pollster
from tiercel.repository.firings import StoredFiring
from tiercel.repository.triggers import UNDER_WAY, StoredTrigger, TriggerKey
from tiercel.scheduler.looks import Gathered, Outcome, Start, failing

_MICRO = 1_000_000
_GRACE_MICROS = 15_000_000


def begun(trigger: StoredTrigger, now: int) -> StoredTrigger:
    """Give the row of a trigger whose look begins: to be looked at again when it must have ended."""
    look_at = now + int(deadline_of(trigger.definition) * _MICRO) + _GRACE_MICROS
    return replace(trigger, look_at=look_at, evaluated_at=now, reason=UNDER_WAY, updated_at=now)


async def poll(environment: Environment, pollster: Pollster, trigger: StoredTrigger) -> tuple[Outcome, list[LogEntry]]:
    """Look; gives what comes of it, with the lines it wrote."""
    definition = trigger.definition
    try:
        flow = await load_flow(environment, (trigger.namespace, trigger.flow_id))
    except NotFoundError:
        return Outcome(failing(trigger, "Its flow does not exist.", environment.clock())), []
    except InvalidError as error:
        return Outcome(failing(trigger, f"Its flow can no longer be read: {error}", environment.clock())), []
    assignment = polling_assignment(environment, flow, definition)
    result = await pollster.poll(assignment, deadline_of(definition))
    logs = [line_of(entry, trigger.key) for entry in result.logs]
    now, event = environment.clock(), result.event
    if event.error is not None:
        occasion = Occasion(variables={}, error=event.error) if definition.fail_on_trigger_error else None
        return await _outcome(environment, flow, trigger, occasion, event.error, now), logs
    found, state = await read_found(environment, event)
    occasion = None
    if found is not None:
        occasion = await occasion_of(environment, flow, definition, found, assignment.execution.id)
    outcome = await _outcome(environment, flow, trigger, occasion, None, now)
    return dataclasses.replace(outcome, state=state), logs


async def _outcome(
    environment: Environment,
    flow: Flow,
    trigger: StoredTrigger,
    occasion: Occasion | None,
    error: str | None,
    now: int,
) -> Outcome:
    definition = trigger.definition
    following = now + int(interval_of(definition).total_seconds() * _MICRO)
    changed = replace(
        trigger,
        begin_at=None,
        held_until=None,
        next_at=following,
        look_at=following,
        evaluated_at=now,
        reason="",
        error=error,
        failed_at=now if error else None,
        updated_at=now,
    )
    if occasion is None:
        return Outcome(changed)
    execution = await prepare_fired(environment, flow, definition, occasion)
    name = await gathered_as(environment, flow, definition, execution)
    if name is not None:
        return Outcome(changed, gathered=Gathered(execution, name))
    firing = StoredFiring(
        key=trigger.key,
        at=now,
        execution_id=execution.id,
        is_open=bool(definition.stop_after) or not definition.allow_concurrent,
    )
    changed = replace(changed, last_at=now, fired_at=now, error=error or execution.error)
    if not definition.allow_concurrent:
        changed = replace(changed, execution_id=execution.id, locked_at=now, look_at=None)
    return Outcome(changed, (Start(execution, firing),))


def renewed(outcome: Outcome, current: StoredTrigger) -> Outcome:
    """Give the outcome for a row that was changed during the look: what it found, with the new definition."""
    if current.is_disabled or not current.is_active:
        return Outcome(current)
    made = outcome.trigger
    kept = replace(
        made, definition=current.definition, kind=current.kind, dialect=current.dialect, version=current.version
    )
    return Outcome(kept, outcome.starts, gathered=outcome.gathered, state=outcome.state)


def line_of(entry: LogEntry, key: TriggerKey) -> LogEntry:
    """Give a line as one of the trigger: no execution is known to it."""
    return LogEntry(
        at=entry.at,
        level=entry.level,
        message=entry.message,
        namespace=entry.namespace,
        flow_id=entry.flow_id,
        trigger_id=key[2],
        thread=entry.thread,
    )
