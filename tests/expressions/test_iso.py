from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, strategies

from tiercel.expressions import iso
from tiercel.expressions.values import Duration, LocalTime


@pytest.mark.parametrize(
    ("text", "seconds", "nanos"),
    [
        ("PT1H30M", 5400, 0),
        ("P1DT2H", 93_600, 0),
        ("pt1h", 3600, 0),
        ("-PT0.5S", -1, 500_000_000),
        ("PT-1.5S", -2, 500_000_000),
        ("PT1,5S", 1, 500_000_000),
        ("PT+1H", 3600, 0),
    ],
)
def test_durations(text: str, seconds: int, nanos: int) -> None:
    assert iso.parse_duration(text) == Duration(seconds, nanos)


@pytest.mark.parametrize("text", ["P1M", "P1W", "P1Y", "PT", "P", "P1DT", "1h", "PT1.5H", "P1.5D", "PT1S2M", ""])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        iso.parse_duration(text)


@given(strategies.integers(-(10**12), 10**12), strategies.integers(0, 999_999_999))
def test_every_duration_reads_back(second: int, nanosecond: int) -> None:
    duration = Duration(second, nanosecond)
    assert iso.parse_duration(str(duration)) == duration


def test_zoned_keeps_nanoseconds_and_zone() -> None:
    text = "2024-02-29T13:07:09.123456789+01:00[Europe/Paris]"
    assert str(iso.parse_zoned(text)) == text


def test_the_offset_chooses_the_hour_of_an_overlap() -> None:
    first = iso.parse_zoned("2024-10-27T02:30:00+02:00[Europe/Paris]")
    second = iso.parse_zoned("2024-10-27T02:30:00+01:00[Europe/Paris]")
    assert second.epoch_second - first.epoch_second == 3600


@pytest.mark.parametrize(
    ("text", "second"),
    [("2024-01-01T00:00:00+0200", 1704060000), ("2024-01-01T00:00+02", 1704060000), ("2024-01-01T00:00Z", 1704067200)],
)
def test_forms_of_offsets(text: str, second: int) -> None:
    assert iso.parse_instant(text).second == second


@pytest.mark.parametrize("text", ["2024-01-01", "2024-1-1T00:00:00Z", "2024-01-01T24:00:00Z", "2024-02-30T00:00Z"])
def test_what_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"ISO 8601|day|hour"):
        iso.parse_instant(text)


def test_dates_and_times() -> None:
    assert iso.parse_date("2024-02-29") == date(2024, 2, 29)
    assert iso.parse_time("10:00:00.5") == LocalTime(time(10), 500_000_000)
    assert str(iso.parse_offset_time("10:00:30+02:00")) == "10:00:30+02:00"
    assert iso.parse_zoned("2024-01-01T00:00:00-03:30").moment.utcoffset() == -timedelta(hours=3, minutes=30)
