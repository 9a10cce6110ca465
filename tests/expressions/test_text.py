from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tiercel.errors import ExpressionError
from tiercel.expressions import Value
from tiercel.expressions.text import java_text, to_json, to_text
from tiercel.expressions.values import (
    Duration,
    Entry,
    Float32,
    Instant,
    LegacyDate,
    LocalDateTime,
    OrderedSet,
    ZonedDateTime,
)
from tiercel.model.dialect import Dialect

MIDNIGHT = LocalDateTime(datetime.fromisoformat("2024-01-01"))
PARIS = ZonedDateTime(datetime(2024, 2, 29, 13, 7, 9, tzinfo=ZoneInfo("Europe/Paris")), 500_000_000, "Europe/Paris")


@pytest.mark.parametrize(
    ("value", "text", "json", "joined"),
    [
        (None, "", "null", "null"),
        (True, "true", "true", "true"),
        (25.0, "25.0", "25.0", "25.0"),
        (1e7, "1.0E7", "1.0E7", "1.0E7"),
        (9999999.0, "9999999.0", "9999999.0", "9999999.0"),
        (0.0001, "1.0E-4", "1.0E-4", "1.0E-4"),
        (0.001, "0.001", "0.001", "0.001"),
        (-0.0, "-0.0", "-0.0", "-0.0"),
        (5e-324, "4.9E-324", "4.9E-324", "4.9E-324"),
        (float("nan"), "NaN", '"NaN"', "NaN"),
        (Float32(1.1), "1.1", "1.1", "1.1"),
        (Float32(16777216), "1.6777216E7", "1.6777216E7", "1.6777216E7"),
        (Decimal("1E+3"), "1000", "1E+3", "1E+3"),
        (Decimal("1E-7"), "0.0000001", "1E-7", "1E-7"),
        ({"a": None, "b": [1, None]}, '{"b":[1,null]}', '{"b":[1,null]}', "{a=null, b=[1, null]}"),
        ('é"\n\x01', 'é"\n\x01', '"é\\"\\n\\u0001"', 'é"\n\x01'),
        ("\x1f", "\x1f", '"\\u001F"', "\x1f"),
        (OrderedSet(["b", "a"]), '["b","a"]', '["b","a"]', "[b, a]"),
        (Duration(93_600), "PT26H", "93600.000000000", "PT26H"),
        (Duration(0), "PT0S", "0.0", "PT0S"),
        (date(2024, 1, 1), "2024-01-01", '"2024-01-01"', "2024-01-01"),
        (
            LocalDateTime(datetime.fromisoformat("2024-01-01")),
            "2024-01-01T00:00",
            '"2024-01-01T00:00:00"',
            "2024-01-01T00:00",
        ),
        (LegacyDate(0), *(["Thu Jan 01 00:00:00 UTC 1970", '"1970-01-01T00:00:00.000+00:00"'] * 2)[:3]),
    ],
)
def test_printing(value: Value, text: str, json: str, joined: str) -> None:
    assert (to_text(value, Dialect.V1_3), to_json(value, Dialect.V1_3), java_text(value)) == (text, json, joined)


def test_dates_in_json_differ_by_dialect() -> None:
    assert to_json(PARIS, Dialect.V1_3) == '"2024-02-29T12:07:09.5Z"'
    assert to_json(PARIS, Dialect.V2_0) == '"2024-02-29T12:07:09.500000Z"'
    assert to_json(Instant(0, 1_000_000), Dialect.V1_3) == '"1970-01-01T00:00:00.001Z"'
    assert to_json(Instant(0, 1_234), Dialect.V2_0) == '"1970-01-01T00:00:00.000001Z"'


def test_zoned_text_keeps_zone_and_drops_zero_seconds() -> None:
    assert str(PARIS) == "2024-02-29T13:07:09.500+01:00[Europe/Paris]"
    offset = timezone(timedelta(hours=-5))
    assert str(ZonedDateTime(datetime(2024, 1, 1, 10, tzinfo=offset))) == "2024-01-01T10:00-05:00"
    assert str(ZonedDateTime(datetime(2024, 1, 1, tzinfo=UTC), 1, "UTC")) == "2024-01-01T00:00:00.000000001Z[UTC]"


def test_instants_beyond_python_dates() -> None:
    assert str(Instant(1_704_067_200_123)) == "+55969-09-28T00:02:03Z"
    assert str(Instant(-62_198_755_200)) == "-0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Duration(-1, 500_000_000), "PT-0.5S"),
        (Duration(-2, 500_000_000), "PT-1.5S"),
        (Duration(-3660), "PT-1H-1M"),
        (Duration(5400), "PT1H30M"),
        (Duration(0, 1), "PT0.000000001S"),
    ],
)
def test_durations(duration: timedelta, text: str) -> None:
    assert str(duration) == text
    assert Duration.of(Duration(5, 250_000_000).to_timedelta()) == Duration(5, 250_000_000)


def test_entries_print_as_pairs_and_are_maps_in_json() -> None:
    entry = Entry("a", [1])
    assert (to_text(entry, Dialect.V1_3), to_json(entry, Dialect.V1_3)) == ("a=[1]", '{"a":[1]}')


def test_deep_values_are_refused_clearly() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ExpressionError, match="nested too deep"):
        to_json(value, Dialect.V1_3)


def test_decimals_of_huge_size_are_refused_clearly() -> None:
    with pytest.raises(ExpressionError, match="digits"):
        to_text(Decimal("1E+999999999"), Dialect.V1_3)
