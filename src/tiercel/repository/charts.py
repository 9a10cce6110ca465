"""Rows and figures for charts: grouped and added up by the database, over a bounded stretch of time and of rows.

What composes the statements is loaded with the first chart asked for: it imports SQLAlchemy.
"""

from __future__ import annotations

from msgspec import Struct

from tiercel.model.dashboard import ChartQuery
from tiercel.model.json import Json
from tiercel.repository.connection import Connection
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


def read_rows(connection: Connection, request: ChartRequest) -> ChartRows:
    """The rows of a chart.

    Raises:
        InvalidError: A condition does not fit its field.
    """
    from tiercel.repository.search.charts import fetch_rows  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_rows(connection, request)


def read_figure(connection: Connection, request: ChartRequest, *, is_share: bool) -> float | None:
    """The one figure of a chart, or the share of its numerator in a hundred; None when there is nothing.

    Raises:
        InvalidError: A condition does not fit its field.
    """
    from tiercel.repository.search.charts import fetch_figure  # noqa: PLC0415 (loads SQLAlchemy)

    return fetch_figure(connection, request, is_share=is_share)
