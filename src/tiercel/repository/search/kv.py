"""The list of keys of all namespaces. Expired ones are left out by a condition on ``expirationDate`` of the caller."""

from __future__ import annotations

from sqlalchemy import func, select

from tiercel.repository import kv as rows
from tiercel.repository.query import Sort
from tiercel.repository.search.conditions import number_field, search_field, text_field
from tiercel.repository.search.pages import Listing
from tiercel.repository.tables import kv

_columns = kv.c
_NEVER = 2**63 - 1

LISTING = Listing(
    rows=select(*(_columns[name] for name in rows.COLUMNS)).where(_columns.is_deleted == 0),
    read=rows.from_row,
    key=(_columns.namespace, _columns.key),
    fields={
        "q": search_field(_columns.key, func.coalesce(_columns.description, "")),
        "namespace": text_field(_columns.namespace),
        "key": text_field(_columns.key),
        "updated": number_field(_columns.updated_at),
        "expirationDate": number_field(func.coalesce(_columns.expires_at, _NEVER)),
    },
    orders={
        "key": _columns.key,
        "namespace": _columns.namespace,
        "creationDate": _columns.created_at,
        "updateDate": _columns.updated_at,
        "updated": _columns.updated_at,
        "expirationDate": func.coalesce(_columns.expires_at, _NEVER),
        "revision": _columns.revision,
    },
    default=(Sort("key"),),
)
