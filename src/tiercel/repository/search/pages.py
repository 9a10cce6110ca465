"""One page of a list: order, keyset or offset, and a count that does not run away.

A cursor holds the values the last row of a page was ordered by. What follows are the rows that come after them in the
same order, so a page costs the same however far down it is, and rows that appear meanwhile shift nothing.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from tiercel.errors import InvalidArgumentError, Violation
from tiercel.repository.connection import Connection, Row
from tiercel.repository.query import Condition, Filter, Operation, Page, Query, Sort
from tiercel.repository.search.broad import MANY, without_index
from tiercel.repository.search.conditions import Clause, Column, Field, compile_conditions

T = TypeVar("T")
Seeker: TypeAlias = Callable[[Connection, Filter], Clause]

_LARGEST_SIZE = 1000
_ANEW = "Give nextCursor of the page before as it came, or no cursor for the first page"


class Listing(Struct, frozen=True, kw_only=True):
    """A list that can be asked for.

    Attributes:
        rows: Selects what ``read`` makes a record from, with the conditions that always hold.
        key: Breaks ties of every order; unique, not null.
        fields: What can be filtered.
        seekers: The same for what has to look into the database first, to tell how many rows a value has.
        within_namespace: What is compared otherwise where one namespace is asked for.
        orders: What can be sorted; expressions that are never null, in the order of an index.
        default: The order when none is asked for.
    """

    rows: Select[Any]
    read: Callable[[Row], Any]
    key: tuple[Column, ...]
    fields: Mapping[str, Field]
    orders: Mapping[str, Column | tuple[Column, ...]]
    default: tuple[Sort, ...]
    seekers: Mapping[str, Seeker] = {}
    within_namespace: Mapping[str, Field] = {}


def fetch_page(connection: Connection, listing: Listing, query: Query) -> Page[Any]:
    """The page of the list.

    Raises:
        InvalidError: A field, operation, order, size, page or cursor is not right.
    """
    _check(query)
    order = _order(listing, query.sort or listing.default)
    clauses = compile_conditions(query.where, _fields(connection, listing, query.where))
    total, is_capped = _count(connection, listing, clauses, query.count_up_to or _probe(connection, query))
    if is_capped and not connection.has_statistics:
        clauses = without_index(query.where, clauses)
    width = len(listing.rows.selected_columns)
    statement = listing.rows.where(*clauses).add_columns(*(column for column, _ in order))
    statement = statement.order_by(*(column.desc() if is_down else column.asc() for column, is_down in order))
    # One more than asked for tells whether something follows.
    statement = statement.limit(query.size + 1)
    if query.cursor is not None:
        statement = statement.where(_after(order, _read_cursor(query.cursor, len(order))))
    elif query.page > 1:
        statement = statement.offset((query.page - 1) * query.size)
    rows = connection.select(statement)
    has_more = len(rows) > query.size
    rows = rows[: query.size]
    return Page(
        items=[listing.read(row[:width]) for row in rows],
        total=total if query.count_up_to else 0,
        is_total_capped=is_capped or not query.count_up_to,
        next_cursor=_write_cursor(rows[-1][width:]) if has_more else None,
    )


def fetch_keys(connection: Connection, listing: Listing, where: Sequence[Condition], limit: int) -> list[Row]:
    """The keys of up to ``limit`` rows that fulfil the conditions, in order of key."""
    statement = listing.rows.where(
        *compile_conditions(tuple(where), _fields(connection, listing, where))
    ).with_only_columns(*listing.key)
    return connection.select(statement.order_by(*listing.key).limit(limit))


def _fields(connection: Connection, listing: Listing, where: Sequence[Condition]) -> dict[str, Field]:
    fields = dict(listing.fields)
    fields.update((name, partial(seek, connection)) for name, seek in listing.seekers.items())
    if any(map(_is_one_namespace, where)):
        fields.update(listing.within_namespace)
    return fields


def _is_one_namespace(condition: Condition) -> bool:
    if not isinstance(condition, Filter):
        return False
    return condition.field == "namespace" and condition.operation is Operation.EQUALS


def _check(query: Query) -> None:
    if not 1 <= query.size <= _LARGEST_SIZE:
        raise InvalidArgumentError([Violation(f"must be from 1 to {_LARGEST_SIZE}, not {query.size}", path="size")])
    if query.page < 1:
        raise InvalidArgumentError([Violation(f"must be 1 or more, not {query.page}", path="page")])


def _order(listing: Listing, sorts: Sequence[Sort]) -> list[tuple[Column, bool]]:
    order: list[tuple[Column, bool]] = []
    for sort in sorts:
        found = listing.orders.get(sort.field)
        if found is None:
            known = ", ".join(sorted(listing.orders))
            raise InvalidArgumentError(
                [Violation(f"unknown sort field {sort.field}", path="sort", hint=f"one of {known}")]
            )
        # What an index goes on with is asked for only where nothing else comes after it.
        columns = found if isinstance(found, tuple) else (found,)
        order += [(column, sort.is_descending) for column in (columns if sort is sorts[-1] else columns[:1])]
    is_down = order[-1][1]
    named = {id(column) for column, _ in order}
    order.extend((column, is_down) for column in listing.key if id(column) not in named)
    return order


def _after(order: list[tuple[Column, bool]], values: list[Any]) -> Clause:
    alternatives: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for (column, is_down), value in zip(order, values, strict=True):
        alternatives.append(and_(*equal, column < value if is_down else column > value))
        equal.append(column == value)
    first, is_down = order[0]
    # Follows from the alternatives; said by itself it is a range an index can be searched by.
    bound = first <= values[0] if is_down else first >= values[0]
    return and_(bound, or_(*alternatives))


def _probe(connection: Connection, query: Query) -> int:
    # A page that is not to be counted needs to know all the same whether many rows match.
    return MANY if query.where and not connection.has_statistics else 0


def _count(connection: Connection, listing: Listing, clauses: Sequence[Clause], limit: int) -> tuple[int, bool]:
    if not limit:
        return 0, True
    inner = (
        listing.rows.where(*clauses)
        .with_only_columns(literal(1), maintain_column_froms=True)
        .limit(limit + 1)
        .subquery()
    )
    total: int = connection.select(select(func.count()).select_from(inner))[0][0]
    return min(total, limit), total > limit


def _write_cursor(values: Row) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def _read_cursor(cursor: str, count: int) -> list[Any]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = msgspec.json.decode(text, type=list[str | int | float])
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise InvalidArgumentError([Violation("is not a cursor of this server", path="cursor", hint=_ANEW)]) from error
    if len(values) != count:
        message = "belongs to a list with another order: sort as for the page it came with"
        raise InvalidArgumentError([Violation(message, path="cursor", hint=_ANEW)])
    return values
