"""Stores outcomes of looks: the executions, the rows that make each the only one of its date, and the triggers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import UNSET
from msgspec.structs import replace

from tiercel.repository.batch import Batch, save_batch
from tiercel.repository.connection import Connection
from tiercel.repository.firings import add_firing
from tiercel.repository.gatherings import gather
from tiercel.repository.leases import Lease, check_lease
from tiercel.repository.trigger_states import save_state
from tiercel.repository.triggers import StoredTrigger, TriggerKey, update_looked, update_trigger
from tiercel.scheduler.looks import Outcome, Start


@dataclass(slots=True)
class Saved:
    """What follows from outcomes.

    Attributes:
        started: Executions to begin.
        polls: Triggers a worker is to look for.
        void: Outcomes whose trigger was changed or removed since it was read.
        looked: The triggers of all others.
    """

    started: list[Start] = field(default_factory=list)
    polls: list[StoredTrigger] = field(default_factory=list)
    void: list[Outcome] = field(default_factory=list)
    looked: list[TriggerKey] = field(default_factory=list)


def save_outcomes(connection: Connection, lease: Lease, outcomes: Sequence[Outcome]) -> Saved:
    """Store the outcomes in the transaction of the caller; gives what follows from them.

    An outcome is void when its trigger was changed or removed since it was read, and so is the start of a date that
    has fired before.

    Raises:
        LeaseTakenError: Another scheduler is at work; nothing is stored.
    """
    check_lease(connection, lease)
    saved = Saved()
    for outcome in outcomes:
        stored = update_looked(connection, outcome.trigger)
        if stored is None:
            saved.void.append(outcome)
            continue
        saved.looked.append(stored.key)
        if outcome.state is not UNSET:
            save_state(connection, stored.key, outcome.state, now=stored.updated_at)
        new = [start for start in outcome.starts if add_firing(connection, start.firing)]
        if len(new) < len(outcome.starts):
            _unlock(connection, stored, new)
        saved.started += new
        if outcome.gathered is not None:
            kept = outcome.gathered
            gather(connection, stored.key, kept.name, kept.execution, stored.definition, stored.updated_at)
        if outcome.is_poll:
            saved.polls.append(stored)
    save_batch(connection, Batch(executions=[start.execution for start in saved.started]))
    return saved


def _unlock(connection: Connection, stored: StoredTrigger, new: Sequence[Start]) -> None:
    """Take back a lock for an execution that is not going to be there."""
    if stored.is_locked and stored.execution_id not in {start.execution.id for start in new}:
        changed = replace(stored, execution_id=None, locked_at=None)
        update_trigger(connection, changed.woken(stored.updated_at))
