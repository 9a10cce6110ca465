from __future__ import annotations

from decimal import Decimal

import pytest

from expressions.rendering import evaluate, failure, render
from tiercel.expressions import Value
from tiercel.expressions.values import Float32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ("-0x1F", -31),
        ("#ff", 255),
        ("010", 8),
        ("99999999999999999999", 99999999999999999999),
        ("1.5", Float32(1.5)),
        ("0.1", Float32(0.1)),
        ("1e3", Float32(1000.0)),
        ("1e39", 1e39),
        ("16777217.0", 16777217.0),
        ("123456789.123456789", Decimal("123456789.123456789")),
        ("5L", 5),
        ("1.5d", 1.5),
        (".5", Float32(0.5)),
    ],
)
def test_number_takes_the_smallest_kind(text: str, expected: Value) -> None:
    result = evaluate("{{ v | number }}", v=text)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("12", "LONG", "12"),
        ("12", "double", "12.0"),
        ("12.50", "BIGDECIMAL", "12.50"),
        ("0.1", "FLOAT", "0.1"),
        ("12", "NOPE", "12"),
    ],
)
def test_number_of_a_kind(text: str, kind: str, expected: str) -> None:
    assert render("{{ v | number(k) }}", v=text, k=kind) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", None),
        ("1,2", None),
        ("08", None),
        ("Infinity", None),
        ("1.5", "INT"),
        ("5000000000", "INT"),
        ("x", "DOUBLE"),
    ],
)
def test_what_is_no_number(text: str, kind: str | None) -> None:
    assert failure("{{ v | number(k) }}", v=text, k=kind).kind == "evaluation"


@pytest.mark.parametrize(
    ("pattern", "number", "expected"),
    [
        ("#,##0.00", 1234567.891, "1,234,567.89"),
        ("0.00", 1.005, "1.00"),
        ("0.0", 0.25, "0.2"),
        ("#", 2.5, "2"),
        ("#", -0.0, "-0"),
        ("00000", -42, "-00042"),
        ("#.##", 0.5, "0.5"),
        (".00", 0.5, ".50"),
        ("0.###E0", 12345, "1.234E4"),
        ("##0.##E0", 12345, "12.345E3"),
        ("00.#E0", 0.00123, "12.3E-4"),
        ("0.0%", 0.125, "12.5%"),
        ("#‰", 0.125, "125‰"),
        ("¤#,##0.00;(¤#,##0.00)", -5, "($5.00)"),
        ("¤¤0", 5, "USD5"),
        ("'#'0 'o''clock'", 5, "#5 o'clock"),
        ("#,##0.###", Decimal("12345678901234567890.12345"), "12,345,678,901,234,567,890.123"),
        ("", 1234.5, "1,234.5"),
    ],
)
def test_number_format(pattern: str, number: Value, expected: str) -> None:
    assert render("{{ v | numberFormat(p) }}", v=number, p=pattern) == expected


@pytest.mark.parametrize("pattern", ["0.0.0", "#0#", "0;0;0", "'open", "0E", "#,"])
def test_malformed_number_patterns(pattern: str) -> None:
    error = failure("{{ 1 | numberFormat(p) }}", p=pattern)
    assert error.kind == "evaluation"
    assert "is not a number pattern" in error.message


def test_numbers_only() -> None:
    assert "needs a number, not text" in failure("{{ '5' | numberFormat('0') }}").message
    assert "needs a number, not null" in failure("{{ v | abs }}", v=None).message
    assert evaluate("{{ v | abs }}", v=Float32(-1.5)) == Float32(1.5)
