"""Conditions held against one record in memory, as the statements of lists hold them against rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from tiercel.errors import InvalidArgumentError, Violation
from tiercel.expressions.patterns import compile_foreign
from tiercel.repository.query import Condition, Filter, Operation

Value: TypeAlias = str | float | tuple[str, ...] | None
Reader: TypeAlias = Callable[[str], Value]
"""Gives what a record has in a field: a text, a number, several texts of which one is to fulfil, or nothing."""

_REGEX_SECONDS = 0.5
_POSITIVE = {
    Operation.NOT_EQUALS: Operation.EQUALS,
    Operation.NOT_IN: Operation.IN,
    Operation.NOT_CONTAINS: Operation.CONTAINS,
}


class Matching:
    """Conditions that must all hold. One object a request: its patterns share a limit of time for all records."""

    def __init__(self, where: Sequence[Condition]) -> None:
        self._where = tuple(where)
        self._left = _REGEX_SECONDS

    def holds(self, read: Reader) -> bool:
        """Tell whether a record fulfils the conditions.

        Raises:
            InvalidError: The patterns take too long.
        """
        return all(self._holds(condition, read) for condition in self._where)

    def _holds(self, condition: Condition, read: Reader) -> bool:
        if not isinstance(condition, Filter):
            return (any if condition.is_any else all)(self._holds(member, read) for member in condition.members)
        operation = _POSITIVE.get(condition.operation)
        if operation is not None:
            return not self._holds(Filter(condition.field, operation, condition.value, condition.key), read)
        value = read(condition.field)
        if condition.field == "q":
            return _is_found(str(condition.value).casefold(), value)
        values = value if isinstance(value, tuple) else (value,)
        return any(one is not None and self._compare(condition, one) for one in values)

    def _compare(self, condition: Filter, value: str | float) -> bool:
        if condition.operation is Operation.REGEX:
            return self._fits(str(condition.value), str(value))
        wanted = condition.value
        if isinstance(value, str):
            return value in wanted if isinstance(wanted, tuple) else _compare_text(condition.operation, value, wanted)
        if isinstance(wanted, tuple):
            return value in map(float, wanted)
        return _compare_number(condition.operation, value, float(wanted))

    def _fits(self, pattern: str, text: str) -> bool:
        began = time.perf_counter()
        try:
            found = compile_foreign(pattern).fullmatch(text, timeout=max(self._left, 0.001)) is not None
        except TimeoutError:
            self._left = 0.0
            found = False
        self._left -= time.perf_counter() - began
        if self._left <= 0:
            message = f"'{pattern}' takes too long: write a simpler regular expression"
            raise InvalidArgumentError([Violation(message, path="filters", code="invalid-query-filters")])
        return found


def _is_found(text: str, value: Value) -> bool:
    """Look for a free text: in one text as it is, in several each of its words."""
    if isinstance(value, tuple):
        return all(any(word in one.casefold() for one in value) for word in text.split())
    return text in str(value).casefold()


def _compare_text(operation: Operation, text: str, wanted: str | float) -> bool:
    word = str(wanted)
    match operation:
        case Operation.EQUALS:
            return text == word
        case Operation.STARTS_WITH:
            return text.startswith(word)
        case Operation.ENDS_WITH:
            return text.casefold().endswith(word.casefold())
        case Operation.CONTAINS:
            return word.casefold() in text.casefold()
        case Operation.PREFIX:
            return text == word or text.startswith(f"{word}.")
        case _:
            raise ValueError(operation)


def _compare_number(operation: Operation, number: float, wanted: float) -> bool:
    match operation:
        case Operation.EQUALS:
            return number == wanted
        case Operation.GREATER_THAN:
            return number > wanted
        case Operation.GREATER_THAN_OR_EQUAL_TO:
            return number >= wanted
        case Operation.LESS_THAN:
            return number < wanted
        case Operation.LESS_THAN_OR_EQUAL_TO:
            return number <= wanted
        case _:
            raise ValueError(operation)
