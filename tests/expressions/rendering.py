"""Short ways to render, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from tiercel.errors import ExpressionError
from tiercel.expressions import Context, Limits, Value, compile_template, render_structure
from tiercel.expressions.values import ZonedDateTime
from tiercel.model.dialect import Dialect


class FixedHost:
    """A host whose clock stands still; it answers the functions it is given."""

    def __init__(self, answers: Mapping[str, Value] | None = None) -> None:
        self.answers = dict(answers or {})
        self.calls: list[tuple[str, dict[str, Value]]] = []

    def now(self) -> ZonedDateTime:
        return ZonedDateTime(datetime(2024, 2, 29, 13, 7, 9, tzinfo=UTC), 123_456_789, "UTC")

    def random_bytes(self, count: int) -> bytes:
        return bytes(range(count))

    def call(self, name: str, arguments: dict[str, Value], context: Context) -> Value:
        del context
        self.calls.append((name, arguments))
        if name not in self.answers:
            raise ExpressionError("evaluation", f"{name} is not served")
        return self.answers[name]


def context_of(
    variables: Mapping[str, Value] | None = None,
    dialect: Dialect = Dialect.V1_3,
    *,
    host: FixedHost | None = None,
    limits: Limits | None = None,
    recursive: bool = False,
) -> Context:
    return Context(variables or {}, host or FixedHost(), dialect, limits=limits or Limits(), recursive=recursive)


def render(source: str, dialect: Dialect = Dialect.V1_3, /, **variables: Value) -> str:
    return compile_template(source, dialect).render(context_of(variables, dialect))


def evaluate(source: str, dialect: Dialect = Dialect.V1_3, /, **variables: Value) -> Value:
    return compile_template(source, dialect).evaluate(context_of(variables, dialect))


def structure(value: Value, dialect: Dialect = Dialect.V1_3, /, *, typed: bool = False, **variables: Value) -> Value:
    return render_structure(value, context_of(variables, dialect), typed=typed)


def failure(source: str, dialect: Dialect = Dialect.V1_3, /, **variables: Value) -> ExpressionError:
    try:
        result = render(source, dialect, **variables)
    except ExpressionError as error:
        return error
    raise AssertionError(f"{source} gave {result!r}")
