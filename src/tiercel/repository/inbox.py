"""The inbox: events that wait for the owner of a shard. A row is gone with the commit that applies it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from tiercel.model.event import Event
from tiercel.repository.connection import Connection, Removal, Row, Target
from tiercel.repository.records import InboxEntry

COLUMNS = ("shard", "execution_id", "event")
TARGET = Target(table="inbox", columns=COLUMNS)
REMOVAL = Removal(table="inbox", key=("id",))

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event)


class Unreadable(Struct, frozen=True):
    """A row nobody can make an event of: damaged, or written by another version."""

    id: int
    execution_id: str
    reason: str


class InboxPage(Struct, frozen=True):
    """A part of the inbox, oldest first, as far as ``last_id``.

    Attributes:
        is_full: There may be more.
    """

    entries: list[InboxEntry]
    unreadable: list[Unreadable]
    last_id: int
    is_full: bool


def list_inbox(connection: Connection, shards: Sequence[int], *, after_id: int = 0, limit: int) -> InboxPage:
    """Events of the shards, oldest first, from the one after ``after_id``."""
    marks = ", ".join("?" * len(shards))
    rows = connection.fetch(
        f"SELECT id, {', '.join(COLUMNS)} FROM inbox WHERE shard IN ({marks}) AND id > ? ORDER BY id LIMIT ?",
        (*shards, after_id, limit),
    )
    read = [_from_row(row) for row in rows]
    return InboxPage(
        entries=[one for one in read if isinstance(one, InboxEntry)],
        unreadable=[one for one in read if isinstance(one, Unreadable)],
        last_id=rows[-1][0] if rows else after_id,
        is_full=len(rows) == limit,
    )


def list_unread(connection: Connection, execution_id: str) -> list[Event]:
    """What an execution has not been told yet, oldest first, without what cannot be read."""
    rows = connection.fetch(
        f"SELECT id, {', '.join(COLUMNS)} FROM inbox WHERE execution_id = ? ORDER BY id", (execution_id,)
    )
    read = [_from_row(row) for row in rows]
    return [one.event for one in read if isinstance(one, InboxEntry)]


def remove_from_inbox(connection: Connection, ids: Iterable[int]) -> None:
    """Drop rows that nobody will apply."""
    connection.delete(REMOVAL, [(one,) for one in ids])


def to_row(entry: InboxEntry) -> Row:
    """The event as a row, in the order of COLUMNS."""
    return (entry.shard, entry.execution_id, _encoder.encode(entry.event))


def _from_row(row: Row) -> InboxEntry | Unreadable:
    """The event of a row with its number first."""
    entry_id, shard, execution_id, event = row
    try:
        decoded = _decoder.decode(event)
    except (msgspec.DecodeError, ValueError, TypeError) as error:
        return Unreadable(entry_id, execution_id, str(error))
    return InboxEntry(id=entry_id, shard=shard, execution_id=execution_id, event=decoded)
