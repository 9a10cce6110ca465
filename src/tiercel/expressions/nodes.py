"""The syntax tree of a template: expressions, and the statements around them.

Every node carries the line and column (from 1) it begins at. Nodes are plain records; the compiler gives them meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, boolean or null."""

    line: int
    column: int
    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    line: int
    column: int
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """``target.name`` and ``target[key]``."""

    line: int
    column: int
    target: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class MethodCall:
    """``target.name(...)``: read so that it can be refused with the reason; values have no methods."""

    line: int
    column: int
    target: Expression
    name: str


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """``[a, b]``."""

    line: int
    column: int
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class MapLiteral:
    """``{key: value}``; keys are expressions."""

    line: int
    column: int
    pairs: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """``not a``, ``-a``, ``+a``."""

    line: int
    column: int
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Any operator with two sides but ``??``, ``???``, ``|`` and ``is``."""

    line: int
    column: int
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Coalesce:
    """``a ?? b`` (b when a is missing or null) and ``a ??? b`` (b when a is missing)."""

    line: int
    column: int
    left: Expression
    right: Expression
    keeps_null: bool


@dataclass(frozen=True, slots=True)
class Ternary:
    """``condition ? yes : no``."""

    line: int
    column: int
    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class CallArguments:
    """What stands between the parentheses of a call."""

    positional: tuple[Expression, ...] = ()
    named: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class FilterCall:
    """``target | name(...)``."""

    line: int
    column: int
    target: Expression
    name: str
    arguments: CallArguments


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """``name(...)``: a function or a macro."""

    line: int
    column: int
    name: str
    arguments: CallArguments


@dataclass(frozen=True, slots=True)
class TestCall:
    """``target is name(...)`` and ``target is not name(...)``."""

    __test__ = False  # not for the test runner

    line: int
    column: int
    target: Expression
    name: str
    arguments: CallArguments
    is_negated: bool


Expression: TypeAlias = (
    Literal
    | Name
    | Attribute
    | MethodCall
    | ListLiteral
    | MapLiteral
    | Unary
    | Binary
    | Coalesce
    | Ternary
    | FilterCall
    | FunctionCall
    | TestCall
)


@dataclass(frozen=True, slots=True)
class Text:
    """What is copied to the output."""

    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """``{{ expression }}``."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class If:
    """``{% if %}``; the branches are tried in order."""

    branches: tuple[tuple[Expression, Body], ...]
    otherwise: Body


@dataclass(frozen=True, slots=True)
class For:
    """``{% for name in iterable %}``; `otherwise` is for an empty list, not for null."""

    line: int
    column: int
    name: str
    iterable: Expression
    body: Body
    otherwise: Body


@dataclass(frozen=True, slots=True)
class Set:
    """``{% set name = expression %}``."""

    line: int
    column: int
    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Macro:
    """``{% macro name(parameters) %}``; it can be called before it is defined."""

    line: int
    column: int
    name: str
    parameters: tuple[tuple[str, Expression | None], ...]
    body: Body


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of ``{% filter %}``."""

    line: int
    column: int
    name: str
    arguments: CallArguments


@dataclass(frozen=True, slots=True)
class FilterBlock:
    """``{% filter a | b %}``: the filters applied, one after another, to the text of the body."""

    filters: tuple[Filter, ...]
    body: Body


@dataclass(frozen=True, slots=True)
class Block:
    """``{% block name %}``; where a name stands twice the last one counts."""

    line: int
    column: int
    name: str
    body: Body


Statement: TypeAlias = Text | Output | If | For | Set | Macro | FilterBlock | Block
Body: TypeAlias = tuple[Statement, ...]


@dataclass(slots=True)
class Tree:
    """A parsed template.

    Attributes:
        body: Its statements.
        macros: By name.
        blocks: By name, the last one of each.
        is_scoped: Names are set while it runs, so that they must be looked up then.
    """

    body: Body = ()
    macros: dict[str, Macro] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    is_scoped: bool = False
