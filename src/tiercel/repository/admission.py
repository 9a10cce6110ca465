"""Limits on how many executions run at once: who holds a slot, and who waits for one.

A slot is never a row of its own: it is held by an execution being live, so it cannot leak. Only the waiting have rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from tiercel.model.state import TERMINAL, State
from tiercel.repository.connection import Connection, Removal, Row, Target
from tiercel.repository.records import QueueEntry

LIVE = tuple(state for state in State if state not in TERMINAL and state not in {State.CREATED, State.QUEUED})
"""States that hold a slot."""
COLUMNS = ("limit_key", "rank", "queued_at", "execution_id")
TARGET = Target(table="queue", columns=COLUMNS, key=COLUMNS)
REMOVAL = Removal(table="queue", key=("execution_id",))

_LISTED = ", ".join(f"'{state.value}'" for state in LIVE)


def count_live(connection: Connection, namespace: str, flow_id: str) -> int:
    """How many executions of the flow hold a slot; iterations of a loop share that of their parent."""
    rows = connection.fetch(
        "SELECT count(*) FROM executions WHERE namespace = ? AND flow_id = ? "
        f"AND is_over = 0 AND kind <> 'LOOP' AND state IN ({_LISTED})",
        (namespace, flow_id),
    )
    count: int = rows[0][0]
    return count


def save_queued(connection: Connection, entries: Sequence[QueueEntry]) -> None:
    """Let executions wait."""
    connection.insert(TARGET, [to_row(entry) for entry in entries])


def remove_queued(connection: Connection, execution_ids: Sequence[str]) -> None:
    """Let executions wait no more; no error for one that does not."""
    connection.delete(REMOVAL, [(execution_id,) for execution_id in execution_ids])


def list_queued(connection: Connection, limit_key: str, *, limit: int = 1000) -> list[QueueEntry]:
    """Who waits at a limit, next one first."""
    rows = connection.fetch(
        f"SELECT {', '.join(COLUMNS)} FROM queue WHERE limit_key = ? ORDER BY rank, queued_at, execution_id LIMIT ?",
        (limit_key, limit),
    )
    return [_from_row(row) for row in rows]


def count_queued(connection: Connection) -> dict[str, int]:
    """How many wait, by limit."""
    return dict(connection.fetch("SELECT limit_key, count(*) FROM queue GROUP BY limit_key"))


def to_row(entry: QueueEntry) -> Row:
    """The entry as a row, in the order of COLUMNS."""
    return (entry.limit_key, entry.rank, entry.queued_at, entry.execution_id)


def _from_row(row: Row) -> QueueEntry:
    limit_key, rank, queued_at, execution_id = row
    return QueueEntry(limit_key=limit_key, rank=rank, queued_at=queued_at, execution_id=execution_id)
