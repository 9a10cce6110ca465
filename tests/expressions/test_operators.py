from __future__ import annotations

from decimal import Decimal

import pytest

from expressions.rendering import evaluate, failure, render
from tiercel.expressions import Value
from tiercel.expressions.values import EnumName, Float32, OrderedSet, Uri
from tiercel.model.dialect import Dialect

V1, V2 = Dialect.V1_3, Dialect.V2_0


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("7 / 2.0", 3.5),
        ("0.1 + 0.2", 0.30000000000000004),
        ("1 + 2 ~ 'a'", "12a"),
        ("'1' + 2", "12"),
        ("'a' + null", "anull"),
        ("'a' ~ null ~ 'b'", "ab"),
        ("[1] + 2", [1, 2]),
        ("[1] + [2, 3]", [1, 2, 3]),
        ("['a', 'b'] + 'c'", "[a, b]c"),
        ("[1, 2, 2] - 2", [1, 2]),
        ("[1, 2, 2] - [2]", [1]),
        ("1..4", [1, 2, 3, 4]),
        ("4..1", []),
        ("'a'..'d'", ["a", "b", "c", "d"]),
        ("1 == 1.0", True),
        ("1 == '1'", False),
        ("true == 1", False),
        ("[1] == [1.0]", False),
        ("{'a': [1]} == {'a': [1]}", True),
        ("null == null", True),
        ("null < 1", False),
        ("not true == false", True),
        ("true or missing", True),
        ("false and missing", False),
        ("'hello' contains 'ell'", True),
        ("[1, 2, 3] contains [1, 3]", True),
        ("{'a': 1} contains 'a'", True),
        ("null contains 1", False),
        ("'1' isIn [1, 2]", True),
        ("1 isIn [1.0]", False),
        ("'a' not in ['b']", True),
        ("true ? false ? 1 : 2 : 3", 2),
        ("null ? 1 : 2", 2),
        ("7.0 / 0", float("inf")),
        ("5L", 5),
        ("9223372036854775807 + 1", -(2**63)),
        ("5000000000 * 5000000000", 6553255926290448384),
        ("TRUE", True),
        ("3 is odd and 4 is even", True),
        ("'' is empty and [] is empty and not (0 is empty)", True),
        ("[] is iterable and {} is map", True),
        ("'{}' is json and not ('{' is json)", True),
        ('"a#{1 + 1}b"', "a2b"),
        ('"#{1 + 1}"', 2),
        (r"'it\'s'", "it's"),
        (r"'\n'", "\\n"),
    ],
)
def test_value_in_both_dialects(expression: str, expected: Value) -> None:
    for dialect in Dialect:
        result = evaluate(f"{{{{ {expression} }}}}", dialect)
        assert (result, type(result)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("expression", "in_1_3", "in_2_0"),
    [
        ("'q' ?? 'ab' ~ 'c'", "qc", "q"),
        ("1 < missing ?? 2", "true", "2"),
        ("'10' < '9'", None, "true"),
        ("'12' - 5", None, "7"),
        ("'1.5' * 2", None, "3.0"),
        ("1 + missing ?? 2", "3", None),
    ],
)
def test_dialects_differ(expression: str, in_1_3: str | None, in_2_0: str | None) -> None:
    source = f"{{{{ {expression} }}}}"
    for dialect, expected in ((V1, in_1_3), (V2, in_2_0)):
        if expected is None:
            assert failure(source, dialect).kind in {"evaluation", "undefined"}
        else:
            assert render(source, dialect) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "1 + null",
        "null + null",
        "{} + 1",
        "1 + [1]",
        "true * 2",
        "1 / 0",
        "1 % 0",
        "'a' < 1",
        "[1] < [2]",
        "'a'..1",
        "1 contains 1",
        "[] ? 1 : 2",
        "null and true",
        "not null",
        "2.5 is odd",
        "99999999999999999999",
    ],
)
def test_refused_in_both_dialects(expression: str) -> None:
    for dialect in Dialect:
        error = failure(f"{{{{ {expression} }}}}", dialect)
        assert (error.kind, error.line) == ("evaluation", 1)


def test_decimals() -> None:
    values = {"a": Decimal("1.10"), "b": 1}
    assert render("{{ a }} {{ [a] }} {{ a + b }} {{ a * 3 }} {{ a == 1.1 }} {{ a > 1.1 }}", **values) == (
        "1.10 [1.10] 2.1 3.30 true false"
    )


def test_narrow_floats_stay_narrow() -> None:
    source = "{{ f + 1 }} {{ f * 2 }} {{ f / 3 }} {{ f + 0.0 }}"
    assert render(source, f=Float32(1.1)) == "2.1 2.2 0.36666667 1.100000023841858"


def test_large_whole_numbers_keep_their_size() -> None:
    assert render("{{ n + 1 }}", n=2**70) == str(2**70 + 1)


def test_sets_are_neither_indexed_nor_extended() -> None:
    values = OrderedSet([1, 2])
    assert render("{{ s contains 1 }}{{ s }}", s=values) == "true[1,2]"
    assert failure("{{ s[0] }}", s=values).kind == "undefined"
    assert failure("{{ s + 1 }}", s=values).kind == "evaluation"


def test_names_and_addresses_are_not_text() -> None:
    assert render("{{ e == 'A' }} {{ u == 'kestra:///x' }}", e=EnumName("A"), u=Uri("kestra:///x")) == "true false"


def test_the_fast_path_and_the_slow_path_of_dicts_agree() -> None:
    class Lazy(dict[str, Value]):
        pass

    assert render("{{ a.b.c }} {{ a['b'].c }}", a=Lazy({"b": {"c": 1}})) == "1 1"
