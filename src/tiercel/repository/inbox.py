"""The inbox: events that wait for the owner of a shard. A row is gone with the commit that applies it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tiercel.model.event import Event
from tiercel.repository.connection import Connection, Removal, Row, Target
from tiercel.repository.records import InboxEntry

COLUMNS = ("shard", "execution_id", "event")
TARGET = Target(table="inbox", columns=COLUMNS)
REMOVAL = Removal(table="inbox", key=("id",))

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event)


def list_inbox(connection: Connection, shards: Sequence[int], *, after_id: int = 0, limit: int) -> list[InboxEntry]:
    """Events of the shards, oldest first, from the one after ``after_id``."""
    marks = ", ".join("?" * len(shards))
    rows = connection.fetch(
        f"SELECT id, {', '.join(COLUMNS)} FROM inbox WHERE shard IN ({marks}) AND id > ? ORDER BY id LIMIT ?",
        (*shards, after_id, limit),
    )
    return [_from_row(row) for row in rows]


def list_unread(connection: Connection, execution_id: str) -> list[Event]:
    """What an execution has not been told yet, oldest first."""
    rows = connection.fetch("SELECT event FROM inbox WHERE execution_id = ? ORDER BY id", (execution_id,))
    return [_decoder.decode(event) for (event,) in rows]


def to_row(entry: InboxEntry) -> Row:
    """The event as a row, in the order of COLUMNS."""
    return (entry.shard, entry.execution_id, _encoder.encode(entry.event))


def _from_row(row: Row) -> InboxEntry:
    """The event of a row with its number first."""
    entry_id, shard, execution_id, event = row
    return InboxEntry(id=entry_id, shard=shard, execution_id=execution_id, event=_decoder.decode(event))
