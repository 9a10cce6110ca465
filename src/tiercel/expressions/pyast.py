"""Short names for building Python's syntax tree, each node at a position of the template."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

LOAD, STORE = ast.Load(), ast.Store()


def at(node: ast.expr, line: int, column: int) -> ast.expr:
    """Put a node where its expression stands in the template, so that a traceback tells the place of a failure."""
    node.lineno = node.end_lineno = line
    node.col_offset, node.end_col_offset = column, column + 1
    return node


def load(name: str) -> ast.expr:
    """Read a name."""
    return ast.Name(name, LOAD)


def const(value: object) -> ast.expr:
    """Write a constant of Python's own."""
    return ast.Constant(value)  # type: ignore[arg-type]  # only None, bool, int, float, str and tuples of text come


def call(function: str, *arguments: ast.expr) -> ast.expr:
    """Call a global by its name."""
    return ast.Call(load(function), list(arguments), [])


def method(target: str, name: str, *arguments: ast.expr) -> ast.expr:
    """Call a method of a name."""
    return ast.Call(ast.Attribute(load(target), name, LOAD), list(arguments), [])


def assign(name: str, value: ast.expr) -> ast.stmt:
    """Assign to a name."""
    return ast.Assign([ast.Name(name, STORE)], value)


def put(target: str, key: str, value: ast.expr) -> ast.stmt:
    """Assign to an item of a name."""
    return ast.Assign([ast.Subscript(load(target), const(key), STORE)], value)


def keep(name: str, value: ast.expr) -> ast.expr:
    """Assign inside an expression."""
    return ast.NamedExpr(ast.Name(name, STORE), value)


def is_op(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    """Compare."""
    return ast.Compare(left, [operator], [right])


def mapping(entries: Iterable[tuple[str, ast.expr]], *merged: ast.expr) -> ast.expr:
    """Make a dict of maps that are taken over, and of entries by name, which win."""
    pairs: list[tuple[ast.expr | None, ast.expr]] = [(None, one) for one in merged]
    pairs += [(const(name), value) for name, value in entries]
    return ast.Dict([key for key, _ in pairs], [value for _, value in pairs])


def thunk(body: ast.expr) -> ast.expr:
    """Put off an expression."""
    return ast.Lambda(_arguments(()), body)


def function(name: str, parameters: Sequence[str], body: list[ast.stmt]) -> ast.stmt:
    """Define a function."""
    return ast.FunctionDef(name, _arguments(parameters), body or [ast.Pass()], [], None, None)


def _arguments(names: Sequence[str]) -> ast.arguments:
    return ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
