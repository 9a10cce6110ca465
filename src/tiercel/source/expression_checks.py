"""What can be said of the expressions of a document before they are rendered: warnings, never errors.

A template that cannot be read fails the task that renders it, so it is worth a warning; so is one that 1.3 and 2.0
read differently, because saving the flow in the other dialect would change what it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import Struct

from tiercel.errors import ExpressionError
from tiercel.expressions import compile_template
from tiercel.expressions.catalogue import FILTERS, FUNCTIONS
from tiercel.expressions.nodes import Binary, FilterCall, FunctionCall, Literal, Tree
from tiercel.expressions.tags import parse_template
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.source.paths import Path
from tiercel.source.references import texts_of
from tiercel.source.report import Report

_COMPARISONS = frozenset({"<", ">", "<=", ">="})
_OTHER = {Dialect.V1_3: Dialect.V2_0, Dialect.V2_0: Dialect.V1_3}


@dataclass(frozen=True, slots=True)
class Difference:
    """An expression that the two dialects read differently."""

    path: Path
    text: str
    reason: str


def check_expressions(data: Json, dialect: Dialect, report: Report) -> None:
    """Warn of templates that cannot be read, and of those whose meaning hangs on the dialect."""
    for path, text in texts_of(data, ()):
        try:
            tree = parse_template(text, dialect)
            unknown = () if _has_known_names(tree) else compile_template(text, dialect).unknown
        except ExpressionError as error:
            report.warn(path, f"The expression cannot be read: {error}", "expression")
            continue
        for problem in unknown:
            report.warn(path, f"The expression cannot be rendered: {problem}", "expression")
        reason = _difference(text, tree, dialect)
        if reason:
            message = f"This means different things in 1.3 and 2.0 (it is read as {dialect.value}): {reason}"
            report.warn(path, message, "dialect-meaning", "Set the dialect, or write it so that both agree")


def find_differences(data: Json) -> list[Difference]:
    """Every expression whose meaning would change if the document went from one dialect to the other."""
    found: list[Difference] = []
    for path, text in texts_of(data, ()):
        try:
            reason = _difference(text, parse_template(text, Dialect.V1_3), Dialect.V1_3)
        except ExpressionError:
            continue
        if reason:
            found.append(Difference(path, text, reason))
    return found


def warn_of_change(data: Json, before: Dialect, after: Dialect, report: Report) -> None:
    """Warn that a save changes the dialect, and of each expression that will mean something else."""
    message = f"The dialect changes from {before.value} to {after.value}"
    report.warn((), message, "dialect-changes", f"Save it with the dialect {before.value} to keep the old meaning")
    for found in find_differences(data):
        message = f"{found.text} will mean something else in {after.value}: {found.reason}"
        report.warn(found.path, message, "dialect-changes")


def _difference(text: str, tree: Tree, dialect: Dialect) -> str:
    """Why the dialects differ in a template; empty when they do not."""
    if "??" in text:
        try:
            if parse_template(text, _OTHER[dialect]) != tree:
                return "?? binds tighter than other operators in 1.3 and looser in 2.0; add parentheses"
        except ExpressionError:
            return "?? binds differently; add parentheses"
    for node in _walk(tree.body):
        if isinstance(node, Binary) and node.operator in _COMPARISONS and (_is_text(node.left) or _is_text(node.right)):
            return f"{node.operator} between texts fails in 1.3 and compares them in 2.0"
    return ""


def _has_known_names(tree: Tree) -> bool:
    for node in _walk((tree.body, tuple(tree.macros.values()))):
        if isinstance(node, FilterCall) and node.name not in FILTERS:
            return False
        if isinstance(node, FunctionCall) and node.name not in FUNCTIONS and node.name not in tree.macros:
            return False
    return True


def _is_text(node: object) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, str)


def _walk(node: object) -> Iterator[object]:
    """Every node of a tree, in no particular order."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, tuple):
            pending.extend(current)
            continue
        if isinstance(current, Struct):
            yield current
            pending.extend(getattr(current, name) for name in current.__struct_fields__)
