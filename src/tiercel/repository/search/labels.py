"""Conditions on labels, which have a table of their own beside the rows they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sqlalchemy import ColumnElement, or_

from tiercel.repository.connection import Connection
from tiercel.repository.query import Filter, Operation
from tiercel.repository.search.conditions import Clause, Field, UnsupportedError, values_of

Finder: TypeAlias = Callable[[str, str | None], ColumnElement[bool]]
"""Makes the condition that a row has a label of that key and value (None: any value)."""

Counter: TypeAlias = Callable[[Connection, str, str | None], bool]
"""Tells whether many rows have that label."""


def labels_field(has_label: Finder) -> Field:
    """Labels by ``key`` of the filter; without one, each value reads ``key:value``."""

    def compile_labels(wanted: Filter) -> Clause:
        found = or_(*(has_label(key, value) for key, value in _pairs(wanted)))
        match wanted.operation:
            case Operation.EQUALS | Operation.IN | Operation.CONTAINS:
                return found
            case Operation.NOT_EQUALS | Operation.NOT_IN | Operation.NOT_CONTAINS:
                return ~found
            case _:
                raise UnsupportedError(wanted)

    return compile_labels


def labels_seeker(is_common: Counter, has_label: Finder, has_common: Finder) -> Callable[[Connection, Filter], Clause]:
    """The same where labels may be common: what is on many rows is asked of each row, not collected from all."""

    def seek(connection: Connection, wanted: Filter) -> Clause:
        def find(key: str, value: str | None) -> ColumnElement[bool]:
            return (has_common if is_common(connection, key, value) else has_label)(key, value)

        return labels_field(find)(wanted)

    return seek


def _pairs(wanted: Filter) -> list[tuple[str, str | None]]:
    if wanted.key is not None:
        return [(wanted.key, value) for value in values_of(wanted)]
    pairs: list[tuple[str, str | None]] = []
    for text in values_of(wanted):
        key, colon, value = text.partition(":")
        pairs.append((key, value if colon else None))
    return pairs
