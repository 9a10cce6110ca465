from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from expressions.rendering import evaluate, failure, render
from tiercel.expressions import Value
from tiercel.expressions.values import Duration, Float32, Instant, ZonedDateTime
from tiercel.model.dialect import Dialect

PARIS = ZonedDateTime(datetime(2024, 1, 1, 10, tzinfo=ZoneInfo("Europe/Paris")), 0, "Europe/Paris")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"b": 1, "a": {"l": [1, [2, {"k": None}]]}},
            "b: 1\na:\n  l:\n   - 1\n   -\n     - 2\n     -\n      k: null\n",
        ),
        ([], "[]\n"),
        ([{}, []], " - {}\n - []\n"),
        (None, "null"),
        ("", '--- ""\n'),
        ("plain text", "plain text\n"),
        ("yes", '"yes"\n'),
        ("12", "12\n"),
        ("012", "'012'\n"),
        ("a: b", '"a: b"\n'),
        ("a:", '"a:"\n'),
        ("- a", "'- a'\n"),
        ("[a", '"[a"\n'),
        ("#a", '"#a"\n'),
        (" a", "' a'\n"),
        ("a\tb", '"a\\tb"\n'),
        ("a\x7fb", '"a\\x7fb"\n'),
        ("a\nb", "|-\n  a\n  b\n"),
        ({"k": "a\nb\n"}, "k: |\n  a\n  b\n"),
        (["a\nb"], " - |-\n  a\n  b\n"),
        ({"1": 1, "-x": 2, "true": 3, "a b": 4}, '"1": 1\n"-x": 2\n"true": 3\na b: 4\n'),
        ({"a\nb": 1}, '? "a\\nb"\n: 1\n'),
        (1e10, "1.0E10\n"),
        (PARIS, "2024-01-01T10:00:00+01:00\n"),
        (Duration(90), "90.000000000\n"),
    ],
)
def test_written_yaml(value: Value, expected: str) -> None:
    assert render("{{ v | yaml }}", v=value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: yes\nb: off\nc: y", {"a": True, "b": False, "c": "y"}),
        ("[012, 0x1F, 1_000, 0b11, 08, +1]", [10, 31, 1000, 3, "08", 1]),
        ("[1.0, 1e3, .5, 1.]", [1.0, 1000.0, 0.5, 1.0]),
        ("a: &x 1\nb: *x", {"a": 1, "b": "x"}),
        ("a: 1\na: 2", {"a": 2}),
        ("a: 1\n---\nb: 2", {"a": 1}),
        ("a: '1'\nb: !!int '2'\nc: !!str 3\nd: !!float 4", {"a": "1", "b": 2, "c": "3", "d": 4.0}),
        ("1: a\nnull: b", {"1": "a", "null": "b"}),
        ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ("a: 2024-01-01\nb: 1:30", {"a": "2024-01-01", "b": "1:30"}),
        ("a: ~\nb: c\t\nd: |\n  x\ty", {"a": None, "b": "c", "d": "x\ty"}),
    ],
)
def test_read_yaml(text: str, expected: Value) -> None:
    assert evaluate("{{ yaml(v) }}", v=text) == expected


@pytest.mark.parametrize("text", ["", "# nothing", "a: \tx", "a: [1", "a: b: c", "a: .inf", "[1]: a", 5, None])
def test_what_is_no_yaml(text: str) -> None:
    assert failure("{{ yaml(v) }}", v=text).kind == "evaluation"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1, "b c": [None, True], "null": "x\n\"é'"}, "{a:1,'b c':[null,true],'null':\"x\\n\\\"é'\"}"),
        (1.5, "1.5e0"),
        (1e7, "1.0e7"),
        (2.0, "2e0"),
        (Float32(0.1), "0.10000000149011612e0"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (Decimal("1.10"), "1.10"),
        (Decimal(100), "100."),
        (Decimal("1E+3"), "1d3"),
        (Decimal("0.0000001"), "1d-7"),
        (PARIS, 'ZonedDateTime::"2024-01-01T10:00:00+01:00[Europe/Paris]"'),
        (date(2024, 1, 1), "2024-01-01"),
        (Instant(1704067200, 5_000_000), "2024-01-01T00:00:00.005Z"),
    ],
)
def test_written_ion(value: Value, expected: str) -> None:
    assert render("{{ v | toIon }}", v=value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a:1, b:sym, 'c d':\"s\", e:(1 2), f:null.int}", {"a": 1, "b": "sym", "c d": "s", "e": [1, 2], "f": None}),
        ("{a:1.5, b:1e0, c:{{aGk=}}}", {"a": Decimal("1.5"), "b": 1.0, "c": "aGk="}),
        ("1 2 oops[", 1),
        ("", None),
        ("2024-01T", date(2024, 1, 1)),
        ("2024-01-01T10:00:00.5Z", Instant(1704103200, 500_000_000)),
        ("tag::{a:1}", "tag::{a:1}"),
    ],
)
def test_read_ion(text: str, expected: Value) -> None:
    result = evaluate("{{ fromIon(v) }}", Dialect.V2_0, v=text)
    assert result == expected
    assert type(result) is type(expected)


def test_all_rows_of_ion() -> None:
    assert evaluate("{{ fromIon('{a:1}{a:2}', allRows=true) }}") == [{"a": 1}, {"a": 2}]
    assert evaluate("{{ fromIon('', allRows=true) }}") == []
    assert evaluate("{{ fromIon(null) }}") is None
    assert failure("{{ fromIon('{a:1') }}").kind == "evaluation"


def test_midnight_in_ion_depends_on_the_dialect() -> None:
    source = "{{ fromIon('2024-01-01T00:00:00Z') }}"
    assert render(source, Dialect.V1_3) == "2024-01-01"
    assert render(source, Dialect.V2_0) == "2024-01-01T00:00:00Z"


def test_dates_come_back_from_ion() -> None:
    assert evaluate("{{ fromIon(v | toIon) }}", v=PARIS) == PARIS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (' {"a":1.0,"a":2} ', {"a": 2}),
        ("1 2", 1),
        ("[1e2,-0,12345678901234567890]", [100.0, 0, 12345678901234567890]),
        ('"\\u00e9"', "é"),
        ("null", None),
    ],
)
def test_read_json(text: str, expected: Value) -> None:
    assert evaluate("{{ fromJson(v) }}", v=text) == expected


@pytest.mark.parametrize("text", ["", " ", "{", "[1,]", "{a:1}", "NaN", "01", "1x", "// c\n1", '"\n"', 5])
def test_what_is_no_json(text: int | str) -> None:
    assert failure("{{ fromJson(v) }}", v=text).kind == "evaluation"


def test_deep_nesting_is_refused() -> None:
    assert failure("{{ fromJson(v) }}", v="[" * 100_000).kind == "evaluation"
    assert failure("{{ yaml(v) }}", v="[" * 20_000).kind in {"budget", "evaluation"}


def test_the_short_name_of_from_json_is_gone_in_2_0() -> None:
    assert render("{{ json('[7]')[0] }}") == "7"
    error = failure("{{ json('[7]')[0] }}", Dialect.V2_0)
    assert (error.kind, "no function json" in str(error)) == ("unknown", True)
