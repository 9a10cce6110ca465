"""Why a trigger does not fire now, in one sentence, and how late it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tiercel.repository.gatherings import Gathering
from tiercel.repository.triggers import LOOKED_AT, REALTIME, SCHEDULE, StoredTrigger

_SECOND = 1_000_000
_NOTICED = 5 * _SECOND


def explain(trigger: StoredTrigger, now: int) -> str:
    """Say what the trigger waits for."""
    if not trigger.is_active:
        is_own = trigger.definition.is_disabled
        return "It is disabled in the flow." if is_own else "Its flow is disabled, or is a draft."
    if trigger.is_disabled:
        return trigger.reason or "It was switched off by hand."
    if trigger.kind not in LOOKED_AT:
        return "It waits for what it listens to."
    if trigger.is_locked:
        since = "" if trigger.locked_at is None else f" since {_text(trigger.locked_at)}"
        return f"Execution {trigger.execution_id} of it runs{since}, and allowConcurrent is false.{_filling(trigger)}"
    if lag_of(trigger, now) > _NOTICED:
        return f"It was to be looked at {_text(trigger.look_at or now)}: the scheduler is behind, or none runs."
    if trigger.kind == REALTIME:
        return trigger.reason or "It is about to begin to listen."
    if trigger.error is not None and trigger.next_at is None:
        return trigger.error
    return _waiting(trigger, now)


def explain_gathered(gatherings: Sequence[Gathering]) -> str:
    """Say what the trigger has gathered and not started yet; empty when that is nothing."""
    if not gatherings:
        return ""
    count = sum(one.count for one in gatherings)
    due = min(one.due_at for one in gatherings)
    return f"{count} {'event is' if count == 1 else 'events are'} gathered; the next execution starts {_text(due)}."


def owner_of(trigger: StoredTrigger) -> str:
    """Say who looks at it or listens: the scheduler, a worker, or the executor and the server that are told."""
    if trigger.kind == SCHEDULE:
        return "scheduler"
    if trigger.kind in LOOKED_AT:
        return "worker"
    return "executor" if trigger.definition.type.endswith(".Flow") else "server"


def lag_of(trigger: StoredTrigger, now: int) -> int:
    """How many microseconds ago it should have been looked at; 0 when it is not due."""
    return max(0, now - trigger.look_at) if trigger.look_at is not None else 0


def _waiting(trigger: StoredTrigger, now: int) -> str:
    backfill = trigger.backfill
    if backfill is not None and not backfill.is_paused:
        return _filling(trigger).strip()
    if trigger.begin_at is not None:
        return f"It is about to be looked at{' for the first time' if trigger.evaluated_at is None else ''}."
    if trigger.next_at is None:
        return f"No date of it is left.{_filling(trigger)}"
    former = f" {trigger.reason}" if trigger.reason.startswith("Its conditions") else ""
    failed = f" What it did last failed: {trigger.error}" if trigger.error is not None else ""
    if trigger.next_at <= now:
        return f"It is due since {_text(trigger.next_at)}, and about to be looked at.{_filling(trigger)}"
    return f"It waits for {_text(trigger.next_at)}.{former}{_filling(trigger)}{failed}"


def _filling(trigger: StoredTrigger) -> str:
    """Say where its backfill is, after what else is said."""
    backfill = trigger.backfill
    if backfill is None:
        return ""
    if backfill.is_paused:
        return f" Its backfill is paused at {_text(backfill.position)}."
    return f" Its backfill is at {_text(backfill.position)}, and goes on until {_text(backfill.end)}."


def _text(at: int) -> str:
    return datetime.fromtimestamp(at // _SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
