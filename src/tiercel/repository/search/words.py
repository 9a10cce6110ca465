"""Free text in long columns: by the index of words where there is one, else by reading the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Table, and_, func, or_, select, union_all

from tiercel.repository.codec import to_json
from tiercel.repository.connection import Connection, Words
from tiercel.repository.query import Filter, Operation
from tiercel.repository.search.broad import MANY
from tiercel.repository.search.conditions import Clause, Column, Field, found_or_not


def words_seeker(
    rows: Table,
    kind: str,
    mark: str,
    texts: Sequence[Column],
    *,
    is_json: bool = False,
    names: Field | None = None,
) -> Callable[[Connection, Filter], Clause]:
    """Free text, the case of letters ignored.

    Args:
        rows: Where it is looked for; their ``id`` is what the index knows.
        kind: Of the index.
        mark: The column that tells whether a row is in the index yet.
        texts: Where the text is looked for.
        is_json: Whether these hold JSON, in which some letters are written otherwise.
        names: Where it is looked for besides, by means of their own.
    """

    def seek(connection: Connection, wanted: Filter) -> Clause:
        text = str(wanted.value)
        written = to_json(text)[1:-1] if is_json else text
        found = or_(*(func.coalesce(column, "").icontains(written, autoescape=True) for column in texts))
        known = connection.find_words(kind, written, MANY) if wanted.operation is Operation.EQUALS else None
        if known is not None:
            found = and_(rows.c.id.in_(_candidates(rows, known, mark)), found)
        if names is not None:
            found = or_(names(Filter(wanted.field, Operation.EQUALS, text)), found)
        return found_or_not(wanted, found)

    return seek


def _candidates(rows: Table, known: Words, mark: str) -> CompoundSelect[Any]:
    """The rows the index knows, as one list: only SQLite has such an index, and it reads lists as JSON."""
    late = rows.alias("late")
    return union_all(
        select(func.json_each(to_json(known.keys)).table_valued("value").c.value),
        select(late.c.id).where(late.c[mark] >= known.mark),
    )
