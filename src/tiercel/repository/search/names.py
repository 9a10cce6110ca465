"""Conditions on namespace and flow that no index on rows answers: they are asked of the names, which are few.

The names are found by stepping over an index from one to the next, so what it costs follows from how many there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import FromClause, ScalarSelect, Select, Table, and_, func, select, tuple_

from tiercel.repository.query import Filter, Operation
from tiercel.repository.search.conditions import Clause, Column, Field, text_field

_BY_INDEX = frozenset({Operation.EQUALS, Operation.IN, Operation.STARTS_WITH, Operation.PREFIX})
_NEGATED = frozenset({Operation.NOT_EQUALS, Operation.NOT_IN, Operation.NOT_CONTAINS})


def namespace_field(rows: Table, key: Column) -> Field:
    """The namespace of rows that have an index on (namespace, flow_id)."""
    return _named(rows, key, lambda names: names.c.namespace, rows.c.namespace, _BY_INDEX)


def flow_field(rows: Table, key: Column, *, has_index: bool) -> Field:
    """The flow of such rows; ``has_index`` when they have one on the flow alone."""
    return _named(rows, key, lambda names: names.c.flow_id, rows.c.flow_id, _BY_INDEX if has_index else frozenset())


def list_pairs(rows: Table, key: Column, condition: Callable[[FromClause], Clause]) -> Select[tuple[str, str]]:
    """Each (namespace, flow) that has rows and fulfils a condition."""
    first, here = rows.alias("first"), rows.alias("here")
    start = select(first.c[key.name].label("key")).order_by(first.c.namespace, first.c.flow_id).limit(1)
    steps = select(start.subquery("start").c.key).cte(recursive=True)
    same = rows.alias("same")
    following = _first(same, here, key, and_(same.c.namespace == here.c.namespace, same.c.flow_id > here.c.flow_id))
    other = rows.alias("other")
    beyond = _first(other, here, key, other.c.namespace > here.c.namespace)
    # In two steps: a comparison of both columns at once would read all rows of the namespace.
    step = select(func.coalesce(following, beyond)).join_from(steps, here, here.c[key.name] == steps.c.key)
    steps = steps.union_all(step)
    names = rows.alias("names")
    found = select(names.c.namespace, names.c.flow_id).join_from(steps, names, names.c[key.name] == steps.c.key)
    return found.where(condition(names))


def _first(rows: FromClause, here: FromClause, key: Column, condition: Clause) -> ScalarSelect[Any]:
    found = select(rows.c[key.name]).where(condition).order_by(rows.c.namespace, rows.c.flow_id)
    return found.limit(1).correlate(here).scalar_subquery()


def _named(
    rows: Table, key: Column, column_of: Callable[[FromClause], Column], own: Column, by_index: frozenset[Operation]
) -> Field:
    plain = text_field(own)

    def compile_name(wanted: Filter) -> Clause:
        if wanted.operation in by_index or wanted.operation in _NEGATED:
            return plain(wanted)
        pairs = list_pairs(rows, key, lambda names: text_field(column_of(names))(wanted))
        return tuple_(rows.c.namespace, rows.c.flow_id).in_(pairs)

    return compile_name
