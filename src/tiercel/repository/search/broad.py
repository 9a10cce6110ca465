"""How a list that matches many rows is read where the database does not know that it does.

Without statistics SQLite collects all rows of a condition that has an index and sorts them, be they millions. When the
count has shown that many match, the conditions that would lead it there are written so that no index fits them: then
it goes along the order of the list and stops at the end of the page. Few matches are collected and sorted as before.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BinaryExpression, true
from sqlalchemy.sql.operators import in_op

from tiercel.repository.query import Condition, Filter, Operation
from tiercel.repository.search.conditions import Clause

MANY = 10_000
"""From how many matches on a list counts as broad."""

_TIMES = frozenset({"startDate", "endDate", "updated"})
_WITHOUT_ORDER = frozenset({"labels", "q", "childFilter"})


def without_index(conditions: Sequence[Condition], clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses, those wrapped whose index would give the rows in another order than that of time."""
    is_one_flow = all(any(_is_equal(condition, name) for condition in conditions) for name in ("namespace", "flowId"))
    return [
        clause if _keeps_order(condition, clause, is_one_flow=is_one_flow) else clause.is_(true())
        for condition, clause in zip(conditions, clauses, strict=True)
    ]


def _keeps_order(condition: Condition, clause: Clause, *, is_one_flow: bool) -> bool:
    if not isinstance(condition, Filter) or condition.field in _WITHOUT_ORDER:
        return False
    if condition.field in _TIMES:
        return True
    if isinstance(clause, BinaryExpression) and clause.operator is in_op:
        return False  # one of several names, each of which has an order of its own
    # The index on flows goes on with the time only below both names.
    return condition.operation is Operation.EQUALS and (condition.field != "namespace" or is_one_flow)


def _is_equal(condition: Condition, field: str) -> bool:
    return isinstance(condition, Filter) and condition.field == field and condition.operation is Operation.EQUALS
