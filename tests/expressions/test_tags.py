from __future__ import annotations

import pytest

from expressions.rendering import failure, render


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% if n > 1 %}a{% elseif n == 1 %}b{% else %}c{% endif %}", "b"),
        ("{% for x in l %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}", "0a,1b"),
        ("{% for x in [] %}x{% else %}none{% endfor %}", "none"),
        ("{% for x in null %}x{% else %}none{% endfor %}", ""),
        ("{% for e in {'k': 1} %}{{ e.key }}={{ e.value }}{% endfor %}", "k=1"),
        ("{% for x in l %}{% for y in l %}{{ loop.index }}{% endfor %}{{ loop.length }} {% endfor %}", "012 012 "),
        ("{% set y = 0 %}{% for x in 1..3 %}{% set y = y + x %}{% endfor %}{{ y }}", "6"),
        ("{% set n = 6 %}{{ n }}", "6"),
        ("{% for n in l %}{{ n }}{% endfor %}{{ n }}", "ab1"),
        ("{% macro hi(a, b='y') %}{{ a }}{{ b }}{% endmacro %}{{ hi('x') }}{{ hi(b=1, a=2) }}", "xy21"),
        ("{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "321"),
        ("{{ hi('a') }}{% macro hi(n) %}[{{ n }}]{% endmacro %}", "[a]"),
        ("{% block b %}1{% endblock %}{% block b %}2{% endblock b %}{{ block('b') }}{{ block('c') }}", "222"),
        ("{# {{ x }} #}a", "a"),
        ("a\n{{- n -}}\nb", "a1b"),
        ("a {{-n}} {{- n-}} b", "a -11b"),
        ("a {#- c -#} b{#-c-#} d", "ab d"),
        ("{% macro m(x) %}{{ x }}{% endmacro %}{{ m([1.0, null]) }}{{ m({'a': null}) }}", "[1.0, null]{a=null}"),
        ("{% filter upper %}{{ l }}{% endfilter %}{{ l }}", '[A, B]["a","b"]'),
        ("{{ block('b') }}{% block b %}{% set v = l %}{{ v }}{% endblock %}{{ v }}", '[a, b]["a","b"]["a","b"]'),
        ("{% for e in {'a': null} %}{{ e }}{{ [e] }}{{ e is map }}{{ e.a ?? 'no' }}{% endfor %}", "a=null[{}]falseno"),
        ("{% filter default('x') %}{{ missing }}{% endfilter %}", "x"),
        ("{% verbatim %}\n {{ x }} {% endverbatim %}b", "{{ x }} b"),
        ("{% verbatim %}{{ x }}\n{% if %}{% endverbatim %}", "{{ x }}\n{% if %}"),
        ("{% raw %}{{ x }}{% endraw %}{{ n }}", "{{ x }}1"),
        ("{% set a = '{% raw %}x{% endraw %}' %}{{ a }}", "x"),
        ("{ %} # {", "{ %} # {"),
    ],
)
def test_tags(source: str, expected: str) -> None:
    assert render(source, n=1, l=["a", "b"]) == expected


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("{% if true %}a", "syntax"),
        ("{% if true %}a{% endfor %}", "syntax"),
        ("{% if %}a{% endif %}", "syntax"),
        ("{% elif true %}", "syntax"),
        ("{% for x in l if x %}{% endfor %}", "syntax"),
        ("{% for k, v in m %}{% endfor %}", "syntax"),
        ("{% include 'x' %}", "syntax"),
        ("{% raw %}\n{% endraw %}", "syntax"),
        ("{# a", "syntax"),
        ("{% for x in 5 %}{% endfor %}", "evaluation"),
        ("{% if null %}{% endif %}", "evaluation"),
        ("{% if l %}{% endif %}", "evaluation"),
        ("{% macro a() %}{% endmacro %}{% macro a() %}{% endmacro %}", "evaluation"),
        ("{% macro a(n) %}{{ s }}{% endmacro %}{{ a(1) }}", "undefined"),
        ("{% macro a(n) %}{% endmacro %}{{ a(1, 2) }}", "evaluation"),
        ("{% macro a(n) %}{% endmacro %}{{ a(x=2) }}", "evaluation"),
        ("{% for x in l %}{% set y = x %}{% endfor %}{{ y }}", "undefined"),
        ("{% for x in l %}{{ loop.parent }}{% endfor %}", "undefined"),
        ("{{ parent() }}", "evaluation"),
        ("{{ block(1) }}", "evaluation"),
        ("{% set true = 1 %}", "syntax"),
        ("{% for null in l %}{% endfor %}", "syntax"),
        ("{% macro a() %}{% endmacro a %}", "syntax"),
    ],
)
def test_refused(source: str, kind: str) -> None:
    assert failure(source, l=[1], s="x", m={}).kind == kind
