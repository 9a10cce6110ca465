from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from expressions.rendering import FixedHost, context_of, evaluate, failure, render, structure
from tiercel.errors import ExpressionError
from tiercel.expressions import Limits, Value, compile_template, is_truthy
from tiercel.expressions.values import ZonedDateTime
from tiercel.model.dialect import Dialect

V1, V2 = Dialect.V1_3, Dialect.V2_0


class Lazy(Mapping[str, object]):
    """Variables that say which of them were read."""

    def __init__(self, values: dict[str, object]) -> None:
        self.values_by_name = values
        self.read: list[str] = []

    def __getitem__(self, name: str) -> object:
        self.read.append(name)
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


def test_text_without_braces_is_itself() -> None:
    template = compile_template("plain", V1)
    assert template.is_literal
    assert template.render(context_of()) == "plain"


def test_what_a_template_reads_and_calls() -> None:
    template = compile_template(
        "{{ inputs.a }}{% set x = outputs.b %}{{ x }}{% for i in vars.l %}{{ i }}{{ loop.index }}{% endfor %}"
        "{% macro m(p) %}{{ p }}{% endmacro %}{{ m(labels ?? 1) }}{{ render(x) }}",
        V1,
    )
    assert template.names == {"inputs", "outputs", "vars", "labels"}
    assert template.functions == {"render"}
    assert template.reads_all


def test_lazy_variables_are_read_only_when_named() -> None:
    variables = Lazy({"a": {"b": 1}, "c": 2})
    template = compile_template("{{ a.b }} {{ d ?? a.x ?? 'none' }}", V1)
    assert template.render(context_of(variables)) == "1 none"
    assert set(variables.read) == {"a", "d"}


def test_compiled_once() -> None:
    assert compile_template("{{ a }} once", V1) is compile_template("{{ a }} once", V1)
    assert compile_template("{{ a }} once", V1) is not compile_template("{{ a }} once", V2)


@pytest.mark.parametrize(
    ("source", "kind", "line", "column"),
    [
        ("line1\n{{ missing }}", "undefined", 2, 4),
        ("{{\n\n missing\n}}", "undefined", 3, 2),
        ("{{ m.q.c }}", "undefined", 1, 4),
        ("{{ n.x }}", "undefined", 1, 4),
        ("{{ l[9] }}", "undefined", 1, 5),
        ("a\n{{ s - 1 }}", "evaluation", 2, 6),
        ("a\n{{ s | nope }}", "unknown", 2, 8),
        ("{{ nope() }}", "unknown", 1, 4),
        ("{{ s is nope }}", "unknown", 1, 9),
        ("\n\n{{ 1 + }}", "syntax", 3, 8),
        ("a\n{{ (1 }}\nb", "syntax", 2, 4),
        ("{{ 'x", "syntax", 1, 4),
        ("{% macro f() %}\n{{ missing }}{% endmacro %}\n{{ f() }}", "undefined", 2, 4),
        ("x\n{{ render('{{ 1 + }}') }}", "syntax", 1, 8),
        ("{{ s.length() }}", "undefined", 1, 6),
        ("{{ s.__class__ }}", "undefined", 1, 4),
    ],
)
def test_failures_have_a_place(source: str, kind: str, line: int, column: int) -> None:
    error = failure(source, m={"a": 1}, n=None, l=[1], s="text")
    assert (error.kind, error.line, error.column) == (kind, line, column)


def test_unknown_names_suggest_the_nearest() -> None:
    assert "did you mean render?" in failure("{{ rendr('x') }}").message


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ missing ?? 'd' }}", "d"),
        ("{{ n ?? 'd' }}", "d"),
        ("{{ n ??? 'd' }}", ""),
        ("{{ m.x.y ?? l[7] ?? 'd' }}", "d"),
        ("{{ m['a'] ?? 'd' }}", "1"),
        ("{{ missing is defined }} {{ m.a is defined }} {{ n is defined }}", "false true false"),
        ("{{ n is null }} {{ n is not null }}", "true false"),
        ("{{ m.a is not defined }}", "false"),
    ],
)
def test_guards(source: str, expected: str) -> None:
    assert render(source, m={"a": 1}, n=None, l=[1]) == expected


