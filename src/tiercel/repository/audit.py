"""Who did what: one row for every change somebody known made. Rows are added, never changed."""

from __future__ import annotations

from msgspec import Struct

from tiercel.repository.connection import Connection, Target

COLUMNS = ("at", "actor", "action", "resource", "namespace", "id")
_TARGET = Target(table="audit", columns=COLUMNS)


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One change.

    Attributes:
        namespace: Empty when it is about none, or about several.
        id: Of what was changed; empty when it is several things.
        number: Gives the order; 0 before it is stored.
    """

    at: int
    actor: str
    action: str
    resource: str
    namespace: str = ""
    id: str = ""
    number: int = 0


def save_audit(connection: Connection, entry: AuditEntry) -> None:
    """Add a row."""
    connection.insert(_TARGET, [tuple(getattr(entry, column) for column in COLUMNS)])


def list_audit(connection: Connection, *, before: int | None = None, limit: int = 100) -> list[AuditEntry]:
    """Rows from the newest on; ``before`` is the number of the last row of the page before."""
    rows = connection.fetch(
        f"SELECT number, {', '.join(COLUMNS)} FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?",
        (before if before is not None else 2**63 - 1, limit),
    )
    return [AuditEntry(**dict(zip(("number", *COLUMNS), row, strict=True))) for row in rows]
