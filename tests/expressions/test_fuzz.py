"""Whatever is written between the braces, the only failure is one a user can read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from hypothesis import given, settings, strategies

from expressions.rendering import context_of
from tiercel.errors import ExpressionError
from tiercel.expressions import Limits, compile_template
from tiercel.expressions.values import Duration, EnumName, Float32, OrderedSet, ZonedDateTime
from tiercel.model.dialect import Dialect

VARIABLES = {
    "i": 5,
    "d": 1.5,
    "s": "text",
    "n": None,
    "t": True,
    "l": [1, "a", None],
    "m": {"a": {"b": 1}, "1": 2},
    "z": ZonedDateTime(datetime(2024, 1, 1, tzinfo=UTC), 5, "UTC"),
    "p": Duration(3600),
    "w": Decimal("1.10"),
    "f": Float32(1.1),
    "k": OrderedSet(["a"]),
    "e": EnumName("DONE"),
}
PIECES = [
    *VARIABLES,
    *["missing", "loop", "render(s)", "block('b')", "max(1,2)", "a.b", "1", "2.5", "'x'", '"#{i}"', "true", "null"],
    *[
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "?",
        ".",
        "..",
        "|",
        "~",
        "+",
        "-",
        "*",
        "/",
        "%",
        "==",
        "!=",
        "<",
        ">",
        "<=",
        ">=",
        "??",
        "???",
    ],
    *["and", "or", "not", "is", "isIn", "contains", "defined", "empty", "even", "json", "upper", "default", "length"],
]
STATEMENTS = [
    "{% if ",
    "{% for x in ",
    "{% set v = ",
    "{% macro q(a) ",
    "{% filter upper ",
    "{% block b ",
    " %}",
    "{% else %}",
    "{% endif %}",
    "{% endfor %}",
    "{% endmacro %}",
    "{% endfilter %}",
    "{% endblock %}",
    "{{ ",
    " }}",
    "{# ",
    " #}",
    "text\n",
    "{% raw %}{{{% endraw %}",
]
Made = TypeVar("Made")
LIMITS = Limits(steps=20_000, output_characters=100_000, depth=20, regex_seconds=0.2)


def run(source: str) -> None:
    for dialect in Dialect:
        context = context_of(VARIABLES, dialect, limits=LIMITS)
        template = refused(lambda: compile_template(source, dialect))  # noqa: B023 (called at once)
        if template is not None:
            refused(lambda: template.render(context))  # noqa: B023 (called at once)
            refused(lambda: template.evaluate(context))  # noqa: B023 (called at once)


def refused(act: Callable[[], Made]) -> Made | None:
    """Do something; a refusal must say where."""
    try:
        return act()
    except ExpressionError as error:
        place = error.line
    assert place
    return None


@settings(max_examples=300)
@given(strategies.lists(strategies.sampled_from(PIECES), min_size=1, max_size=12))
def test_expressions(pieces: list[str]) -> None:
    run("{{ " + " ".join(pieces) + " }}")


@settings(max_examples=300)
@given(strategies.lists(strategies.sampled_from(STATEMENTS + PIECES[:20]), min_size=1, max_size=14))
def test_statements(pieces: list[str]) -> None:
    run(" ".join(pieces))


@settings(max_examples=200)
@given(strategies.text(alphabet="{}%#'\"\\-()[]|~.?:=x1 \né", max_size=30))
def test_any_text(text: str) -> None:
    run(text)
    run("{{" + text + "}}")
