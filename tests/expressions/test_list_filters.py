from __future__ import annotations

from datetime import date

import pytest

from expressions.rendering import evaluate, failure, render
from tiercel.expressions import Value
from tiercel.expressions.values import Duration


@pytest.mark.parametrize(
    ("filters", "value", "expected"),
    [
        ("first", [], None),
        ("first", "ab", "a"),
        ("last", [1, 2], 2),
        ("join(', ')", [1, 2.0, None, [True]], "1, 2.0, null, [true]"),
        ("reverse", [1, 2], [2, 1]),
        ("sort", ["b", "B", "é", "a"], ["B", "a", "b", "é"]),
        ("rsort", [1, 3, 2], [3, 2, 1]),
        ("sort", [date(2024, 2, 1), date(2024, 1, 1)], [date(2024, 1, 1), date(2024, 2, 1)]),
        ("sort", [Duration(2), Duration(1)], [Duration(1), Duration(2)]),
        ("slice(1, 2)", [1, 2, 3], [2]),
        ("slice(1)", "abc", "bc"),
        ("slice(3)", [1, 2, 3], []),
        ("chunk(2)", [1, 2, 3], [[1, 2], [3]]),
        ("flatten", [1, [2, [3]]], [1, 2, [3]]),
        ("distinct", [1, "1", 1.0, 1, [2], [2]], [1, "1", 1.0, [2]]),
        ("keys | join(',')", {"b": 1, "a": 2}, "b,a"),
        ("values | join(',')", {"b": 1, "a": 2}, "1,2"),
        ("keys | join(',')", ["x", "y"], "0,1"),
        ("merge([3])", [1], [1, 3]),
        ("merge({'k': 3})", [1], [1, {"k": 3}]),
        ("merge({'b': 3})", {"a": 1, "b": 2}, {"a": 1, "b": 3}),
        ("merge([9])", None, [9]),
        ("default('d')", " ", "d"),
        ("default('d')", "\u00a0", "\u00a0"),
        ("default('d')", {}, "d"),
        ("default('d')", 0, 0),
        ("length", {"a": 1}, 1),
        ("length", 12, 0),
    ],
)
def test_filters_on_lists(filters: str, value: Value, expected: Value) -> None:
    result = evaluate("{{ v | " + filters + " }}", v=value)
    assert result == expected
    assert type(result) is type(expected)


def test_a_missing_variable_takes_its_default() -> None:
    assert render("{{ a.b.c | upper | default('x') }}", a={}) == "x"


@pytest.mark.parametrize(
    ("filters", "value"),
    [
        ("sort", [1, "a"]),
        ("sort", [1, 1.5]),
        ("sort", [1, None]),
        ("sort", [[1], [2]]),
        ("keys | sort", {"a": 1}),
        ("keys | slice(0, 1)", {"a": 1}),
        ("first", ""),
        ("first", {"a": 1}),
        ("join(',')", "abc"),
        ("join(1)", [1]),
        ("slice(1, 1)", [1, 2]),
        ("slice(0, 9)", [1]),
        ("slice(-1)", [1]),
        ("chunk(0)", [1]),
        ("flatten", "a"),
        ("values", [1]),
        ("merge('x')", [1]),
        ("merge(5)", {"a": 1}),
    ],
)
def test_what_list_filters_refuse(filters: str, value: Value) -> None:
    assert failure("{{ v | " + filters + " }}", v=value).kind == "evaluation"
