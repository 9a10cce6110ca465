"""What users are told of, newest first, and what each has read. There are never more than ``MOST`` of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tiercel.repository.connection import Connection, Row, Target

MOST = 1000
COLUMNS = ("id", "type", "title", "namespace", "flow_id", "reference_id", "total", "created_at", "updated_at")
_TARGET = Target(
    table="notifications",
    columns=COLUMNS,
    key=("id",),
    updates=("title", "reference_id", "total", "updated_at"),
)
_READS = Target(
    table="notification_reads", columns=("user_name", "notification_id"), key=("user_name", "notification_id")
)
_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM notifications"


class Notification(Struct, frozen=True, kw_only=True):
    """One thing to tell.

    Attributes:
        namespace: Who may read it there is told; empty for those who look after the installation.
        flow_id: Empty when it is about none.
        reference_id: The execution it is about, the last one when there were several.
        total: How often it happened.
    """

    id: str
    type: str
    title: str
    namespace: str = ""
    flow_id: str = ""
    reference_id: str | None = None
    total: int = 1
    created_at: int
    updated_at: int


def list_notifications(connection: Connection, *, since: int = 0) -> list[Notification]:
    """All that changed after a time, newest first."""
    rows = connection.fetch(f"{_SELECTED} WHERE updated_at > ? ORDER BY updated_at DESC, id DESC", (since,))
    return [_from_row(row) for row in rows]


def find_recent(connection: Connection, kind: str, namespace: str, flow_id: str, *, since: int) -> Notification | None:
    """The newest of a type about a flow that was made after a time."""
    rows = connection.fetch(
        f"{_SELECTED} WHERE type = ? AND namespace = ? AND flow_id = ? AND created_at > ? "
        "ORDER BY created_at DESC LIMIT 1",
        (kind, namespace, flow_id, since),
    )
    return _from_row(rows[0]) if rows else None


def last_told(connection: Connection, kind: str) -> int | None:
    """When the last of a type happened; None when there is none."""
    found: int | None = connection.fetch("SELECT max(updated_at) FROM notifications WHERE type = ?", (kind,))[0][0]
    return found


def save_notifications(connection: Connection, notifications: Sequence[Notification]) -> None:
    """Store what is new and what happened again, unread by everybody, and forget the oldest above ``MOST``."""
    connection.insert(_TARGET, [tuple(getattr(one, column) for column in COLUMNS) for one in notifications])
    connection.execute_many(
        "DELETE FROM notification_reads WHERE notification_id = ?", [(one.id,) for one in notifications]
    )
    old = connection.fetch(
        f"SELECT id FROM notifications ORDER BY updated_at DESC, id DESC LIMIT {MOST} OFFSET {MOST}",
    )
    for table, column in (("notification_reads", "notification_id"), ("notifications", "id")):
        connection.execute_many(f"DELETE FROM {table} WHERE {column} = ?", old)


def list_read(connection: Connection, user_name: str) -> set[str]:
    """The ids of what a user has read."""
    rows = connection.fetch("SELECT notification_id FROM notification_reads WHERE user_name = ?", (user_name,))
    return {id_ for (id_,) in rows}


def mark_read(connection: Connection, user_name: str, ids: Iterable[str]) -> None:
    """Remember that a user has read these; nothing changes for those read already."""
    connection.insert(_READS, [(user_name, id_) for id_ in ids])


def mark_unread(connection: Connection, user_name: str, notification_id: str) -> None:
    """Forget that a user has read it."""
    connection.execute(
        "DELETE FROM notification_reads WHERE user_name = ? AND notification_id = ?", (user_name, notification_id)
    )


def _from_row(row: Row) -> Notification:
    return Notification(**dict(zip(COLUMNS, row, strict=True)))
