"""Conditions on labels, which have a table of their own beside the rows they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, or_

from tiercel.repository.connection import Connection
from tiercel.repository.query import Filter, Operation
from tiercel.repository.search.conditions import Clause, Column, Field, UnsupportedError, values_of


class Label(Struct, frozen=True):
    """A label that rows are to have.

    Attributes:
        key: None = any.
        value: None = any.
        is_part: The value is a part of what the label has; without a key, of either its key or its value.
    """

    key: str | None
    value: str | None
    is_part: bool = False

    def on(self, key: Column, value: Column) -> Clause:
        """Give the condition on a row of a table of labels. Parts ignore the case of letters."""
        if self.is_part:
            text = self.value or ""
            found: Clause = value.icontains(text, autoescape=True)
            return (
                or_(key.icontains(text, autoescape=True), found) if self.key is None else and_(key == self.key, found)
            )
        return key == self.key if self.value is None else and_(key == self.key, value == self.value)


Finder: TypeAlias = Callable[[Label], ColumnElement[bool]]
"""Makes the condition that a row has such a label."""

Counter: TypeAlias = Callable[[Connection, Label], bool]
"""Tells whether many rows have such a label."""

_PARTS = frozenset({Operation.CONTAINS, Operation.NOT_CONTAINS})
_PRESENCE = frozenset({Operation.IS_NULL, Operation.IS_NOT_NULL})


def labels_field(has_label: Finder) -> Field:
    """Labels by ``key`` of the filter; without one, each value reads ``key:value``, and parts are of either."""

    def compile_labels(wanted: Filter) -> Clause:
        found = or_(*map(has_label, _labels(wanted)))
        match wanted.operation:
            case Operation.EQUALS | Operation.IN | Operation.CONTAINS | Operation.IS_NOT_NULL:
                return found
            case Operation.NOT_EQUALS | Operation.NOT_IN | Operation.NOT_CONTAINS | Operation.IS_NULL:
                return ~found
            case _:
                raise UnsupportedError(wanted)

    return compile_labels


def labels_seeker(is_common: Counter, has_label: Finder, has_common: Finder) -> Callable[[Connection, Filter], Clause]:
    """The same where labels may be common: what is on many rows is asked of each row, not collected from all."""

    def seek(connection: Connection, wanted: Filter) -> Clause:
        is_asked_of_each = wanted.operation in _PARTS | _PRESENCE

        def find(label: Label) -> ColumnElement[bool]:
            return (has_common if is_asked_of_each or is_common(connection, label) else has_label)(label)

        return labels_field(find)(wanted)

    return seek


def _labels(wanted: Filter) -> list[Label]:
    if wanted.operation in _PRESENCE:
        return [Label(wanted.key, None)]
    if wanted.operation in _PARTS:
        return [Label(wanted.key, value, is_part=True) for value in values_of(wanted)]
    if wanted.key is not None:
        return [Label(wanted.key, value) for value in values_of(wanted)]
    labels: list[Label] = []
    for text in values_of(wanted):
        key, colon, value = text.partition(":")
        labels.append(Label(key, value if colon else None))
    return labels
