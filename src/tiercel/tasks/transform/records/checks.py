"""Telling of expressions that cannot be read when a flow is saved, as far as they hold no templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tiercel.errors import Violation
from tiercel.plugins import Json, TaskError
from tiercel.tasks.transform.records.language import read_expression

_TEMPLATES = ("{{", "{%", "{#")


def check_expression(written: Json, path: str) -> Iterator[Violation]:
    """Say what is wrong with an expression."""
    if not isinstance(written, str) or any(mark in written for mark in _TEMPLATES):
        return
    try:
        read_expression(written, path)
    except TaskError as error:
        yield Violation(str(error), path=path, code="constraint", is_error=False)


def check_fields(written: Json) -> Iterator[Violation]:
    """Say what is wrong with the expressions of fields, each bare or with a type."""
    for name, field in written.items() if isinstance(written, Mapping) else ():
        is_bare = not isinstance(field, Mapping)
        path = f"fields.{name}" if is_bare else f"fields.{name}.expr"
        yield from check_expression(field if is_bare else field.get("expr"), path)
