"""Calls in the source, and what they give."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tiercel

SOURCE = Path(tiercel.__file__).parent


def calls_of(tree: ast.AST) -> Iterator[ast.Call]:
    """Give every call in a tree."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    """Name what is called, without what it belongs to."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
