"""Executions that triggers start for events: stored together with what makes each event the only one of its kind."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from tiercel.errors import ConflictError
from tiercel.model.execution import Execution
from tiercel.model.json import Json
from tiercel.operations.environment import Environment
from tiercel.repository.batch import Batch, save_batch
from tiercel.repository.connection import Connection
from tiercel.repository.firings import add_firing, event_firing, find_firing
from tiercel.repository.gatherings import Gathering, gather
from tiercel.repository.trigger_states import save_state
from tiercel.repository.triggers import TriggerKey, find_trigger, update_trigger


class SwitchedOffError(ConflictError):
    """The trigger may not fire: it is disabled, or its flow does not declare it any more."""

    def __init__(self, key: TriggerKey) -> None:
        self.key = key
        super().__init__(f"Trigger {'.'.join(key)} is switched off; nothing was started")


class Event(Struct, frozen=True, kw_only=True):
    """That something happened which a trigger waits for.

    Attributes:
        key: Tells it from all others of the trigger; empty when it never comes twice.
        state: What the trigger is to keep from now on.
        execution: What it starts; None when the conditions do not hold.
        name: With what it is gathered, by a trigger that does so; None when its execution starts at once.
    """

    key: str = ""
    state: Json | UnsetType = UNSET
    execution: Execution | None = None
    name: str | None = None


async def check_switched_on(environment: Environment, key: TriggerKey) -> None:
    """Refuse to do anything for a trigger that was switched off beside its flow, by hand or by ``stopAfter``.

    Raises:
        SwitchedOffError: It was.
    """
    switches, now = environment.switches, environment.clock()
    stamp = (switches.changes, environment.flows.changes)
    is_off = switches.find(key, now, stamp)
    if is_off is None:
        row = await environment.database.read(lambda connection: find_trigger(connection, key))
        is_off = row is not None and row.is_disabled
        switches.note(key, now, stamp, is_off=is_off)
    if is_off:
        raise SwitchedOffError(key)


async def fire_event(environment: Environment, key: TriggerKey, event: Event) -> str | None:
    """Start the execution of an event, once however often the event comes; stored when this returns.

    Returns:
        The id of the execution that the event started, now or before; None when it starts none.

    Raises:
        SwitchedOffError: The trigger may not fire.
        UnavailableError: It could not be stored.
    """
    now, execution = environment.clock(), event.execution
    stored = await environment.database.write(lambda connection: _store(connection, key, event, now))
    if stored.gathering is not None:
        environment.bell.ring()
    elif execution is not None and stored.is_new:
        await environment.transport.take_in([execution])
        environment.bell.pulse.count(execution)
        if stored.is_open:
            environment.bell.follow(execution.id)
    return stored.execution_id


async def gather_event(environment: Environment, key: TriggerKey, event: Event) -> Gathering | None:
    """Keep an event for later; stored when this returns. None when it was kept or has started something before.

    Raises:
        SwitchedOffError: The trigger may not fire.
        UnavailableError: It could not be stored.
    """
    now = environment.clock()
    stored = await environment.database.write(lambda connection: _store(connection, key, event, now))
    environment.bell.ring()
    return stored.gathering


class _Stored(Struct, frozen=True):
    """What came of an event."""

    execution_id: str | None = None
    is_new: bool = False
    is_open: bool = False
    gathering: Gathering | None = None


def _store(connection: Connection, key: TriggerKey, event: Event, now: int) -> _Stored:
    row = find_trigger(connection, key)
    if row is None or row.is_disabled or not row.is_active:
        raise SwitchedOffError(key)
    if event.state is not UNSET:
        save_state(connection, key, event.state, now=now)
    execution = event.execution
    if execution is None:
        update_trigger(connection, replace(row, evaluated_at=now, updated_at=now))
        return _Stored()
    is_open = bool(row.definition.stop_after)
    firing = event_firing(key, event.key or execution.id, execution.id, is_open=is_open)
    former = find_firing(connection, firing)
    if former is not None:
        return _Stored(former)
    if event.name is not None:
        if event.key:
            add_firing(connection, replace(firing, is_open=False))
        update_trigger(connection, replace(row, evaluated_at=now, updated_at=now))
        gathering = gather(connection, key, event.name, execution, row.definition, now)
        return _Stored(gathering.execution_id, gathering=gathering)
    add_firing(connection, firing)
    save_batch(connection, Batch(executions=[execution]))
    failed = execution.error
    times = replace(row, evaluated_at=now, fired_at=now, last_at=now, updated_at=now)
    update_trigger(connection, replace(times, error=failed, failed_at=now if failed else None))
    return _Stored(execution.id, is_new=True, is_open=is_open)
