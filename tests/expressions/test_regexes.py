from __future__ import annotations

import pytest

from expressions.rendering import context_of, evaluate, failure
from tiercel.errors import ExpressionError
from tiercel.expressions import Limits, Value
from tiercel.expressions.java_regex import compile_pattern, search, split, substitute


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\w+", "é1", "1"),
        (r"\p{L}+", "éa1", "éa"),
        (r"\Qa.b\E", "axb a.b", "a.b"),
        (r"\x{41}\0101\u0041", "AAA", "AAA"),
        ("a.b", "a\rb a-b", "a-b"),
        ("(?s)a.b", "a\rb", "a\rb"),
        (r"a\Z", "a\n", "a"),
        (r"a\z", "a\n", None),
        (r"[a-c&&[^b]]+", "bac", "ac"),
        (r"[\w.-]+", "é a.b-c", "a.b-c"),
        (r"(?<y>a)\k<y>", "aba aa", "aa"),
        (r"\bfoo\b", "xfoo foo", "foo"),
        ("(?i)ab", "xAB", "AB"),
        (r"a{2,}", "a aaa", "aaa"),
        ("a++b", "aab", "aab"),
    ],
)
def test_patterns(pattern: str, text: str, expected: str | None) -> None:
    match = search(context_of(), pattern, text)
    assert (match[0] if match else None) == expected


@pytest.mark.parametrize("pattern", ["[", "+", "(", "a{x", "\\", r"\y"])
def test_malformed_patterns(pattern: str) -> None:
    with pytest.raises(ExpressionError, match="is not a regular expression"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "replacement", "text", "expected"),
    [
        ("(a)(b)", "$2$1", "xab", "xba"),
        ("(a)", "$10", "a", "a0"),
        ("(?<n>b)", "<${n}>", "abc", "a<b>c"),
        ("b", r"\$1", "abc", "a$1c"),
        ("a*", "x", "aab", "xxbx"),
        ("(a)|b", "[$1]", "b", "[]"),
    ],
)
def test_replacements(pattern: str, replacement: str, text: str, expected: str) -> None:
    assert substitute(context_of(), pattern, replacement, text) == expected


@pytest.mark.parametrize("replacement", ["$1", "$", "${n}", "\\"])
def test_malformed_replacements(replacement: str) -> None:
    with pytest.raises(ExpressionError):
        substitute(context_of(), "b", replacement, "abc")


@pytest.mark.parametrize(
    ("pattern", "text", "limit", "expected"),
    [
        (",", "a,b,,c,,", 0, ["a", "b", "", "c"]),
        (",", "a,b,,c,,", -1, ["a", "b", "", "c", "", ""]),
        (",", "a,b,c", 2, ["a", "b,c"]),
        ("", "abc", 0, ["a", "b", "c"]),
        ("", "", 0, [""]),
        (".", "a.b", 0, []),
        (" ", " a", 0, ["", "a"]),
        ("(?=b)", "abab", 0, ["a", "ba", "b"]),
    ],
)
def test_split(pattern: str, text: str, limit: int, expected: Value) -> None:
    assert split(context_of(), pattern, text, limit) == expected


def test_a_slow_pattern_is_stopped() -> None:
    context = context_of(limits=Limits(regex_seconds=0.05))
    with pytest.raises(ExpressionError) as caught:
        search(context, r"(?:x+x+)+y(?!z)(\d)\1", "x" * 5000)
    assert caught.value.kind == "budget"


def test_filters() -> None:
    assert evaluate("{{ 'a1b22' | regexExtract('([a-z])([0-9]+)', 2) }}") == "1"
    assert evaluate("{{ 'abc' | regexExtract('[0-9]', 7) }}") is None
    assert evaluate("{{ null | regexMatch('a') }}") is False
    assert evaluate("{{ [1, 'a'] | regexMatch('1, a') }}") is True
    assert evaluate("{{ 'a-b' | split('-') }}") == ["a", "b"]
    assert failure("{{ 'a1' | regexExtract('[0-9]', 7) }}").kind == "evaluation"
