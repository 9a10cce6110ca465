"""The lines of one execution by their place, for a reader that jumps: how many there are, and any stretch of them.

Lines stand in the order they were stored. Without a condition both questions are answered by the index alone, so the
last of a million lines costs no more than a walk along it; with one, the lines themselves are looked at. A text that
few lines hold is looked up in the index of words first, where there is one, and then only those lines are read.
"""

from __future__ import annotations

from msgspec import Struct

from tiercel.model.log import LogEntry, LogLevel
from tiercel.repository.codec import to_json
from tiercel.repository.connection import Connection
from tiercel.repository.logs import COLUMNS, from_row

_FEW = 2000
"""More lines than these that may hold a text are read along the execution."""

_HOLDS = "message LIKE ? ESCAPE '/'"
"""Ignores the case of letters by itself in the embedded database; lower() around it would take as long again."""

_ESCAPE = str.maketrans({"/": "//", "%": "/%", "_": "/_"})


class LineFilter(Struct, frozen=True, kw_only=True):
    """Which lines of an execution are wanted; None = all. ``text`` is found in any case of letters."""

    execution_id: str
    lowest: LogLevel | None = None
    task_id: str | None = None
    task_run_id: str | None = None
    attempt_number: int | None = None
    text: str | None = None


def count_lines(connection: Connection, wanted: LineFilter) -> int:
    """How many lines are wanted."""
    where, parameters = _conditions(connection, wanted)
    count: int = connection.fetch(f"SELECT count(*) FROM logs WHERE {where}", parameters)[0][0]
    return count


def list_lines(connection: Connection, wanted: LineFilter, *, offset: int, limit: int) -> list[LogEntry]:
    """The wanted lines from the one at ``offset`` on, the first being at 0; a negative one counts from the end."""
    where, parameters = _conditions(connection, wanted)
    order, skipped = "", offset
    if offset < 0:
        limit = min(limit, -offset)
        order, skipped = " DESC", -offset - limit
    # Only the numbers are walked along to the place, from the nearer end; the lines are read once it is found.
    places = f"SELECT id FROM logs WHERE {where} ORDER BY id{order} LIMIT ? OFFSET ?"
    rows = connection.fetch(
        f"SELECT {', '.join(COLUMNS)} FROM logs WHERE id IN ({places}) ORDER BY id", (*parameters, limit, skipped)
    )
    return [from_row(row) for row in rows]


def _conditions(connection: Connection, wanted: LineFilter) -> tuple[str, tuple[object, ...]]:
    lowest = wanted.lowest.rank if wanted.lowest is not None and wanted.lowest.rank > 0 else None
    text = None if wanted.text is None else f"%{wanted.text.translate(_ESCAPE)}%"
    given: list[tuple[str, object]] = [
        ("level >= ?", lowest),
        ("task_id = ?", wanted.task_id),
        ("task_run_id = ?", wanted.task_run_id),
        ("attempt_number = ?", wanted.attempt_number),
        (_HOLDS, text),
    ]
    used = [(sql, value) for sql, value in given if value is not None]
    where, parameters = [sql for sql, _ in used], [value for _, value in used]
    words = connection.find_words("logs", wanted.text, _FEW) if wanted.text else None
    if words is None:
        return " AND ".join(["execution_id = ?", *where]), (wanted.execution_id, *parameters)
    # Only the embedded database has such an index, and it reads lists as JSON. Late lines are not in it yet.
    known = "id IN (SELECT value FROM json_each(?) UNION ALL SELECT id FROM logs WHERE id >= ?)"
    # Written so that no index of the execution fits: it would lead past all of its lines.
    narrow = [known, "(execution_id = ?) IS TRUE"]
    return " AND ".join([*narrow, *where]), (to_json(words.keys), words.mark, wanted.execution_id, *parameters)
