"""The list of those who may sign in."""

from __future__ import annotations

from sqlalchemy import select

from tiercel.repository import users as rows
from tiercel.repository.query import Sort
from tiercel.repository.search.conditions import search_field
from tiercel.repository.search.pages import Listing
from tiercel.repository.tables import users

_columns = users.c

LISTING = Listing(
    rows=select(*(_columns[name] for name in rows.COLUMNS)),
    read=rows.from_row,
    key=(_columns.name,),
    fields={"q": search_field(_columns.name)},
    orders={"username": _columns.name},
    default=(Sort("username"),),
)
