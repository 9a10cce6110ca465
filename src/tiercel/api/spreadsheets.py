"""Lists as CSV: one column for each member, values that are no text as JSON."""

from __future__ import annotations

import csv
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from io import StringIO
from typing import TypeVar

import msgspec
from litestar.response import Stream
from msgspec.structs import replace

from tiercel.model.json import Json
from tiercel.repository.query import Page, Query

_Item = TypeVar("_Item")
_PAGE = 1000
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What makes programs take a text for a formula, which may send elsewhere what the table holds; not after a quote."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def csv_stream(name: str, columns: Sequence[str], rows: AsyncIterator[dict[str, Json]]) -> Stream:
    """Answer with a file of that name, whose rows are made as they are read."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(_lines(columns, rows), media_type="text/csv", headers=headers)


def csv_text(columns: Sequence[tuple[str, str]], rows: Iterable[dict[str, Json]]) -> str:
    """Write rows at once; a column is its name in the rows and its title."""
    lines = [_line(title for _, title in columns)]
    lines += [_line(_cell(row.get(name)) for name, _ in columns) for row in rows]
    return b"".join(lines).decode()


async def every_row(
    find: Callable[[Query], Awaitable[Page[_Item]]], query: Query, shape: Callable[[_Item], dict[str, Json]]
) -> AsyncIterator[dict[str, Json]]:
    """Give the shape of everything that a list finds, page after page."""
    query = replace(query, size=_PAGE, page=1, cursor=None, count_up_to=0)
    while True:
        page = await find(query)
        for item in page.items:
            yield shape(item)
        if page.next_cursor is None:
            return
        query = replace(query, cursor=page.next_cursor)


async def _lines(columns: Sequence[str], rows: AsyncIterator[dict[str, Json]]) -> AsyncIterator[bytes]:
    yield _line(columns)
    async for row in rows:
        yield _line(_cell(row.get(column)) for column in columns)


def _line(cells: Iterable[str]) -> bytes:
    text = StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return msgspec.json.encode(value).decode()
    return f"'{value}" if value.startswith(_FORMULAS) and not _NUMBER.fullmatch(value) else value
