"""Values and rows through JSONata, in processes of their own: only the system can bound the memory of an expression."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Protocol

import regex
from pydantic import Field

from tiercel.plugins import Json, Outputs, RunContext, Task, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.serdes.texts import json_line
from tiercel.tasks.serdes.values import open_rows, store_rows

_MOST_MILLISECONDS = 10_000
_MATCH_SECONDS = 1.0
_LARGEST = 2**63 - 1
_OTHER_PROBLEMS = (IndexError, KeyError, TypeError, ValueError, AttributeError)  # the library's, of bad expressions


class ValueOutputs(Outputs):
    """What comes of a value.

    Attributes:
        value: What the expression gives; missing when it gives nothing.
    """

    value: Json = None


class ItemsOutputs(Outputs):
    """What comes of rows.

    Attributes:
        uri: The new rows.
        processed_items_total: How many there are.
    """

    uri: str
    processed_items_total: int


class TransformValue(
    Task,
    type="io.kestra.plugin.transform.jsonata.TransformValue",
    outputs=ValueOutputs,
    isolation="process",
    example="""
type: io.kestra.plugin.transform.jsonata.TransformValue
from: '{"orders": [{"amount": 2}, {"amount": 3}]}'
expression: "{'total': $sum(orders.amount)}"
""",
):
    """Runs a JSONata expression on a JSON value. Needs ``tiercel[jsonata]``.

    It may take ten seconds, and the memory that ``plugins.most_memory_bytes`` allows.

    Attributes:
        from_: The value, as JSON.
        expression: The expression.
        max_depth: How deep its parts may lie in one another.
    """

    from_: str = Field(alias="from")
    expression: str
    max_depth: int = Field(1000, ge=1)

    def run(self, ctx: RunContext) -> ValueOutputs:  # noqa: ARG002 (all it needs is in its properties)
        """Read, run, give."""
        try:
            given: Json = json.loads(self.from_)
        except ValueError as error:
            raise TaskError(f"from: a JSON value is needed: {error}") from None
        return ValueOutputs(value=_evaluator(self.expression, self.max_depth)(given))


class TransformItems(
    Task,
    type="io.kestra.plugin.transform.jsonata.TransformItems",
    outputs=ItemsOutputs,
    isolation="process",
    example="""
type: io.kestra.plugin.transform.jsonata.TransformItems
from: "{{ outputs.query.uri }}"
expression: "{'name': first & ' ' & last, 'total': $sum(orders.amount)}"
""",
):
    """Runs a JSONata expression on each row of a file. Needs ``tiercel[jsonata]``.

    It sees rows as JSON has them: dates as text, decimals as numbers. It may take ten seconds for a row, and the
    memory that ``plugins.most_memory_bytes`` allows.

    Attributes:
        from_: URI of a file with Ion rows.
        expression: The expression.
        max_depth: How deep its parts may lie in one another.
        explode_array: Each item of a list the expression gives becomes a row.
    """

    from_: str = Field(alias="from")
    expression: str
    max_depth: int = Field(1000, ge=1)
    explode_array: bool = True

    def run(self, ctx: RunContext) -> ItemsOutputs:
        """Read, run and write, row by row."""
        uri, size = store_rows(ctx, self._results(ctx))
        ctx.counter("processed", size)
        return ItemsOutputs(uri=uri, processed_items_total=size)

    def _results(self, ctx: RunContext) -> Iterator[Json]:
        evaluate = _evaluator(self.expression, self.max_depth)
        for row in open_rows(ctx, self.from_):
            found = evaluate(json.loads(json_line(row)))
            if isinstance(found, list) and self.explode_array:
                yield from found
            else:
                yield found
            if ctx.is_cancelled:
                raise TaskError("The transformation was cancelled")


def _evaluator(expression: str, max_depth: int) -> Callable[[Json], Json]:
    """Read an expression once, for any number of values.

    Raises:
        TaskError: It is no JSONata; what is returned raises it when the expression fails or takes too long.
    """
    language = library("jsonata", "jsonata")
    problem: tuple[type[Exception], ...] = (language.JException, *_OTHER_PROBLEMS)
    try:
        read = language.Jsonata(expression, _pattern)
    except problem as error:
        raise TaskError(f"expression: it cannot be read: {error}") from None

    def evaluate(value: Json) -> Json:
        read.environment.set_runtime_bounds(_MOST_MILLISECONDS, max_depth)  # anew, since the time runs from here
        try:
            # what is made of parts of the value may be types of the library's own
            found: Json = json.loads(json.dumps(read.evaluate(value), default=_refuse), parse_int=_number)
        except problem as error:
            raise TaskError(f"expression: {error}") from None
        except TimeoutError:
            raise TaskError("expression: a regular expression takes too long") from None
        except MemoryError:
            raise TaskError("expression: it needs more memory than plugins.most_memory_bytes allows") from None
        except RecursionError:
            raise TaskError("expression: its parts lie too deep in one another") from None
        return found

    return evaluate


def _number(text: str) -> int | float:
    """Read an integer; one that is larger than others can read is a decimal, as all numbers of the language are."""
    number = int(text)
    return number if -_LARGEST <= number <= _LARGEST else float(number)


def _refuse(value: object) -> Json:
    raise TaskError(f"expression: it gives a {type(value).__name__}, which is no JSON value")


class _Flags(Protocol):
    case_insensitive: bool
    multiline: bool


def _pattern(text: str, flags: _Flags) -> _Pattern:
    """Compile a regular expression of the language; those of Python would stop everything until they have matched."""
    options = (regex.IGNORECASE if flags.case_insensitive else 0) | (regex.MULTILINE if flags.multiline else 0)
    try:
        return _Pattern(regex.compile(text, options))
    except regex.error as error:
        raise TaskError(f"expression: /{text}/ is no regular expression: {error}") from None


class _Pattern:
    """A regular expression that gives up after a while."""

    def __init__(self, compiled: regex.Pattern[str]) -> None:
        self._compiled = compiled

    def search(self, text: str) -> regex.Match[str] | None:
        """Find the first match."""
        return self._compiled.search(text, timeout=_MATCH_SECONDS)

    def finditer(self, text: str) -> Iterator[regex.Match[str]]:
        """Find each match."""
        return iter(self._compiled.finditer(text, timeout=_MATCH_SECONDS))

    def sub(self, new: str | Callable[[regex.Match[str]], str], text: str, count: int = 0) -> str:
        """Replace matches."""
        return self._compiled.sub(new, text, count, timeout=_MATCH_SECONDS)

    def split(self, text: str, maxsplit: int = 0) -> list[str | None]:
        """Cut a text at matches."""
        return list(self._compiled.split(text, maxsplit, timeout=_MATCH_SECONDS))
