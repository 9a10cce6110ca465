"""Dashboards: a head row for each, one row for each revision, and which is shown where nobody chose one."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tiercel.errors import NotFoundError
from tiercel.repository.connection import Connection, Row, Target

_SELECTED = (
    "SELECT r.id, r.revision, r.source, r.title, r.description, d.created_at, r.created_at "
    "FROM dashboards d JOIN dashboard_revisions r ON r.id = d.id"
)
_HEAD = Target(
    table="dashboards",
    columns=("id", "revision", "title", "created_at", "updated_at", "is_deleted"),
    key=("id",),
    updates=("revision", "title", "created_at", "updated_at", "is_deleted"),
)
_REVISION = Target(
    table="dashboard_revisions", columns=("id", "revision", "source", "title", "description", "created_at")
)
_DEFAULTS = Target(
    table="default_dashboards", columns=("place", "dashboard_id"), key=("place",), updates=("dashboard_id",)
)


class StoredDashboard(Struct, frozen=True, kw_only=True):
    """One revision of a dashboard; ``created_at`` is of the dashboard, ``updated_at`` of the revision."""

    id: str
    revision: int
    source: str
    title: str
    description: str | None
    created_at: int
    updated_at: int


def find_dashboard(connection: Connection, dashboard_id: str, revision: int | None = None) -> StoredDashboard | None:
    """A dashboard at its latest revision or a given one, unless it is deleted."""
    which, values = ("d.revision", ()) if revision is None else ("?", (revision,))
    rows = connection.fetch(
        f"{_SELECTED} WHERE d.id = ? AND d.is_deleted = 0 AND r.revision = {which}", (dashboard_id, *values)
    )
    return from_row(rows[0]) if rows else None


def get_dashboard(connection: Connection, dashboard_id: str, revision: int | None = None) -> StoredDashboard:
    """As ``find_dashboard``.

    Raises:
        NotFoundError: There is no such dashboard or revision.
    """
    found = find_dashboard(connection, dashboard_id, revision)
    if found is None:
        raise NotFoundError("dashboard", dashboard_id if revision is None else f"{dashboard_id} revision {revision}")
    return found


def list_dashboard_revisions(connection: Connection, dashboard_id: str) -> list[StoredDashboard]:
    """Every revision of a dashboard that is not deleted, oldest first."""
    rows = connection.fetch(f"{_SELECTED} WHERE d.id = ? AND d.is_deleted = 0 ORDER BY r.revision", (dashboard_id,))
    return [from_row(row) for row in rows]


def save_dashboard(connection: Connection, dashboard: StoredDashboard, *, now: int) -> StoredDashboard:
    """Store a new revision, unless the latest one has the same bytes; numbers go on over a deletion.

    Returns:
        The latest revision as it is now.
    """
    rows = connection.fetch("SELECT revision, created_at, is_deleted FROM dashboards WHERE id = ?", (dashboard.id,))
    revision, created_at = 1, now
    if rows:
        revision = rows[0][0] + 1
        created_at = now if rows[0][2] else rows[0][1]
        former = find_dashboard(connection, dashboard.id)
        if former is not None and former.source == dashboard.source:
            return former
    saved = StoredDashboard(
        id=dashboard.id,
        revision=revision,
        source=dashboard.source,
        title=dashboard.title,
        description=dashboard.description,
        created_at=created_at,
        updated_at=now,
    )
    connection.insert(_REVISION, [(saved.id, revision, saved.source, saved.title, saved.description, now)])
    connection.insert(_HEAD, [(saved.id, revision, saved.title, created_at, now, 0)])
    return saved


def delete_dashboard(connection: Connection, dashboard_id: str, *, now: int) -> bool:
    """Delete a dashboard, and show it nowhere; returns whether it was there."""
    connection.execute("DELETE FROM default_dashboards WHERE dashboard_id = ?", (dashboard_id,))
    statement = "UPDATE dashboards SET is_deleted = 1, updated_at = ? WHERE id = ? AND is_deleted = 0"
    return connection.execute(statement, (now, dashboard_id)) > 0


def find_defaults(connection: Connection) -> dict[str, str]:
    """The id of the dashboard for each place that has one: home, flow, namespace."""
    rows = connection.fetch("SELECT place, dashboard_id FROM default_dashboards")
    return dict(rows)


def save_defaults(connection: Connection, chosen: Mapping[str, str | None]) -> None:
    """Choose dashboards for places; None takes the choice back."""
    connection.execute_many(
        "DELETE FROM default_dashboards WHERE place = ?", [(place,) for place, one in chosen.items() if one is None]
    )
    connection.insert(_DEFAULTS, [(place, one) for place, one in chosen.items() if one is not None])


def from_row(row: Row) -> StoredDashboard:
    """The revision of a row in the order of the fields."""
    return StoredDashboard(**dict(zip(StoredDashboard.__struct_fields__, row, strict=True)))
