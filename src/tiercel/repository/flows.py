"""Flows: a head row for each, one row for each revision, and labels in a table of their own for searching."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tiercel.errors import NotFoundError
from tiercel.model.dialect import Dialect
from tiercel.repository.codec import to_json_or_none
from tiercel.repository.connection import Connection, Row, Target
from tiercel.repository.declared_triggers import delete_flow_triggers, save_triggers
from tiercel.repository.memories import remove_memories
from tiercel.repository.records import StoredFlow
from tiercel.repository.watches import save_watches

LABELS = Target(
    table="flow_labels", columns=("key", "value", "namespace", "flow_id"), key=("key", "value", "namespace", "flow_id")
)
SELECTED = (
    "SELECT r.namespace, r.id, r.revision, r.source, r.dialect, r.created_at, r.description, r.labels, "
    "r.is_disabled, r.is_draft, f.is_deleted, r.author, r.origin "
    "FROM flow_revisions r JOIN flows f ON f.namespace = r.namespace AND f.id = r.id"
)
_LATEST = f"{SELECTED} AND f.revision = r.revision WHERE r.namespace = ? AND r.id = ?"
_HEAD = Target(
    table="flows",
    columns=(
        "namespace",
        "id",
        "revision",
        "dialect",
        "description",
        "labels",
        "created_at",
        "updated_at",
        "is_disabled",
        "is_draft",
        "is_deleted",
    ),
    key=("namespace", "id"),
    updates=(
        "revision",
        "dialect",
        "description",
        "labels",
        "updated_at",
        "is_disabled",
        "is_draft",
        "is_deleted",
    ),
)
_REVISION = Target(
    table="flow_revisions",
    columns=(
        "namespace",
        "id",
        "revision",
        "source",
        "dialect",
        "description",
        "labels",
        "created_at",
        "is_disabled",
        "is_draft",
        "author",
        "origin",
    ),
)
_labels = msgspec.json.Decoder(tuple[tuple[str, str], ...])


def find_flow(connection: Connection, namespace: str, flow_id: str, revision: int | None = None) -> StoredFlow | None:
    """A flow at its latest revision, unless it is deleted; or at a given one, deleted or not."""
    if revision is None:
        rows = connection.fetch(f"{_LATEST} AND f.is_deleted = 0", (namespace, flow_id))
    else:
        rows = connection.fetch(
            f"{SELECTED} WHERE r.namespace = ? AND r.id = ? AND r.revision = ?", (namespace, flow_id, revision)
        )
    return from_row(rows[0]) if rows else None


def get_flow(connection: Connection, namespace: str, flow_id: str, revision: int | None = None) -> StoredFlow:
    """As ``find_flow``.

    Raises:
        NotFoundError: There is no such flow or revision.
    """
    flow = find_flow(connection, namespace, flow_id, revision)
    if flow is None:
        at = "" if revision is None else f" revision {revision}"
        raise NotFoundError("flow", f"{namespace}.{flow_id}{at}")
    return flow


def list_revisions(connection: Connection, namespace: str, flow_id: str) -> list[StoredFlow]:
    """Every revision of a flow, oldest first; also of a deleted one."""
    rows = connection.fetch(f"{SELECTED} WHERE r.namespace = ? AND r.id = ? ORDER BY r.revision", (namespace, flow_id))
    return [from_row(row) for row in rows]


def list_namespace_flows(connection: Connection, namespace: str) -> list[StoredFlow]:
    """Every flow of exactly this namespace at its latest revision, in order of id."""
    rows = connection.fetch(
        f"{SELECTED} AND f.revision = r.revision WHERE f.namespace = ? AND f.is_deleted = 0 ORDER BY f.id", (namespace,)
    )
    return [from_row(row) for row in rows]


def list_flow_namespaces(connection: Connection) -> list[str]:
    """Every namespace that holds a flow, in order."""
    rows = connection.fetch("SELECT DISTINCT namespace FROM flows WHERE is_deleted = 0 ORDER BY namespace")
    return [namespace for (namespace,) in rows]


def save_flow(connection: Connection, flow: StoredFlow) -> StoredFlow:
    """Store a new revision, unless the latest one has the same bytes.

    The revision in ``flow`` does not count: numbers go on from the last one, also over a deletion. A deleted flow that
    is saved again gets a new revision even with the same bytes.

    Returns:
        The latest revision as it is now.
    """
    latest = connection.fetch(_LATEST, (flow.namespace, flow.id))
    former = from_row(latest[0]) if latest else None
    if former is not None and not former.is_deleted and former.source == flow.source:
        return former
    revision = former.revision + 1 if former else 1
    saved = msgspec.structs.replace(flow, revision=revision, is_deleted=False)
    connection.insert(_REVISION, [_revision_row(saved)])
    connection.insert(_HEAD, [_head_row(saved)])
    _save_labels(connection, saved.namespace, saved.id, saved.labels)
    removed = save_triggers(connection, saved.namespace, saved.id, saved.triggers, now=saved.created_at)
    save_watches(connection, saved.namespace, saved.id, saved.watches)
    remove_memories(connection, saved.namespace, saved.id, {watch.trigger_id for watch in saved.watches})
    return msgspec.structs.replace(saved, removed_triggers=tuple(removed))


def list_undeclared(connection: Connection) -> list[tuple[str, str]]:
    """The flows whose source speaks of triggers and that have no row of one: versions that knew none saved them."""
    rows = connection.fetch(
        "SELECT f.namespace, f.id FROM flows f "
        "JOIN flow_revisions r ON r.namespace = f.namespace AND r.id = f.id AND r.revision = f.revision "
        "WHERE f.is_deleted = 0 AND r.source LIKE '%triggers%' AND NOT EXISTS "
        "(SELECT 1 FROM triggers t WHERE t.namespace = f.namespace AND t.flow_id = f.id) ORDER BY f.namespace, f.id"
    )
    return [(namespace, flow_id) for namespace, flow_id in rows]


def delete_flow(connection: Connection, namespace: str, flow_id: str, *, now: int) -> StoredFlow:
    """Delete a flow; its revisions stay, for the executions that ran them.

    Returns:
        The revision that was the latest.

    Raises:
        NotFoundError: There is no such flow.
    """
    flow = get_flow(connection, namespace, flow_id)
    connection.execute(
        "UPDATE flows SET is_deleted = 1, updated_at = ? WHERE namespace = ? AND id = ?", (now, namespace, flow_id)
    )
    _save_labels(connection, namespace, flow_id, ())
    delete_flow_triggers(connection, namespace, flow_id, now=now)
    save_watches(connection, namespace, flow_id, ())
    remove_memories(connection, namespace, flow_id)
    return msgspec.structs.replace(flow, is_deleted=True)


def delete_revisions(connection: Connection, namespace: str, flow_id: str, revisions: Sequence[int]) -> int:
    """Remove old revisions for good; the latest one always stays. Returns how many were removed."""
    return sum(
        connection.execute(
            "DELETE FROM flow_revisions WHERE namespace = ? AND id = ? AND revision = ? AND revision < "
            "(SELECT f.revision FROM flows f WHERE f.namespace = ? AND f.id = ?)",
            (namespace, flow_id, revision, namespace, flow_id),
        )
        for revision in revisions
    )


def from_row(row: Row) -> StoredFlow:
    """The revision of a row of SELECTED."""
    return StoredFlow(
        namespace=row[0],
        id=row[1],
        revision=row[2],
        source=row[3],
        dialect=Dialect(row[4]),
        created_at=row[5],
        description=row[6],
        labels=_labels.decode(row[7] or "[]"),
        is_disabled=bool(row[8]),
        is_draft=bool(row[9]),
        is_deleted=bool(row[10]),
        author=row[11] or "",
        origin=row[12] or "",
    )


def _save_labels(connection: Connection, namespace: str, flow_id: str, labels: Sequence[tuple[str, str]]) -> None:
    connection.execute("DELETE FROM flow_labels WHERE namespace = ? AND flow_id = ?", (namespace, flow_id))
    connection.insert(LABELS, [(key, value, namespace, flow_id) for key, value in labels])


def _revision_row(flow: StoredFlow) -> Row:
    return (
        flow.namespace,
        flow.id,
        flow.revision,
        flow.source,
        flow.dialect.value,
        flow.description,
        to_json_or_none(flow.labels),
        flow.created_at,
        int(flow.is_disabled),
        int(flow.is_draft),
        flow.author or None,
        flow.origin or None,
    )


def _head_row(flow: StoredFlow) -> Row:
    return (
        flow.namespace,
        flow.id,
        flow.revision,
        flow.dialect.value,
        flow.description,
        to_json_or_none(flow.labels),
        flow.created_at,
        flow.created_at,
        int(flow.is_disabled),
        int(flow.is_draft),
        0,
    )
