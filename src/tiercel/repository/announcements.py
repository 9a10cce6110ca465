"""States that executions entered and that Flow triggers look at; a row is gone once all that came of it is stored."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tiercel.model.execution import Execution
from tiercel.repository.connection import Connection, Removal, Row, Target
from tiercel.repository.records import Announcement

COLUMNS = ("execution_id", "number", "at", "task_run_count", "execution")
TARGET = Target(table="announcements", columns=COLUMNS)
REMOVAL = Removal(table="announcements", key=("id",))

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Execution)


def list_announcements(connection: Connection, *, limit: int) -> list[Announcement]:
    """The oldest ones, in order."""
    rows = connection.fetch(f"SELECT id, {', '.join(COLUMNS)} FROM announcements ORDER BY id LIMIT ?", (limit,))
    return [
        Announcement(
            id=number,
            execution_id=execution_id,
            number=position,
            at=at,
            task_run_count=task_run_count,
            execution=execution,
        )
        for number, execution_id, position, at, task_run_count, execution in rows
    ]


def remove_announcements(connection: Connection, ids: Iterable[int]) -> None:
    """Forget what was answered."""
    connection.delete(REMOVAL, [(one,) for one in ids])


def encode(execution: Execution) -> bytes:
    """Make the stored form of an execution as it is now."""
    return _encoder.encode(execution)


def decode(announcement: Announcement) -> Execution:
    """Give the execution as it was when it entered the state."""
    return _decoder.decode(announcement.execution)


def to_row(announcement: Announcement) -> Row:
    """The announcement as a row, in the order of COLUMNS."""
    return (
        announcement.execution_id,
        announcement.number,
        announcement.at,
        announcement.task_run_count,
        announcement.execution,
    )
