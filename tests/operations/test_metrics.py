"""Figures added up over stretches of time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tiercel.operations.metrics import Aggregation, Grouping, _grouping, _stretches, _value
from tiercel.repository.metrics import Sum

HOUR, DAY = 3_600_000_000, 86_400_000_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("length", "grouping"),
    [
        (HOUR, Grouping.MINUTE),
        (6 * HOUR, Grouping.MINUTE),
        (7 * HOUR, Grouping.HOUR),
        (DAY, Grouping.HOUR),
        (2 * DAY, Grouping.DAY),
        (180 * DAY, Grouping.DAY),
        (181 * DAY, Grouping.WEEK),
        (366 * DAY, Grouping.MONTH),
    ],
)
def test_the_longer_the_time_the_longer_its_stretches(length: int, grouping: Grouping) -> None:
    assert _grouping(length) is grouping


@pytest.mark.parametrize(
    ("grouping", "start", "end", "begins"),
    [
        (Grouping.MONTH, "2026-01-31T05:00", "2026-03-01T00:00", ["2026-01-01", "2026-02-01"]),
        (Grouping.WEEK, "2026-01-01", "2026-01-06", ["2025-12-29", "2026-01-05"]),
        (Grouping.HOUR, "2026-01-01T22:30", "2026-01-02T00:30", ["2026-01-01T22", "2026-01-01T23", "2026-01-02T00"]),
    ],
)
def test_stretches_begin_where_calendars_do(grouping: Grouping, start: str, end: str, begins: list[str]) -> None:
    assert list(_stretches(grouping, at(start), at(end))) == [at(begin) for begin in begins]


def test_the_end_of_time_is_no_trouble() -> None:
    found = list(_stretches(Grouping.MONTH, at("9999-11-05"), at("9999-12-31T23:59")))
    assert found == [at("9999-11-01"), at("9999-12-01")]


def test_stretches_of_days_make_those_of_weeks() -> None:
    sums = [Sum(0, 10.0, 1.0, 6.0, 3), Sum(DAY, 2.0, 2.0, 2.0, 1)]
    assert {one: _value(sums, one) for one in Aggregation} == {"sum": 12.0, "avg": 3.0, "min": 1.0, "max": 6.0}
    assert {one: _value([], one) for one in Aggregation} == {"sum": 0, "avg": None, "min": None, "max": None}
