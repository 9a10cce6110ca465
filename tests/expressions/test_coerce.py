from __future__ import annotations

import math

import pytest

from tiercel.errors import ExpressionError
from tiercel.expressions import Value
from tiercel.expressions.coerce import coerce, coerce_name
from tiercel.expressions.text import java_text


@pytest.mark.parametrize(
    ("type_name", "text", "expected"),
    [
        ("String", "", ""),
        ("String", "null", "null"),
        ("Integer", " 5 ", 5),
        ("Integer", "5.5", 5),
        ("Integer", "1e3", 1000),
        ("Integer", "05", 5),
        ("Integer", "null", None),
        ("Long", "5000000000", 5_000_000_000),
        ("Double", ".5", 0.5),
        ("Double", "1", 1.0),
        ("Boolean", "TRUE", True),
        ("Boolean", "0", False),
        ("Boolean", "", None),
        ("List", "[1, 2]", [1, 2]),
        ("Map", '{"a": 1}', {"a": 1}),
    ],
)
def test_plain_types(type_name: str, text: str, expected: Value) -> None:
    result = coerce(text, type_name)
    assert (result, type(result)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("type_name", "text", "expected"),
    [
        ("Duration", "PT1H", "PT1H"),
        ("Duration", "10.5", "PT10.5S"),
        ("Duration", "1 hour", "PT1S"),
        ("ZonedDateTime", "2024-01-01T00:00:00+02:00[Europe/Paris]", "2023-12-31T22:00Z"),
        ("ZonedDateTime", "1704067200", "2024-01-01T00:00Z"),
        ("Instant", "1704067200.5", "2024-01-01T00:00:00.500Z"),
        ("LocalDate", "2024-01-01T10:00:00", "2024-01-01"),
        ("LocalDateTime", "2024-01-01T00:00:00Z", "2024-01-01T00:00"),
        ("LocalTime", "10:00:00.5", "10:00:00.500"),
        ("OffsetTime", "10:00+02:00", "10:00+02:00"),
        ("DayOfWeek", "1", "TUESDAY"),
    ],
)
def test_dates_and_durations(type_name: str, text: str, expected: str) -> None:
    assert java_text(coerce(text, type_name)) == expected


@pytest.mark.parametrize(
    ("type_name", "text"),
    [
        ("Integer", "abc"),
        ("Integer", "true"),
        ("Integer", "2147483648"),
        ("Long", "9223372036854775808"),
        ("Double", "1,5"),
        ("Boolean", "yes"),
        ("Duration", "1h"),
        ("Duration", "P1M"),
        ("ZonedDateTime", "2024-01-01"),
        ("LocalTime", "10"),
        ("DayOfWeek", "monday"),
        ("DayOfWeek", ""),
        ("Map", "[1]"),
        ("Nope", "1"),
    ],
)
def test_refusals_say_what_was_wrong(type_name: str, text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        coerce(text, type_name)
    assert type_name in caught.value.message or repr(text) in caught.value.message


def test_not_a_number_is_a_double() -> None:
    result = coerce("NaN", "Double")
    assert isinstance(result, float)
    assert math.isnan(result)


def test_names_are_told() -> None:
    with pytest.raises(ExpressionError, match="none of RED, GREEN"):
        coerce_name("red", ("RED", "GREEN"))
