"""The records filters, functions and tests are declared with, and how their arguments are bound.

A group of filters is a module in ``filters/`` with a tuple ``FILTERS``; of functions, one in ``functions/`` with a
tuple ``FUNCTIONS``. `catalogue` lists the modules. A call raises `ExpressionError` without a position: the template
that made the call adds line and column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.values import Value
from tiercel.model.dialect import Dialect

T = TypeVar("T")

# By parameter name, only those given; to be read, never changed.
Arguments: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: ``value | name(arguments)``.

    Attributes:
        name: As written in templates.
        call: Takes the context, the value on the left and the arguments.
        parameters: Names in the order positional arguments fill them.
        required: Those that must be given.
        takes_undefined: A missing variable on the left comes as None instead of failing (`default`).
    """

    name: str
    call: Callable[[Context, Value, Arguments], Value]
    parameters: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    takes_undefined: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function: ``name(arguments)``.

    Attributes:
        name: As written in templates.
        call: Takes the context and the arguments.
        parameters: Names in the order positional arguments fill them.
        required: Those that must be given.
        is_io: It asks the host and may block.
        reads_all: It may read any variable and, through what it renders, call any function.
        takes_any: Positional arguments have no limit; they come as ``{"0": first, "1": second, ...}`` (`max`, `min`).
        only: The one dialect that has it; both have when None.
    """

    name: str
    call: Callable[[Context, Arguments], Value]
    parameters: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    is_io: bool = False
    reads_all: bool = False
    takes_any: bool = False
    only: Dialect | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """A test: ``value is name(arguments)``; the fields are those of `Filter`, `call` answers a boolean."""

    __test__ = False  # not for the test runner

    name: str
    call: Callable[[Context, Value, Arguments], bool]
    parameters: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    takes_undefined: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """All that a template can name, by name."""

    filters: Mapping[str, Filter]
    functions: Mapping[str, Function]
    tests: Mapping[str, Test]


def host_function(name: str, parameters: tuple[str, ...] = (), required: tuple[str, ...] = ()) -> Function:
    """Declare a function that the host answers."""

    def call(context: Context, arguments: Arguments) -> Value:
        return context.host.call(name, dict(arguments), context)

    return Function(name, call, parameters, required, is_io=True)


def bind(record: Filter | Function | Test, positional: Sequence[T], named: Mapping[str, T]) -> dict[str, T]:
    """Give arguments, or the expressions that stand for them, their parameter names.

    Raises:
        ExpressionError: There are too many, one has an unknown name or a required one is missing.
    """
    names = record.parameters
    if isinstance(record, Function) and record.takes_any:
        return {**{str(index): value for index, value in enumerate(positional)}, **named}
    if not names:
        return {}  # what takes nothing ignores what it is given
    if len(positional) > len(names):
        raise ExpressionError(
            "evaluation", f"{record.name} takes {len(names)} arguments at most, not {len(positional)}"
        )
    for name in named:
        if name not in names:
            expected = ", ".join(names) or "none"
            raise ExpressionError("evaluation", f"{record.name} has no argument {name}; its arguments: {expected}")
    arguments = {**dict(zip(names, positional, strict=False)), **named}
    for name in record.required:
        if name not in arguments:
            raise ExpressionError("evaluation", f"{record.name} needs the argument {name}")
    return arguments
