"""Filters as SQL conditions. Each list names its fields; a field knows which operations it allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, or_

from tiercel.errors import InvalidArgumentError, InvalidError, Violation
from tiercel.repository.query import Condition, Filter, Group, Operation

Column: TypeAlias = ColumnElement[Any]
Clause: TypeAlias = ColumnElement[bool]
Field: TypeAlias = Callable[[Filter], Clause]
"""Makes the condition of a filter, or raises UnsupportedError."""

_HIGHEST = "\U0010ffff"


class UnsupportedError(InvalidError):
    """A field does not know the operation it was given."""

    def __init__(self, wanted: Filter) -> None:
        message = f"Operation {wanted.operation} is not supported for field {wanted.field}"
        super().__init__([Violation(message, path=f"filters[{wanted.field}]", code="invalid-query-filters")])


def compile_conditions(conditions: tuple[Condition, ...], fields: Mapping[str, Field]) -> list[Clause]:
    """The conditions, all of which must hold.

    Raises:
        InvalidError: A field or operation is unknown.
    """
    return [_compile(condition, fields) for condition in conditions]


def text_field(column: Column) -> Field:
    """A name: compared as a whole or in part, ``PREFIX`` by its dotted segments. Parts ignore the case of letters."""

    def compile_text(wanted: Filter) -> Clause:
        value = str(wanted.value)
        match wanted.operation:
            case Operation.STARTS_WITH:
                # A range, unlike LIKE, can use an index.
                return and_(column >= value, column < value + _HIGHEST)
            case Operation.PREFIX:
                return or_(column == value, and_(column >= f"{value}.", column < f"{value}/"))
            case Operation.ENDS_WITH:
                return column.iendswith(value, autoescape=True)
            case Operation.CONTAINS | Operation.NOT_CONTAINS:
                found = column.icontains(value, autoescape=True)
                return found if wanted.operation is Operation.CONTAINS else or_(~found, column.is_(None))
            case Operation.REGEX:
                return column.regexp_match(value)
            case _:
                return _compare_values(column, wanted)

    return compile_text


def choice_field(column: Column) -> Field:
    """One of a fixed set of texts."""
    return lambda wanted: _compare_values(column, wanted)


def number_field(column: Column) -> Field:
    """A number or time."""

    def compile_number(wanted: Filter) -> Clause:
        value = wanted.value
        match wanted.operation:
            case Operation.EQUALS:
                return column == value
            case Operation.NOT_EQUALS:
                return column != value
            case Operation.GREATER_THAN:
                return column > value
            case Operation.GREATER_THAN_OR_EQUAL_TO:
                return column >= value
            case Operation.LESS_THAN:
                return column < value
            case Operation.LESS_THAN_OR_EQUAL_TO:
                return column <= value
            case Operation.IS_NULL | Operation.IS_NOT_NULL:
                return column.is_(None) if wanted.operation is Operation.IS_NULL else column.is_not(None)
            case _:
                raise UnsupportedError(wanted)

    return compile_number


def whole_field(column: Column) -> Field:
    """A whole number, or one of several."""
    compile_one = number_field(column)

    def compile_whole(wanted: Filter) -> Clause:
        if not isinstance(wanted.value, tuple):
            return compile_one(wanted)
        numbers = [int(value) for value in wanted.value]
        return column.in_(numbers) if wanted.operation is Operation.IN else column.not_in(numbers)

    return compile_whole


def search_field(*columns: Column) -> Field:
    """Free text: found in any of the columns, the case of letters ignored."""

    def compile_search(wanted: Filter) -> Clause:
        return found_or_not(wanted, or_(*(column.icontains(str(wanted.value), autoescape=True) for column in columns)))

    return compile_search


def found_or_not(wanted: Filter, found: Clause) -> Clause:
    """Give the condition of free text that is to be found, or not to be."""
    match wanted.operation:
        case Operation.EQUALS:
            return found
        case Operation.NOT_EQUALS:
            return ~found
        case _:
            raise UnsupportedError(wanted)


def switch_field(cases: Mapping[str, Clause]) -> Field:
    """A word that stands for a condition of its own, in small letters or large ones."""
    known = {word.casefold(): clause for word, clause in cases.items()}

    def compile_switch(wanted: Filter) -> Clause:
        words = values_of(wanted)
        unknown = [word for word in words if word.casefold() not in known]
        if unknown:
            raise InvalidArgumentError(f"{wanted.field} is one of {', '.join(cases)}, not {', '.join(unknown)}")
        found = or_(*(known[word.casefold()] for word in words))
        if wanted.operation in {Operation.EQUALS, Operation.IN}:
            return found
        if wanted.operation in {Operation.NOT_EQUALS, Operation.NOT_IN}:
            return ~found
        raise UnsupportedError(wanted)

    return compile_switch


def values_of(wanted: Filter) -> tuple[str, ...]:
    """The values of a filter as texts, however many it has."""
    return wanted.value if isinstance(wanted.value, tuple) else (str(wanted.value),)


def _compile(condition: Condition, fields: Mapping[str, Field]) -> Clause:
    if isinstance(condition, Group):
        parts = [_compile(member, fields) for member in condition.members]
        return or_(*parts) if condition.is_any else and_(*parts)
    field = fields.get(condition.field)
    if field is None:
        known = ", ".join(sorted(fields))
        message = f"Field {condition.field} is not supported here"
        raise InvalidArgumentError(
            [Violation(message, path="filters", code="invalid-query-filters", hint=f"one of {known}")]
        )
    return field(condition)


def _compare_values(column: Column, wanted: Filter) -> Clause:
    match wanted.operation:
        case Operation.EQUALS:
            return column == str(wanted.value)
        case Operation.NOT_EQUALS:
            return or_(column != str(wanted.value), column.is_(None))
        case Operation.IN:
            return column.in_(values_of(wanted))
        case Operation.NOT_IN:
            return or_(column.not_in(values_of(wanted)), column.is_(None))
        case Operation.IS_NULL | Operation.IS_NOT_NULL:
            return column.is_(None) if wanted.operation is Operation.IS_NULL else column.is_not(None)
        case _:
            raise UnsupportedError(wanted)
