"""Pages as clients ask for them: ``page``, ``size``, ``sort`` and the answer around the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from tiercel.api.requests import number
from tiercel.errors import InvalidArgumentError, Violation
from tiercel.model.json import Json
from tiercel.repository.query import Condition, Page, Query, Sort

_Item = TypeVar("_Item")

LARGEST = 1000


def read_page(parameters: Iterable[tuple[str, str]], where: tuple[Condition, ...] = (), *, size: int = 10) -> Query:
    """Read the page asked for, of what fulfils the conditions.

    Raises:
        RequestError: A value is no number.
        InvalidError: A number is out of range, or a sort is malformed.
    """
    page = 1
    cursor: str | None = None
    sort: list[Sort] = []
    for name, value in parameters:
        if name == "page":
            page = number(name, value)
        elif name == "size":
            size = number(name, value)
        elif name == "cursor" and value:
            cursor = value
        elif name == "sort" and value:
            sort += [_sort(part) for part in value.split(",")]
    if page < 1 or size < 1:
        raise InvalidArgumentError([Violation("page and size start at 1", path="page" if page < 1 else "size")])
    if size > LARGEST:
        raise InvalidArgumentError([Violation(f"a page has at most {LARGEST} results", path="size")])
    return Query(where=where, sort=tuple(sort), size=size, page=page, cursor=cursor)


def page_shape(page: Page[_Item], shape: Callable[[_Item], Json]) -> dict[str, Json]:
    """Give the answer around one page; ``nextCursor`` asks for what follows it."""
    answer: dict[str, Json] = {"results": [shape(item) for item in page.items], "total": page.total}
    if page.is_total_capped:
        answer["totalIsCapped"] = True
    if page.next_cursor is not None:
        answer["nextCursor"] = page.next_cursor
    return answer


def _sort(text: str) -> Sort:
    field, _, direction = text.strip().partition(":")
    if not field or direction.lower() not in {"", "asc", "desc"}:
        raise InvalidArgumentError([Violation(f"'{text}' is no sort", path="sort", hint="field:asc or field:desc")])
    return Sort(field, is_descending=direction.lower() == "desc")
