"""What charts ask of the database, and what it answers."""

from __future__ import annotations

from msgspec import Struct

from tiercel.model.dashboard import ChartQuery
from tiercel.model.json import Json
from tiercel.repository.query import Condition

MOST_READ = 1_000_000
"""A chart is made of no more rows than this, the newest."""

MOST_GIVEN = 1000
"""A chart has no more bars, slices, points or lines of a table at once."""


class Span(Struct, frozen=True):
    """From ``start`` to before ``end``, microseconds since 1970."""

    start: int
    end: int


class ChartRows(Struct, kw_only=True):
    """What a chart shows.

    Attributes:
        rows: By name of column; times and durations in microseconds.
        total: How many rows there are on all pages, up to 10,000.
        bucket: Width of the stretches that times are put together by, microseconds; 0 when none are.
        is_partial: There was more to count than MOST_READ.
    """

    rows: list[dict[str, Json]]
    total: int
    bucket: int = 0
    is_partial: bool = False


class ChartRequest(Struct, frozen=True, kw_only=True):
    """What is asked of the database.

    Attributes:
        where: Conditions beside those of the query, by the names of lists; those a dataset does not know are left out.
        required: As ``where``, and each must be known.
        span: None when the dataset has no time.
        page: From 1.
    """

    query: ChartQuery
    where: tuple[Condition, ...] = ()
    required: tuple[Condition, ...] = ()
    span: Span | None = None
    size: int = MOST_GIVEN
    page: int = 1
