from __future__ import annotations

import pytest

from expressions.rendering import FixedHost, context_of, evaluate, failure
from tiercel.errors import ExpressionError
from tiercel.expressions import Limits, Value, compile_template

DATA = {
    "a": 1,
    "b": [3, 1, 2],
    "c": {"d": "x", "none": None},
    "s": "hello world",
    "f": 1.5,
    "l": [{"id": 1, "n": "x"}, {"id": 2, "n": "y"}, {"id": 3, "n": "x"}],
}


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (".", [{key: value for key, value in DATA.items() if key != "c"} | {"c": {"d": "x"}}]),
        (".b[]", [3, 1, 2]),
        (".b[1:], .b[-1], .b[9], .missing.x", [[1, 2], 2, None, None]),
        (".s[0:5], .s[-3:]", ["hello", "rld"]),
        ('."a", .["a"], .c."d"', [1, 1, "x"]),
        ('[.l[] | select(.n == "x") | .id]', [[1, 3]]),
        (".l | map({(.n): .id}) | add", [{"x": 3, "y": 2}]),
        (".l | group_by(.n) | map(length)", [[2, 1]]),
        (".l | max_by(.id).id, (min_by(.id) | .id)", [3, 1]),
        ("[.l[] | {id, n}] | length", [3]),
        (".b | sort, unique, reverse, add, min, max, length", [[1, 2, 3], [1, 2, 3], [2, 1, 3], 6, 1, 3, 3]),
        ("keys, (.b | keys)", [["a", "b", "c", "f", "l", "s"], [0, 1, 2]]),
        ("[.[] | type] | unique", [["array", "number", "object", "string"]]),
        ('if .a == 1 then "y" elif .a == 2 then "m" else "n" end', ["y"]),
        ('.x // "d", (.a // 5), (empty // 7)', ["d", 1, 7]),
        ("[.b[] | . * 2 + 1]", [[7, 3, 5]]),
        ("10 / 2, 10 / 4, 7 % 3, -7 % 3, .f + 0.5, 1.0, .f * 2", [5, 2.5, 1, -1, 2, 1.0, 3]),
        (".f | floor, ceil, round", [1.0, 2.0, 2.0]),
        ("[1.0, 1] | tojson", ["[1,1]"]),
        ("reduce .b[] as $x (0; . + $x)", [6]),
        ("[foreach .b[] as $x (0; . + $x; [$x, .])]", [[[3, 3], [1, 4], [2, 6]]]),
        (". as {a: $x, b: [$y]} | [$x, $y]", [[1, 3]]),
        ("def f(g): g | g; 3 | f(. + 1)", [5]),
        ("def f($x; y): $x + y; f(1, 2; 10)", [11, 12]),
        ("def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; 5 | fac", [120]),
        ("[limit(2; range(10))], [first(range(5; 9))], [range(0; 10; 4)]", [[0, 1], [5], [0, 4, 8]]),
        ("label $out | .b[] | if . == 1 then ., break $out else . end", [3, 1]),
        ('try error("x") catch ., (.a.b)?', ["x"]),
        ('[.b[] | try (if . == 1 then error("e") else . end) catch "c"]', [[3, "c", 2]]),
        ('"\\(.a)-\\(.s)"', ["1-hello world"]),
        (
            '@base64 "<\\(.s)>", (.b | @csv), (.s | @uri), (["it\'s"] | @sh)',
            ["<aGVsbG8gd29ybGQ=>", "3,1,2", "hello%20world", "'it'\\''s'"],
        ),
        (".a = 5 | .a", [5]),
        (".b |= map(. + 1) | .b", [[4, 2, 3]]),
        (".b[] += 1 | .b", [[4, 2, 3]]),
        (".z //= 9 | .z", [9]),
        (".l[].id |= . * 10 | .l | map(.id)", [[10, 20, 30]]),
        ("del(.b[0, 2]) | .b", [[1]]),
        ('del(.l[] | select(.n == "x")) | .l | length', [1]),
        ('[paths(type == "string")] | length', [5]),
        ('path(.c.d), getpath(["c", "d"])', [["c", "d"], "x"]),
        ('setpath(["n", "m"]; 1) | .n', [{"m": 1}]),
        ('with_entries(select(.key == "a"))', [{"a": 1}]),
        ("[.. | numbers] | length", [8]),
        ('[recurse(if type == "number" and . < 3 then . + 1 else empty end)] | length', [1]),
        ("[1 | while(. < 10; . * 2)], [1 | until(. > 10; . * 2)]", [[1, 2, 4, 8], [16]]),
        ("[[1, 2], [3]] | [combinations], transpose", [[[1, 3], [2, 3]], [[1, 3], [2, None]]]),
        ("[1, [2, [3]]] | flatten, flatten(1)", [[1, 2, 3], [1, 2, [3]]]),
        (
            '.s | test("WORLD"; "i"), [match("o"; "g").offset], sub("o"; "0"), gsub("o"; "0")',
            [True, [4, 7], "hell0 world", "hell0 w0rld"],
        ),
        ('.s | capture("(?<first>\\\\w+) (?<second>\\\\w+)")', [{"first": "hello", "second": "world"}]),
        (
            '.s | split(" "), ascii_upcase, ltrimstr("hello "), index("o"), rindex("o")',
            [["hello", "world"], "HELLO WORLD", "world", 4, 7],
        ),
        ('[null, true, 1, "a", [], {}] | sort == .', [True]),
        (".b | contains([3]), any(. > 2), all(. > 2), has(2)", [True, True, False, True]),
        ('[walk(if type == "number" then 0 else . end) | .a, .b]', [[0, [0, 0, 0]]]),
        ("{a: (1, 2)} | .a", [1, 2]),
        ('{"x y": 1, @base64 "k": 2, "\\(.a)": 3} | keys', [["1", "k", "x y"]]),
        ("# a comment\n.a # another", [1]),
        ("nan < nan, nan == nan, ([nan] | sort | length)", [True, False, 1]),
        ("now", [1709212029.1234567]),
    ],
)
def test_programs(
    program: str,
    expected: Value,
) -> None:
    assert evaluate("{{ v | jq(p) }}", v=DATA, p=program) == expected


