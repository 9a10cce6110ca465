"""What a database has behind it for good: work that is done once in its life, and not again by the next process."""

from __future__ import annotations

from tiercel.repository.connection import Connection

TRIGGERS_DECLARED = "triggers-declared"
"""The triggers of flows that were saved by versions which stored none have their rows."""


def is_reached(connection: Connection, name: str) -> bool:
    """Tell whether the work of that name is done."""
    return bool(connection.fetch("SELECT 1 FROM milestones WHERE name = ?", (name,)))


def note_reached(connection: Connection, name: str, *, now: int) -> None:
    """Note that the work of that name is done; once noted it stays as it is."""
    connection.execute(
        "INSERT INTO milestones (name, reached_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, now)
    )
