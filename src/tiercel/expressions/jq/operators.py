"""The operators between two terms: how strongly each binds, and what it makes of its sides."""

from __future__ import annotations

from tiercel.expressions.jq import nodes
from tiercel.expressions.jq.nodes import Node

# Binding strength, and whether an operator groups to the left, to the right or not at all.
OPERATORS: dict[str, tuple[int, str]] = {
    "//": (2, "right"),
    **dict.fromkeys(("=", "|=", "+=", "-=", "*=", "/=", "%=", "//="), (3, "none")),
    "or": (4, "left"),
    "and": (5, "left"),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), (6, "none")),
    **dict.fromkeys(("+", "-"), (7, "left")),
    **dict.fromkeys(("*", "/", "%"), (8, "left")),
}
NO_OPERATOR = (0, "")


def combine(operator: str, left: Node, right: Node) -> Node:
    """Make the node of an operator and its sides."""
    if operator == "//":
        return nodes.Alternative(left, right)
    if operator in {"and", "or"}:
        return nodes.Logic(operator, left, right)
    if OPERATORS[operator] == (3, "none"):
        return nodes.Assign(operator, left, right)
    return nodes.Binary(operator, left, right)