def test_kinds_of_numbers_stay() -> None:
    results = evaluate("{{ v | jq('.[]') }}", v=[1, 1.0, 5000000000])
    assert isinstance(results, list)
    assert [type(result) for result in results] == [int, float, int]


def test_text_is_read_as_json() -> None:
    assert evaluate("{{ v | jq('.a[0]') | first }}", v='{"a": [null, 1]}') is None
    assert evaluate("{{ '' | jq('.') }}") == [None]
    assert evaluate("{{ null | jq('.') }}") is None
    assert failure("{{ 'plain' | jq('.') }}").kind == "evaluation"


@pytest.mark.parametrize(
    "program",
    [
        "",
        ".a.",
        "[",
        "1 +",
        "if 1 then 2 end",
        '"open',
        '"\\q"',
        "'a'",
        "$x",
        "@nope",
        "nope",
        "env",
        "$ENV",
        "input",
        "todate",
        "tostream",
        ".a | keys",
        ".a[0]",
        ".s | .x",
        "1 / 0",
        "{} + 1",
        '"x" | tonumber',
        'error("boom")',
        ".b |= empty",
        "path(1)",
        "break $x",
        "{(1): 2}",
        '[{"k": "a", "v": 1}] | from_entries',
        '.s | test("[")',
        "def f: 1",
        "12345678901234567890",
        "(" * 500,
    ],
)
def test_what_fails(program: str) -> None:
    assert failure("{{ v | jq(p) }}", v=DATA, p=program).kind == "evaluation"


@pytest.mark.parametrize(
    "program",
    ["[range(1e9)]", "def f: f; f", "last(1 | while(true; . + 1))", '"x" * 1e9', "reduce range(1e9) as $x (0; . + $x)"],
)
def test_no_program_runs_for_ever(program: str) -> None:
    context = context_of({"v": 1, "p": program}, limits=Limits(steps=20_000), host=FixedHost())
    with pytest.raises(ExpressionError) as caught:
        compile_template("{{ v | jq(p) }}", context.dialect).render(context)
    assert caught.value.kind == "budget"
