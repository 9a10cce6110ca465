"""Expressions that decide about records."""

from __future__ import annotations

from collections.abc import Callable

from tiercel.plugins import Json, TaskError
from tiercel.tasks.transform.records.casting import as_boolean
from tiercel.tasks.transform.records.language import read_expression


def read_condition(text: str) -> Callable[[dict[str, Json]], bool]:
    """Read an expression that is true or false.

    Raises:
        TaskError: It cannot be read; what is returned raises it when its value is neither.
    """
    evaluate = read_expression(text, "where")

    def decide(record: dict[str, Json]) -> bool:
        try:
            found = as_boolean(evaluate(record))
        except TaskError as error:
            raise TaskError(f"where: {error}") from None
        if found is None:
            raise TaskError(f"where: '{text[:200]}' is null for a record, neither true nor false")
        return found

    return decide
