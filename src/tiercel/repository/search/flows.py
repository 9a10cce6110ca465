"""The list of flows, each at its latest revision."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, select, tuple_

from tiercel.repository import flows as rows
from tiercel.repository.query import Sort
from tiercel.repository.search.conditions import choice_field, number_field, search_field, switch_field, text_field
from tiercel.repository.search.labels import Label, labels_field
from tiercel.repository.search.pages import Listing
from tiercel.repository.tables import flow_labels, flow_revisions, flows

_head = flows.c
_revision = flow_revisions.c
_is_system = _head.namespace == "system"


def _has_label(label: Label) -> ColumnElement[bool]:
    labels = flow_labels.c
    found = select(labels.namespace, labels.flow_id).where(label.on(labels.key, labels.value))
    return tuple_(_head.namespace, _head.id).in_(found)


_same_revision = and_(
    _revision.namespace == _head.namespace, _revision.id == _head.id, _revision.revision == _head.revision
)

LISTING = Listing(
    rows=select(
        _head.namespace,
        _head.id,
        _head.revision,
        _revision.source,
        _head.dialect,
        _revision.created_at,
        _head.description,
        _head.labels,
        _head.is_disabled,
        _head.is_draft,
        _head.is_deleted,
        _revision.author,
        _revision.origin,
    )
    .join_from(flows, flow_revisions, _same_revision)
    .where(_head.is_deleted == 0),
    read=rows.from_row,
    key=(_head.namespace, _head.id),
    fields={
        "q": search_field(_head.id, _head.namespace, func.coalesce(_head.description, "")),
        "namespace": text_field(_head.namespace),
        "flowId": text_field(_head.id),
        "revision": number_field(_head.revision),
        "dialect": choice_field(_head.dialect),
        "labels": labels_field(_has_label),
        "updated": number_field(_head.updated_at),
        "scope": switch_field({"SYSTEM": _is_system, "USER": ~_is_system}),
    },
    orders={
        "id": _head.id,
        "namespace": _head.namespace,
        "revision": _head.revision,
        "updated": _head.updated_at,
    },
    default=(Sort("id"),),
)

SOURCES = Listing(
    rows=LISTING.rows,
    read=LISTING.read,
    key=LISTING.key,
    fields={**LISTING.fields, "q": search_field(_revision.source)},
    orders=LISTING.orders,
    default=LISTING.default,
)
"""The same, with ``q`` looked for in the source."""
