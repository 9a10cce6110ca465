"""Events that triggers gather before they start an execution: the events themselves, and when they are due.

An event is stored in the transaction that accepts it, and removed in the one that stores the execution it led to, so it
is neither lost nor used twice.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from tiercel.model.execution import Execution
from tiercel.model.flow import TriggerDefinition
from tiercel.model.moments import micros_in
from tiercel.repository.connection import Connection, Row
from tiercel.repository.triggers import TriggerKey

_COLUMNS = "namespace, flow_id, trigger_id, key, execution_id, count, begun_at, due_at"
_BY_NAME = "WHERE namespace = ? AND flow_id = ? AND trigger_id = ? AND key = ?"
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Execution)


class Gathering(Struct, frozen=True, kw_only=True):
    """Events of one trigger that will start one execution.

    Attributes:
        name: What the key of the rule rendered to; empty without one.
        execution_id: The id the execution of a batch will have.
        count: How many events came.
        begun_at: When the first of them came.
    """

    key: TriggerKey
    name: str
    execution_id: str
    count: int
    begun_at: int
    due_at: int


class GatheredEvent(Struct, frozen=True):
    """One event, as the execution it would have started by itself."""

    id: int
    at: int
    execution: Execution


def gather(
    connection: Connection, key: TriggerKey, name: str, execution: Execution, rule: TriggerDefinition, now: int
) -> Gathering:
    """Add an event to those of its trigger and name; the id of its execution tells it from all others.

    One that was added before changes nothing.
    """
    former = find_gathering(connection, key, name)
    event = (*key, name, execution.id, now, _encoder.encode(execution))
    is_new = connection.execute(
        "INSERT INTO gathered_events (namespace, flow_id, trigger_id, key, event_id, at, event)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING",
        event,
    )
    if not is_new and former is not None:
        return former
    if rule.debounce is not None:
        connection.execute(f"DELETE FROM gathered_events {_BY_NAME} AND event_id <> ?", (*key, name, execution.id))
    count = 1 if former is None else former.count + 1
    begun_at = now if former is None else former.begun_at
    kept_id = execution.id if former is None else former.execution_id
    due_at = due_of(rule, count, begun_at, now)
    made = Gathering(key=key, name=name, execution_id=kept_id, count=count, begun_at=begun_at, due_at=due_at)
    _save(connection, made)
    return made


def due_of(rule: TriggerDefinition, count: int, begun_at: int, now: int) -> int:
    """Tell when the events are due that have come up to now."""
    if rule.debounce is not None:
        quiet = now + micros_in(rule.debounce.wait)
        longest = rule.debounce.max_wait
        return quiet if longest is None else min(quiet, begun_at + micros_in(longest))
    if rule.batch is not None and count < rule.batch.size:
        return begun_at + micros_in(rule.batch.wait)
    return now


def find_gathering(connection: Connection, key: TriggerKey, name: str) -> Gathering | None:
    """The events of a trigger and name."""
    rows = connection.fetch(f"SELECT {_COLUMNS} FROM gatherings {_BY_NAME}", (*key, name))
    return _from_row(rows[0]) if rows else None


def list_gatherings(connection: Connection, key: TriggerKey) -> list[Gathering]:
    """All that a trigger gathers, due first."""
    rows = connection.fetch(
        f"SELECT {_COLUMNS} FROM gatherings WHERE namespace = ? AND flow_id = ? AND trigger_id = ? ORDER BY due_at",
        key,
    )
    return [_from_row(row) for row in rows]


def list_due_gatherings(connection: Connection, now: int, *, limit: int) -> list[Gathering]:
    """Those whose execution is to start by now, most overdue first."""
    rows = connection.fetch(
        f"SELECT {_COLUMNS} FROM gatherings WHERE due_at <= ? ORDER BY due_at LIMIT ?", (now, limit)
    )
    return [_from_row(row) for row in rows]


def find_next_due(connection: Connection) -> int | None:
    """When the next one is due; None when nothing is gathered."""
    at: int | None = connection.fetch("SELECT min(due_at) FROM gatherings")[0][0]
    return at


def list_events(connection: Connection, gathering: Gathering, *, limit: int) -> list[GatheredEvent]:
    """The events of a gathering, in order of their coming."""
    rows = connection.fetch(
        f"SELECT id, at, event FROM gathered_events {_BY_NAME} ORDER BY id LIMIT ?",
        (*gathering.key, gathering.name, limit),
    )
    return [GatheredEvent(number, at, _decoder.decode(event)) for number, at, event in rows]


def remove_events(
    connection: Connection, gathering: Gathering, used: list[GatheredEvent], rule: TriggerDefinition | None, now: int
) -> bool:
    """Remove events that led to an execution, or to nothing when ``rule`` is None; what came later begins anew.

    Returns:
        Whether it was done: False when the gathering is not as it was read.
    """
    if find_gathering(connection, gathering.key, gathering.name) != gathering:
        return False
    connection.execute_many("DELETE FROM gathered_events WHERE id = ?", [(event.id,) for event in used])
    left = list_events(connection, gathering, limit=1)
    count = gathering.count - len(used)
    if not left or rule is None or rule.batch is None:
        connection.execute(f"DELETE FROM gathered_events {_BY_NAME}", (*gathering.key, gathering.name))
        connection.execute(f"DELETE FROM gatherings {_BY_NAME}", (*gathering.key, gathering.name))
        return True
    begun_at = left[0].at
    _save(
        connection,
        Gathering(
            key=gathering.key,
            name=gathering.name,
            execution_id=left[0].execution.id,
            count=count,
            begun_at=begun_at,
            due_at=due_of(rule, count, begun_at, now),
        ),
    )
    return True


def count_events(connection: Connection) -> int:
    """How many events wait, of all triggers."""
    return int(connection.fetch("SELECT count(*) FROM gathered_events")[0][0])


def hasten(connection: Connection, key: TriggerKey, now: int) -> None:
    """Make all that a trigger gathered due."""
    connection.execute(
        "UPDATE gatherings SET due_at = ? WHERE namespace = ? AND flow_id = ? AND trigger_id = ? AND due_at > ?",
        (now, *key, now),
    )


def _save(connection: Connection, gathering: Gathering) -> None:
    connection.execute(
        f"INSERT INTO gatherings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (namespace, flow_id, trigger_id, key) DO UPDATE SET execution_id = excluded.execution_id,"
        " count = excluded.count, begun_at = excluded.begun_at, due_at = excluded.due_at",
        (
            *gathering.key,
            gathering.name,
            gathering.execution_id,
            gathering.count,
            gathering.begun_at,
            gathering.due_at,
        ),
    )


def _from_row(row: Row) -> Gathering:
    namespace, flow_id, trigger_id, name, execution_id, count, begun_at, due_at = row
    return Gathering(
        key=(namespace, flow_id, trigger_id),
        name=name,
        execution_id=execution_id,
        count=count,
        begun_at=begun_at,
        due_at=due_at,
    )
