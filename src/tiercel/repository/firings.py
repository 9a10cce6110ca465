"""Which dates and events triggers have fired for: one row for each, so that none ever fires twice.

Of an event the row holds the key that tells it from others, in place of a date. The row is written in the transaction
that stores the execution, and lives as long as that. One that is open belongs to an execution whose end the trigger
must be told of: it locks the trigger, or may switch it off.
"""

from __future__ import annotations

from hashlib import sha256

from msgspec import Struct

from tiercel.model.state import State
from tiercel.repository.connection import Connection
from tiercel.repository.triggers import TriggerKey

_EVENT = "event "
_LONGEST_KEY = 200


class StoredFiring(Struct, frozen=True, kw_only=True):
    """That a trigger fired.

    Attributes:
        at: The date it fired for.
        backfill_id: The backfill it was part of; a date may be run once by each. Empty for none. Of an event its key.
        is_open: The trigger must be told how the execution ends.
    """

    key: TriggerKey
    at: int
    execution_id: str
    backfill_id: str = ""
    is_open: bool = False


def event_firing(key: TriggerKey, event_key: str, execution_id: str, *, is_open: bool) -> StoredFiring:
    """Make the row of an event; ``event_key`` tells it from all others of the trigger."""
    if len(event_key) > _LONGEST_KEY:
        event_key = sha256(event_key.encode("utf-8", "surrogatepass")).hexdigest()
    return StoredFiring(key=key, at=0, execution_id=execution_id, backfill_id=_EVENT + event_key, is_open=is_open)


class Ended(Struct, frozen=True):
    """The execution of an open firing that is over; no state when it was removed."""

    execution_id: str
    state: State | None


def add_firing(connection: Connection, firing: StoredFiring) -> bool:
    """Store that a trigger fires for a date; False when it has done so before."""
    count = connection.execute(
        "INSERT INTO firings (namespace, flow_id, trigger_id, backfill_id, at, execution_id, is_open) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (namespace, flow_id, trigger_id, backfill_id, at) DO NOTHING",
        (*firing.key, firing.backfill_id, firing.at, firing.execution_id, int(firing.is_open)),
    )
    return count > 0


def find_firing(connection: Connection, firing: StoredFiring) -> str | None:
    """The execution that the trigger started for that date or event before."""
    rows = connection.fetch(
        "SELECT execution_id FROM firings "
        "WHERE namespace = ? AND flow_id = ? AND trigger_id = ? AND backfill_id = ? AND at = ?",
        (*firing.key, firing.backfill_id, firing.at),
    )
    return rows[0][0] if rows else None


def list_fired(connection: Connection, key: TriggerKey, start: int, end: int, *, limit: int) -> list[int]:
    """The dates between two, both included, for which there is an execution, earliest first."""
    rows = connection.fetch(
        "SELECT DISTINCT f.at FROM firings f WHERE f.namespace = ? AND f.flow_id = ? AND f.trigger_id = ? "
        "AND f.at BETWEEN ? AND ? AND EXISTS "
        "(SELECT 1 FROM executions e WHERE e.id = f.execution_id AND e.is_deleted = 0) ORDER BY f.at LIMIT ?",
        (*key, start, end, limit),
    )
    return [at for (at,) in rows]


def close_firing(connection: Connection, execution_id: str) -> TriggerKey | None:
    """Note that the trigger was told of the end; None when it was told before, or need not be."""
    rows = connection.fetch(
        "SELECT namespace, flow_id, trigger_id FROM firings WHERE execution_id = ? AND is_open = 1", (execution_id,)
    )
    if not rows:
        return None
    connection.execute("UPDATE firings SET is_open = 0 WHERE execution_id = ? AND is_open = 1", (execution_id,))
    namespace, flow_id, trigger_id = rows[0]
    return namespace, flow_id, trigger_id


def list_open(connection: Connection) -> tuple[list[Ended], list[str]]:
    """The open firings: those whose execution is over or gone, and the executions of the others."""
    rows = connection.fetch(
        "SELECT f.execution_id, e.state, COALESCE(e.is_over, 1) FROM firings f "
        "LEFT JOIN executions e ON e.id = f.execution_id "
        "WHERE f.is_open = 1 AND f.execution_id > '' ORDER BY f.execution_id"  # the range makes SQLite use the index
    )
    ended = [Ended(one, None if state is None else State(state)) for one, state, is_over in rows if is_over]
    return ended, [one for one, _, is_over in rows if not is_over]
