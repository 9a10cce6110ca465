from __future__ import annotations

import pytest

from expressions.rendering import evaluate, failure, render
from tiercel.expressions import Value
from tiercel.expressions.values import EnumName, Uri
from tiercel.model.dialect import Dialect

QUOTES = 'it\'s "so"'


@pytest.mark.parametrize(
    ("filters", "value", "expected"),
    [
        ("upper", "straße", "STRASSE"),
        ("upper", {"a": [1.0]}, "{A=[1.0]}"),
        ("lower", True, "true"),
        ("capitalize", "  one TWO", "  One TWO"),
        ("title", "one-two three_four\tfive", "One-two Three_four\tFive"),
        ("trim", "\t a \u00a0\n", "a \u00a0"),
        ("abbreviate(8)", "abcdefghij", "abcde..."),
        ("abbreviate(3)", "abcdefghij", "abc"),
        ("abbreviate(4)", "abcd", "a..."),
        ("abbreviate(9)", "abcd", "abcd"),
        ("indent(2)", "a\nb\r\nc\rd", "a\n  b\r\n  c\r  d"),
        ("indent(1, '--')", "a\nb", "a\n--b"),
        ("nindent(2)", "a", "\n  a"),
        ("nindent(2)", "", ""),
        ("nl2br", "a\r\nb\nc", "a<br />b<br />c"),
        ("slugify", "Déjà vu, 2_times!", "deja-vu-2-times"),
        ("slugify", "--a  b--", "a-b"),
        ("substringBefore('/')", "a/b/c", "a"),
        ("substringBeforeLast('/')", "a/b/c", "a/b"),
        ("substringAfter('/')", "a/b/c", "b/c"),
        ("substringAfterLast('/')", "a/b/c", "c"),
        ("substringAfter('x')", "a/b/c", ""),
        ("substringBefore('x')", "a/b/c", "a/b/c"),
        ("startsWith('[1')", [1, 2], "true"),
        ("endsWith('x')", None, "false"),
        ("condense", "a \n\t b", "a b"),
        ("sh", "it's", "it'\\''s"),
        ("escapeChar('single')", QUOTES, 'it\\\'s "so"'),
        ("escapeChar('DOUBLE')", QUOTES, 'it\'s \\"so\\"'),
        ("escapeChar('shell') | toJson", ["'", {"a": 1}], '["\'\\\\\'\'",{"a":"1"}]'),
        ("replace({'a': 'b', 'b': 'c'})", "ab", "cc"),
        ("replace({'one': 'two', 'two': 'one'})", "one two", "two two"),
        ("replace({'.': '-'})", "a.b", "a-b"),
        ("replace({'[ab]': '<$0>'}, regexp=true)", "abc", "<a><b>c"),
        ("replace({'1': 'x'}) | toJson", [1, {"k": 21}], '["x",{"k":"2x"}]'),
        ("base64encode", "é", "w6k="),
        ("base64decode", "w6k", "é"),
        ("urlencode", "a b~*é", "a+b%7E*%C3%A9"),
        ("urldecode", "a+b%C3%A9", "a bé"),
        ("md5", "a", "0cc175b9c0f1b6a831c399e269772661"),
        ("sha256 | slice(0, 8)", "a", "ca978112"),
        ("length", "😀a", "3"),
        ("length", EnumName("SUCCESS"), "0"),
    ],
)
def test_filters_on_text(filters: str, value: Value, expected: str) -> None:
    assert render("{{ v | " + filters + " }}", v=value) == expected


@pytest.mark.parametrize(
    "filters",
    [
        "upper",
        "lower",
        "string",
        "capitalize",
        "title",
        "trim",
        "abbreviate(3)",
        "nl2br",
        "indent(1)",
        "slugify",
        "md5",
    ],
)
def test_null_stays_null(filters: str) -> None:
    assert evaluate("{{ v | " + filters + " }}", v=None) is None


@pytest.mark.parametrize(
    ("filters", "value", "reason"),
    [
        ("capitalize", 5, "capitalize needs text, not a whole number"),
        ("md5", Uri("file:///a"), "md5 needs text"),
        ("abbreviate(-1)", "a", "give 0 or more"),
        ("indent(-1)", "a", "give 0 or more"),
        ("indent('2')", "a", "indent needs a whole number, not text"),
        ("escapeChar('html')", "a", "single, double, shell"),
        ("base64decode", "a*", "'*' is no character of base 64"),
        ("base64decode", "a", "cut off"),
        ("urldecode", "%zz", "two hexadecimal digits"),
        ("startsWith(n)", "a", "a value to look for"),
        ("replace('a')", "a", "a map such as"),
        ("condense", 1, "condense can only be applied on strings"),
    ],
)
def test_what_text_filters_refuse(filters: str, value: Value, reason: str) -> None:
    error = failure("{{ v | " + filters + " }}", v=value, n=None)
    assert error.kind == "evaluation"
    assert reason in error.message


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ '%05d|%-4s|%,.2f' | format(42, 'ab', 1234.5) }}", "00042|ab  |1,234.50"),
        ("{{ '%2$s %1$s %<s' | format('a', 'b') }}", "b a a"),
        (
            "{{ '%x %X %o %e %b %s%%' | format(255, 255, 8, 12345.678, true, null) }}",
            "ff FF 10 1.234568e+04 true null%",
        ),
        ("{{ '%+d % d %(d' | format(5, 5, -5) }}", "+5  5 (5)"),
    ],
)
def test_format(template: str, expected: str) -> None:
    assert render(template, Dialect.V2_0) == expected


@pytest.mark.parametrize(
    "template", ["{{ '%d' | format('x') }}", "{{ '%s %s' | format('a') }}", "{{ '%y' | format(1) }}"]
)
def test_format_refuses(template: str) -> None:
    assert failure(template).kind == "evaluation"


def test_growing_text_meets_the_limit() -> None:
    source = "{{ s" + " | replace({'a': 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'})" * 6 + " }}"
    assert failure(source, s="a" * 100).kind == "budget"
    assert failure("{{ '%1000000000s' | format('a') }}").kind == "budget"
