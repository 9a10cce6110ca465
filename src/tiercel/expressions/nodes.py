"""The syntax tree of a template: expressions, and the statements around them.

Every node carries the line and column (from 1) it begins at. Nodes are plain records; the compiler gives them meaning.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct, field


class Literal(Struct, frozen=True):
    """A number, text, boolean or null."""

    line: int
    column: int
    value: object


class Name(Struct, frozen=True):
    """A variable."""

    line: int
    column: int
    name: str


class Attribute(Struct, frozen=True):
    """``target.name`` and ``target[key]``."""

    line: int
    column: int
    target: Expression
    key: Expression


class MethodCall(Struct, frozen=True):
    """``target.name(...)``: read so that it can be refused with the reason; values have no methods."""

    line: int
    column: int
    target: Expression
    name: str


class ListLiteral(Struct, frozen=True):
    """``[a, b]``."""

    line: int
    column: int
    items: tuple[Expression, ...]


class MapLiteral(Struct, frozen=True):
    """``{key: value}``; keys are expressions."""

    line: int
    column: int
    pairs: tuple[tuple[Expression, Expression], ...]


class Unary(Struct, frozen=True):
    """``not a``, ``-a``, ``+a``."""

    line: int
    column: int
    operator: str
    operand: Expression


class Binary(Struct, frozen=True):
    """Any operator with two sides but ``??``, ``???``, ``|`` and ``is``."""

    line: int
    column: int
    operator: str
    left: Expression
    right: Expression


class Coalesce(Struct, frozen=True):
    """``a ?? b`` (b when a is missing or null) and ``a ??? b`` (b when a is missing)."""

    line: int
    column: int
    left: Expression
    right: Expression
    keeps_null: bool


class Ternary(Struct, frozen=True):
    """``condition ? yes : no``."""

    line: int
    column: int
    condition: Expression
    yes: Expression
    no: Expression


class CallArguments(Struct, frozen=True):
    """What stands between the parentheses of a call."""

    positional: tuple[Expression, ...] = ()
    named: tuple[tuple[str, Expression], ...] = ()


class FilterCall(Struct, frozen=True):
    """``target | name(...)``."""

    line: int
    column: int
    target: Expression
    name: str
    arguments: CallArguments


class FunctionCall(Struct, frozen=True):
    """``name(...)``: a function or a macro."""

    line: int
    column: int
    name: str
    arguments: CallArguments


class TestCall(Struct, frozen=True):
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


class Text(Struct, frozen=True):
    """What is copied to the output."""

    text: str


class Output(Struct, frozen=True):
    """``{{ expression }}``."""

    expression: Expression


class If(Struct, frozen=True):
    """``{% if %}``; the branches are tried in order."""

    branches: tuple[tuple[Expression, Body], ...]
    otherwise: Body


class For(Struct, frozen=True):
    """``{% for name in iterable %}``; `otherwise` is for an empty list, not for null."""

    line: int
    column: int
    name: str
    iterable: Expression
    body: Body
    otherwise: Body


class Set(Struct, frozen=True):
    """``{% set name = expression %}``."""

    line: int
    column: int
    name: str
    expression: Expression


class Macro(Struct, frozen=True):
    """``{% macro name(parameters) %}``; it can be called before it is defined."""

    line: int
    column: int
    name: str
    parameters: tuple[tuple[str, Expression | None], ...]
    body: Body


class Filter(Struct, frozen=True):
    """One filter of ``{% filter %}``."""

    line: int
    column: int
    name: str
    arguments: CallArguments


class FilterBlock(Struct, frozen=True):
    """``{% filter a | b %}``: the filters applied, one after another, to the text of the body."""

    filters: tuple[Filter, ...]
    body: Body


class Block(Struct, frozen=True):
    """``{% block name %}``; where a name stands twice the last one counts."""

    line: int
    column: int
    name: str
    body: Body


Statement: TypeAlias = Text | Output | If | For | Set | Macro | FilterBlock | Block
Body: TypeAlias = tuple[Statement, ...]


class Tree(Struct):
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