def test_arithmetic_and_equality_are_not_guarded() -> None:
    for operator in ("+", "-", "*", "/", "%", "==", "!="):
        assert failure(f"{{{{ (1 {operator} missing) ?? 'd' }}}}").kind == "undefined"
    assert failure("{{ (1 < missing) ?? 'd' }}", V1).kind == "undefined"
    assert render("{{ (1 < missing) ?? 'd' }}", V2) == "d"
    assert render("{{ ('a' ~ missing) ?? 'd' }}{{ [missing] ?? 'd' }}") == "dd"


def test_unknown_names_fail_only_when_reached() -> None:
    template = compile_template("{% if false %}{{ s | nope }}{% endif %}{{ true or nope2() }}", V1)
    assert template.render(context_of({"s": "x"})) == "true"
    assert [(error.kind, error.column) for error in template.unknown] == [("unknown", 22), ("unknown", 51)]


def test_guards_let_other_failures_through() -> None:
    assert failure("{{ (1 / 0) ?? 'd' }}").kind == "evaluation"
    assert failure("{{ render(bad) ?? 'd' }}", bad="{{ missing }}").kind == "undefined"


def test_rendering_is_one_pass() -> None:
    assert render("{{ a }}", a="{{ b }}", b="x") == "{{ b }}"
    assert render("{{ render(a) }}", a="{{ b }}", b="{{ c }}", c="x") == "x"
    assert render("{{ renderOnce(a) }}", a="{{ b }}", b="{{ c }}", c="x") == "{{ c }}"
    assert render("{{ render({'k': [a]}) }}", a="{{ b }}", b="x") == '{"k":["x"]}'


def test_recursive_setting_renders_until_nothing_changes() -> None:
    template = compile_template("{{ a }}", V1)
    assert template.render(context_of({"a": "{{ b }}", "b": "{{ c }}", "c": "x"}, recursive=True)) == "x"
    assert template.render(context_of({"a": "{{ a }}"}, recursive=True)) == "{{ a }}"
    endless = context_of({"a": "{{ a }}x"}, recursive=True)
    with pytest.raises(ExpressionError, match="still changes"):
        template.render(endless)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ l }}", [1]),
        ("{{ n }}", None),
        ("{% if true %}{{ i }}{% endif %}", 7),
        ("{# c #}{{ i }}", 7),
        ("{{ i }}{{ i }}", "77"),
        ("a{{ i }}", "a7"),
        ("a{{ n }}", "a"),
        ("{{ n }}{{ n }}", None),
        ("5", "5"),
        ("", ""),
        ("{% if false %}x{% endif %}", None),
        (" {{- i -}} ", "7"),
    ],
)
def test_typed(source: str, expected: Value) -> None:
    for dialect in Dialect:
        assert evaluate(source, dialect, l=[1], n=None, i=7) == expected


def test_typed_rendering_of_lists_among_text() -> None:
    with pytest.raises(ExpressionError, match="a list cannot be joined"):
        evaluate(" {{ l }} ", V1, l=[1])
    assert evaluate(" {{ l }} ", V2, l=[1]) == [1]
    assert evaluate("{{ l }}{{ m }}", V2, l=[1], m={}) == [1]
    assert evaluate("a{{ l }}", V2, l=[1]) == "a[1]"


def test_structures() -> None:
    source = {"{{ k }}": ["{{ i }}", {"x": None}], "k": 1, "{{ k2 }}": 2, "n": "{{ n }}"}
    variables: dict[str, Any] = {"k": "k", "k2": "k", "i": 5, "n": None}
    assert structure(source, V1, **variables) == {"k": ["5", {"x": None}], "n": ""}
    assert structure(source, V2, **variables) == {"k": ["5", {"x": None}], "n": None}
    assert structure(["{{ i }}", "a{{ i }}"], V1, typed=True, **variables) == [5, "a5"]


