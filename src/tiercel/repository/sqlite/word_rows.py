"""The rows of the index of words: how they are made from the database, and how they are found.

The connections here have the index as their own and the database attached as ``tiercel``, or the other way round for
readers, which have the index attached as ``words``. Texts go from one to the other without passing through Python.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FEWEST_LETTERS: Final = 3
PART: Final = 500_000
"""How many rows, by their number, one part of the index is for."""

_FORMAT = 1
_LINES_AT_ONCE = 2000
_EXECUTIONS_AT_ONCE = 500
_MOST_LETTERS = 20_000
_MARGIN_MICROS = 10_000_000
_KEPT_SHARE = 0.9
_ENCRYPTED = "io.kestra.datatype:aes_encrypted"
_TABLES = f"""
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
CREATE TABLE marks (name TEXT PRIMARY KEY, at INTEGER NOT NULL, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (number INTEGER PRIMARY KEY AUTOINCREMENT, execution_id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL, is_over INTEGER NOT NULL);
CREATE INDEX documents_open ON documents (execution_id) WHERE is_over = 0;
CREATE TABLE parts (name TEXT PRIMARY KEY, kind TEXT NOT NULL, number INTEGER NOT NULL, indexed INTEGER NOT NULL)
    WITHOUT ROWID;
INSERT INTO marks VALUES ('logs', 0, ''), ('executions', 0, '');
PRAGMA user_version = {_FORMAT};
COMMIT;
"""


def _plain(column: str) -> str:
    """What of a column of JSON is for everybody's eyes: what is encrypted is left out."""
    return (
        f"CASE WHEN instr({column}, '{_ENCRYPTED}') THEN coalesce((SELECT group_concat(found.atom, char(10)) "
        f"FROM json_tree({column}) found WHERE found.atom IS NOT NULL AND found.parent NOT IN "
        f"(SELECT parent FROM json_tree({column}) WHERE key = 'type' AND atom = '{_ENCRYPTED}')), '') "
        f"ELSE coalesce({column}, '') END"
    )


_TEXT = " || char(10) || ".join([_plain("inputs"), _plain("outputs"), "coalesce(labels, '')"])


def open_index(path: Path, database: Path) -> sqlite3.Connection:
    """Open the index for writing, and make it when it is not there.

    Raises:
        sqlite3.Error: The file is none of ours, of another format, or cannot be made.
    """
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        # What a power cut takes is indexed again from the last mark.
        raw.execute("PRAGMA synchronous = NORMAL")
        raw.execute("PRAGMA cache_size = -16000")
        if not raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raw.executescript(_TABLES)
        if raw.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
            raise sqlite3.DatabaseError("it has the format of another version")
        raw.execute("ATTACH ? AS tiercel", (f"{database}",))
        raw.execute("PRAGMA busy_timeout = 5000")
    except sqlite3.Error:
        raw.close()
        raise
    return raw


def step_back(raw: sqlite3.Connection, last_line: int) -> list[str]:
    """Move the marks back a little, for what a former process left undone; gives executions that were not over then.

    Numbers of lines are used again when the last lines are removed, so no line after ``last_line`` counts as indexed.
    """
    raw.execute("UPDATE marks SET at = max(0, at - ?), id = '' WHERE name = 'executions'", (_MARGIN_MICROS,))
    forget_lines(raw, last_line - _LINES_AT_ONCE)
    return [found for (found,) in raw.execute("SELECT execution_id FROM documents WHERE is_over = 0")]


def forget_lines(raw: sqlite3.Connection, last: int) -> None:
    """Have the lines after a number indexed again."""
    raw.execute("UPDATE marks SET at = max(0, min(at, ?)) WHERE name = 'logs'", (last,))


def find_last_line(raw: sqlite3.Connection, schema: str) -> int:
    """The number of the last line of the database."""
    return int(raw.execute(f"SELECT coalesce(max(id), 0) FROM {schema}.logs").fetchone()[0])


def add_lines(raw: sqlite3.Connection) -> bool:
    """Index the next log lines; tells whether there were any."""
    with _transaction(raw):
        after = raw.execute("SELECT at FROM marks WHERE name = 'logs'").fetchone()[0]
        first, last = raw.execute(
            "SELECT min(id), max(id) FROM (SELECT id FROM tiercel.logs WHERE id > ? ORDER BY id LIMIT ?)",
            (after, _LINES_AT_ONCE),
        ).fetchone()
        if first is None:
            return False
        last = min(last, _end_of_part(first))
        _fill(raw, "logs", first, "SELECT id, message FROM tiercel.logs WHERE id BETWEEN ? AND ?", (first, last))
        raw.execute("UPDATE marks SET at = ? WHERE name = 'logs'", (last,))
    return True


def add_started(raw: sqlite3.Connection) -> bool:
    """Index the executions that started next; tells whether there were any."""
    with _transaction(raw):
        at, id_ = raw.execute("SELECT at, id FROM marks WHERE name = 'executions'").fetchone()
        found = raw.execute(
            "SELECT started_at, id FROM tiercel.executions WHERE started_at >= ? AND (started_at, id) > (?, ?) "
            "ORDER BY started_at, id LIMIT ?",
            (at, at, id_, _EXECUTIONS_AT_ONCE),
        ).fetchall()
        if not found:
            return False
        _add_documents(raw, [key for _, key in found])
        raw.execute("UPDATE marks SET at = ?, id = ? WHERE name = 'executions'", found[-1])
    return True


def add_changed(raw: sqlite3.Connection, execution_ids: Iterable[str]) -> None:
    """Index executions again that are another version now."""
    wanted = list(execution_ids)
    for start in range(0, len(wanted), _EXECUTIONS_AT_ONCE):
        with _transaction(raw):
            _add_documents(raw, wanted[start : start + _EXECUTIONS_AT_ONCE])


def sweep(raw: sqlite3.Connection) -> None:
    """Take out what the database has no more: drop parts that are empty now, make those anew that lost much."""
    raw.execute("DELETE FROM documents WHERE execution_id NOT IN (SELECT id FROM tiercel.executions)")
    for name, kind, number, indexed in raw.execute("SELECT * FROM parts").fetchall():
        span = (number * PART, (number + 1) * PART - 1)
        left = raw.execute(f"SELECT count(*) FROM {_SOURCES[kind]}", span).fetchone()[0]
        if left >= indexed * _KEPT_SHARE:
            continue
        with _transaction(raw):
            raw.execute(f"DROP TABLE {name}")
            raw.execute("DELETE FROM parts WHERE name = ?", (name,))
            if left:
                _fill(raw, kind, span[0], f"SELECT {_ROWS[kind]} FROM {_SOURCES[kind]}", span)


def find_rows(raw: sqlite3.Connection, kind: str, text: str, limit: int) -> list[str | int] | None:
    """The keys of rows that may hold a text, newest first, for a reader that has the index attached as ``words``.

    None when more than ``limit`` may, or the text is too short to be looked for.
    """
    runs = {text[start : start + FEWEST_LETTERS] for start in range(len(text) - FEWEST_LETTERS + 1)}
    if not runs:
        return None
    wanted = " AND ".join('"' + run.replace('"', '""') + '"' for run in sorted(runs))
    numbers: list[int] = []
    parts = raw.execute("SELECT name FROM words.parts WHERE kind = ? ORDER BY number DESC", (kind,)).fetchall()
    for (name,) in parts:
        statement = f"SELECT rowid FROM words.{name} WHERE {name} MATCH ? LIMIT ?"
        numbers += [number for (number,) in raw.execute(statement, (wanted, limit + 1 - len(numbers)))]
        if len(numbers) > limit:
            return None
    if kind == "logs":
        return list(numbers)
    statement = "SELECT execution_id FROM words.documents WHERE number IN (SELECT value FROM json_each(?))"
    return [key for (key,) in raw.execute(statement, (json.dumps(numbers),))]


def find_mark(raw: sqlite3.Connection, kind: str) -> int:
    """Up to where rows are in the index: the number of a line, the start of an execution; for a reader."""
    return int(raw.execute("SELECT at FROM words.marks WHERE name = ?", (kind,)).fetchone()[0])


_DOCUMENT = f"substr({_TEXT}, 1, {_MOST_LETTERS})"
_SOURCES = {
    "logs": "tiercel.logs WHERE id BETWEEN ? AND ?",
    "executions": "documents JOIN tiercel.executions ON id = execution_id WHERE number BETWEEN ? AND ?",
}
_ROWS = {"logs": "id, message", "executions": f"number, {_DOCUMENT}"}


def _add_documents(raw: sqlite3.Connection, execution_ids: Sequence[str]) -> None:
    """A document that changes gets a new number; its former one leads nowhere from then on."""
    last = raw.execute("SELECT coalesce(max(number), 0) FROM documents").fetchone()[0]
    raw.execute(
        "INSERT OR REPLACE INTO documents (execution_id, version, is_over) "
        "SELECT e.id, e.version, e.is_over FROM tiercel.executions e WHERE e.id IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.execution_id = e.id AND d.version = e.version)",
        (json.dumps(execution_ids),),
    )
    rows = "SELECT number, {} FROM documents JOIN tiercel.executions ON id = execution_id WHERE number BETWEEN ? AND ?"
    first = last + 1
    final = raw.execute("SELECT coalesce(max(number), 0) FROM documents").fetchone()[0]
    while first <= final:
        end = min(final, _end_of_part(first))
        _fill(raw, "executions", first, rows.format(_DOCUMENT), (first, end))
        first = end + 1


def _fill(raw: sqlite3.Connection, kind: str, first: int, rows: str, span: tuple[int, int]) -> None:
    """Index the rows of a span within one part."""
    number = first // PART
    name = f"{kind}_{number}"
    if not raw.execute("SELECT 1 FROM parts WHERE name = ?", (name,)).fetchone():
        raw.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5(said, content='', columnsize=0, detail=none, tokenize='trigram')"
        )
        raw.execute("INSERT INTO parts VALUES (?, ?, ?, 0)", (name, kind, number))
    count = raw.execute(f"INSERT INTO {name} (rowid, said) {rows}", span).rowcount
    raw.execute("UPDATE parts SET indexed = indexed + ? WHERE name = ?", (count, name))


def _end_of_part(number: int) -> int:
    return (number // PART + 1) * PART - 1


@contextmanager
def _transaction(raw: sqlite3.Connection) -> Iterator[None]:
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        raw.execute("ROLLBACK")
        raise
    raw.execute("COMMIT")
