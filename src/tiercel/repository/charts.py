"""Rows and figures for charts: grouped and added up by the database, over a bounded stretch of time and of rows.

What composes the statements is loaded with the first chart asked for: it imports SQLAlchemy.
"""

from __future__ import annotations

from tiercel.repository.chart_records import ChartRequest, ChartRows
from tiercel.repository.connection import Connection


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