def test_nested_rendering_sees_the_names_of_its_place() -> None:
    assert render("{% set v = 1 %}{{ render('{% set v = 2 %}{{ v }}') }}{{ v }}") == "21"
    assert render("{% for x in 1..2 %}{{ render('{{ x }}{{ loop.index }}{{ s }}') }}{% endfor %}", s="a") == "10a21a"
    assert render("{% macro f(a) %}{{ render('{{ a }}') }}{% endmacro %}{{ f(3) }}") == "3"
    assert failure("{% macro f(a) %}{{ render('{{ s }}') }}{% endmacro %}{{ f(3) }}", s="a").kind == "undefined"


def test_context_is_there() -> None:
    assert render("{{ fetchContext() }}", a=1, b=None) == '{"a":1}'
    assert render("{% set q = 2 %}{{ fetchContext().q }}") == "2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [(None, False), ("", False), (" ", False), ("false", False), (" 0 ", False), ("-0", False)]
    + [(text, True) for text in ("true", "FALSE", "0.0", "null", "no", "[]", "{}", "1")],
)
def test_truth_of_text(text: str | None, expected: bool) -> None:
    assert is_truthy(text) is expected


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in 1..1000 %}{% for b in 1..1000 %}{% endfor %}{% endfor %}",
        "{{ 1..100000 }}",
        "{% set l = 1..1000 %}{% for x in l %}{% set q = l | sort %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ render(s) }}",
        "{% set a = 'xxxxxxxxxx' %}{% for i in 1..40 %}{% set a = a ~ a %}{% endfor %}",
        "{% set a = [1] %}{% for i in 1..40 %}{% set a = a + a %}{% endfor %}",
        "{% set a = wide %}{% for i in 1..40 %}{% set a = a * a %}{% endfor %}",
        "{% for i in 1..2000 %}{{ big }}{% endfor %}",
    ],
)
def test_budgets(source: str) -> None:
    limits = Limits(steps=10_000, output_characters=100_000)
    variables = {"s": "{{ render(s) }}", "big": "x" * 1000, "wide": 2**70}
    with pytest.raises(ExpressionError) as caught:
        compile_template(source, V1).render(context_of(variables, limits=limits))
    assert caught.value.kind == "budget"


@pytest.mark.parametrize("source", ["{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "{{ " + "1 + " * 20_000 + "1 }}"])
def test_deep_expressions_are_refused_clearly(source: str) -> None:
    assert "deep" in failure(source).message


def test_a_long_concatenation_is_not_deep() -> None:
    assert render("{{ " + "'a' ~ " * 3000 + "'a' }}") == "a" * 3001


def test_templates_cannot_become_code() -> None:
    names = "__import__ exec open globals C V add to_text"
    for name in names.split():
        assert failure(f"{{{{ {name} }}}}").kind == "undefined"
        assert failure(f"{{{{ {name}('x') }}}}").kind == "unknown"
    assert render('{{ \'x"+__import__("os")+"\' }}') == 'x"+__import__("os")+"'


def test_input_of_the_wrong_kind_is_an_evaluation_failure() -> None:
    for source in ("{{ {null: 1} }}", "{{ m[1] }}", "{{ m[null] }}"):
        error = failure(source, m={"1": "one"})
        assert (error.kind, error.line) == ("evaluation", 1)


def test_the_host_is_asked_for_what_is_outside() -> None:
    host = FixedHost({"secret": "s3"})
    template = compile_template("{{ secret('KEY', namespace='a.b') }}", V1)
    assert template.render(context_of(host=host)) == "s3"
    assert host.calls == [("secret", {"key": "KEY", "namespace": "a.b"})]


def test_what_nothing_foresaw_is_told_with_its_place() -> None:
    class BrokenHost(FixedHost):
        def now(self) -> ZonedDateTime:
            raise ValueError("the clock stands still")

    with pytest.raises(ExpressionError) as caught:
        compile_template("a\n {{ now() }}", V1).render(context_of(host=BrokenHost()))
    expected = "the values here do not fit what is done with them (ValueError: the clock stands still)"
    assert (caught.value.kind, caught.value.message, caught.value.line) == ("evaluation", expected, 2)
