"""What a list is asked for, and the page it answers with. Free of SQLAlchemy, so that callers stay cheap to import."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Operation(StrEnum):
    """How a field is compared."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    GREATER_THAN = "GREATER_THAN"
    LESS_THAN = "LESS_THAN"
    GREATER_THAN_OR_EQUAL_TO = "GREATER_THAN_OR_EQUAL_TO"
    LESS_THAN_OR_EQUAL_TO = "LESS_THAN_OR_EQUAL_TO"
    IN = "IN"
    NOT_IN = "NOT_IN"
    STARTS_WITH = "STARTS_WITH"
    ENDS_WITH = "ENDS_WITH"
    CONTAINS = "CONTAINS"
    NOT_CONTAINS = "NOT_CONTAINS"
    REGEX = "REGEX"
    PREFIX = "PREFIX"
    IS_NULL = "IS_NULL"
    IS_NOT_NULL = "IS_NOT_NULL"


class Filter(Struct, frozen=True):
    """One comparison.

    Attributes:
        value: Text, a number, microseconds UTC for a time, or several texts for IN and NOT_IN.
        key: For a map such as labels: the key the value belongs to.
    """

    field: str
    operation: Operation
    value: str | float | tuple[str, ...] = ""
    key: str | None = None


class Group(Struct, frozen=True):
    """Comparisons of which one (``is_any``) or all must hold."""

    members: tuple[Filter | Group, ...]
    is_any: bool = False


Condition: TypeAlias = Filter | Group


class Sort(Struct, frozen=True):
    """One field of the order."""

    field: str
    is_descending: bool = False


class Query(Struct, frozen=True, kw_only=True):
    """What a list is asked for.

    Attributes:
        where: Conditions that must all hold.
        sort: Most important first; when empty the list has its own order. Ties are broken by the key of the rows.
        page: From 1; ignored with a cursor.
        cursor: ``next_cursor`` of the page before, which must have been asked with the same conditions and order.
        count_up_to: Counting stops there, see ``Page.is_total_capped``; 0 spares the count.
    """

    where: tuple[Condition, ...] = ()
    sort: tuple[Sort, ...] = ()
    size: int = 10
    page: int = 1
    cursor: str | None = None
    count_up_to: int = 10_000


class Page(Struct, Generic[T], kw_only=True):
    """One page of a list.

    Attributes:
        total: How many there are in all, or at least, when ``is_total_capped``.
        next_cursor: Asks for what follows; None when nothing does.
    """

    items: list[T]
    total: int
    is_total_capped: bool = False
    next_cursor: str | None = None
