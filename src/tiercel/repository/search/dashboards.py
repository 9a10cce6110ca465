"""The list of dashboards, each at its latest revision."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from tiercel.repository import dashboards as rows
from tiercel.repository.query import Sort
from tiercel.repository.search.conditions import number_field, search_field, text_field
from tiercel.repository.search.pages import Listing
from tiercel.repository.tables import dashboard_revisions, dashboards

_head = dashboards.c
_revision = dashboard_revisions.c

LISTING = Listing(
    rows=select(
        _head.id,
        _head.revision,
        _revision.source,
        _head.title,
        _revision.description,
        _head.created_at,
        _head.updated_at,
    )
    .join_from(dashboards, dashboard_revisions, and_(_revision.id == _head.id, _revision.revision == _head.revision))
    .where(_head.is_deleted == 0),
    read=rows.from_row,
    key=(_head.id,),
    fields={
        "q": search_field(_head.id, _head.title, func.coalesce(_revision.description, "")),
        "id": text_field(_head.id),
        "updated": number_field(_head.updated_at),
    },
    orders={"id": _head.id, "title": _head.title, "created": _head.created_at, "updated": _head.updated_at},
    default=(Sort("id"),),
)
