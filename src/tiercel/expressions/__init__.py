"""``{{ ... }}``: templates, compiled once and rendered many times."""

from __future__ import annotations

from tiercel.expressions.context import Context, Host, Limits
from tiercel.expressions.template import IO_FUNCTIONS, Template, compile_template, render_structure
from tiercel.expressions.text import to_json, to_text
from tiercel.expressions.truth import is_truthy
from tiercel.expressions.values import Value

__all__ = [
    "IO_FUNCTIONS",
    "Context",
    "Host",
    "Limits",
    "Template",
    "Value",
    "compile_template",
    "is_truthy",
    "render_structure",
    "to_json",
    "to_text",
]
