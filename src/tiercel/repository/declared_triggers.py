"""What a save of a flow does to the rows of its triggers: they become those it declares, and remember what they can."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tiercel.model.dialect import Dialect
from tiercel.model.flow import TriggerDefinition
from tiercel.repository.connection import Connection
from tiercel.repository.removed_triggers import KEPT_MICROS, keep_removed, take_removed
from tiercel.repository.triggers import (
    StoredTrigger,
    add_trigger,
    delete_trigger,
    from_row,
    list_flow_triggers,
    to_row,
    update_trigger,
)

_NO_TIMES = frozenset({"inputs", "backfill", "recoverMissedSchedules", "lateMaximumDelay"})


class DeclaredTrigger(Struct, frozen=True, kw_only=True):
    """A trigger as a flow that is being saved declares it.

    Attributes:
        is_active: Neither the source nor the state of the flow forbids it to fire.
    """

    definition: TriggerDefinition
    kind: str
    dialect: Dialect
    is_active: bool


def save_triggers(
    connection: Connection, namespace: str, flow_id: str, declared: Sequence[DeclaredTrigger], *, now: int
) -> list[str]:
    """Make the rows of a flow those it declares; what is remembered of those that stay is kept.

    A trigger that is new, was switched on in the source, or has other times than before, begins anew from now on. One
    that was removed within a day comes back as it was, and makes up for no dates.

    Returns:
        The ids of those that are gone.
    """
    former = {row.trigger_id: row for row in list_flow_triggers(connection, namespace, flow_id)}
    for one in declared:
        known = former.pop(one.definition.id, None)
        if known is None:
            key = (namespace, flow_id, one.definition.id)
            removed = take_removed(connection, key, since=now - KEPT_MICROS)
            row = StoredTrigger(
                namespace=namespace,
                flow_id=flow_id,
                definition=one.definition,
                kind=one.kind,
                dialect=one.dialect,
                updated_at=now,
                is_active=one.is_active,
                begin_at=now,
            )
            if removed is not None:
                row = _restored(row, from_row(removed))
            add_trigger(connection, row.woken(now))
        else:
            _redeclare(connection, known, one, now)
    _remove(connection, former.values(), now)
    return list(former)


def delete_flow_triggers(connection: Connection, namespace: str, flow_id: str, *, now: int) -> None:
    """Remove the triggers of a flow; for a day they come back as they were when the flow does."""
    _remove(connection, list_flow_triggers(connection, namespace, flow_id), now)


def _remove(connection: Connection, triggers: Iterable[StoredTrigger], now: int) -> None:
    for trigger in triggers:
        keep_removed(connection, trigger.key, to_row(trigger), now=now)
        delete_trigger(connection, trigger.key)


def _restored(declared: StoredTrigger, removed: StoredTrigger) -> StoredTrigger:
    """What was remembered of a trigger that comes back; it begins anew from now on."""
    return replace(
        removed,
        definition=declared.definition,
        kind=declared.kind,
        dialect=declared.dialect,
        is_active=declared.is_active,
        begin_at=declared.begin_at,
        execution_id=None,
        locked_at=None,
        updated_at=declared.updated_at,
    )


def _redeclare(connection: Connection, known: StoredTrigger, declared: DeclaredTrigger, now: int) -> None:
    is_same = (known.definition, known.kind, known.dialect, known.is_active) == (
        declared.definition,
        declared.kind,
        declared.dialect,
        declared.is_active,
    )
    if is_same:
        return
    begins = _times(known.definition) != _times(declared.definition) or (declared.is_active and not known.is_active)
    changed = replace(
        known,
        definition=declared.definition,
        kind=declared.kind,
        dialect=declared.dialect,
        is_active=declared.is_active,
        begin_at=now if begins else known.begin_at,
        updated_at=now,
    )
    update_trigger(connection, changed.woken(now))


def _times(definition: TriggerDefinition) -> object:
    """What decides when it is due."""
    own = {name: value for name, value in definition.properties.items() if name not in _NO_TIMES}
    return definition.type, own, definition.conditions, definition.when
