"""One open transaction of SQLite.

Many rows go into one statement: each step of a statement gives the interpreter lock away and must win it back from the
event loop, which would cost more than the insert itself when paid for every row.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from tiercel.repository.connection import Removal, Row, Target, Words
from tiercel.repository.sqlite import word_rows

# Row counts of prepared statements, largest first. A batch is cut into these: two statements for most, and few texts
# that are ever prepared.
_CHUNKS = (256, 192, 128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1)
_CACHED_STATEMENTS = 512
_REGEX_SECONDS = 2.0
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA busy_timeout = 5000",
)


class SqliteConnection:
    """The transaction a function works in; fulfils ``tiercel.repository.connection.Connection``.

    Attributes:
        changed: Executions that were inserted or overwritten; emptied by whoever passes them on.
        has_news: Whether something was inserted that can be looked for by its words.
        has_removed_lines: Whether log lines may have been deleted.
    """

    has_statistics = False

    def __init__(self, raw: sqlite3.Connection, *, has_words: bool = False) -> None:
        self.changed: list[str] = []
        self.has_news = False
        self.has_removed_lines = False
        self._raw = raw
        self._has_words = has_words

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement that writes; returns how many rows it touched."""
        if statement.startswith("DELETE FROM logs"):
            self.has_removed_lines = True
        return self._raw.execute(statement, parameters).rowcount

    def execute_many(self, statement: str, rows: Sequence[Row]) -> None:
        """Run a statement that writes once for each row of parameters."""
        if statement.startswith("DELETE FROM logs"):
            self.has_removed_lines = True
        if rows:
            self._raw.executemany(statement, rows)

    def insert(self, target: Target, rows: Sequence[Row]) -> None:
        """Insert the rows, many at once."""
        if target.table == "executions":
            self.changed += [row[0] for row in rows]  # the id comes first
            self.has_news = True
        elif target.table == "logs":
            self.has_news = True
        self._in_chunks(rows, partial(insert_statement, target))

    def delete(self, target: Removal, keys: Sequence[Row]) -> None:
        """Delete the rows of these keys, many at once."""
        self._in_chunks(keys, partial(delete_statement, target))

    def fetch(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run a statement that returns rows."""
        if " REGEXP " in statement:
            self._raw.create_function("regexp", 2, Matcher(), deterministic=True)
        return self._raw.execute(statement, parameters).fetchall()

    def select(self, statement: object) -> list[Row]:
        """Run a SQLAlchemy ``Select`` and return its rows."""
        from tiercel.repository.sqlite.compiler import compile_select  # noqa: PLC0415 (loads SQLAlchemy)

        return self.fetch(*compile_select(statement))

    def find_words(self, kind: str, text: str, limit: int) -> Words | None:
        """Look for a text in the index of words."""
        if not self._has_words:
            return None
        keys = word_rows.find_rows(self._raw, kind, text, limit)
        return None if keys is None else Words(keys, word_rows.find_mark(self._raw, kind))

    def _in_chunks(self, rows: Sequence[Row], statement_for: Callable[[int], str]) -> None:
        start, left = 0, len(rows)
        for size in _CHUNKS:
            while left >= size:
                values = [value for row in rows[start : start + size] for value in row]
                self._raw.execute(statement_for(size), values)
                start, left = start + size, left - size


def open_raw(path: Path, *, is_writer: bool, synchronous: str, words: Path | None = None) -> sqlite3.Connection:
    """Open the file with the settings every connection of ours has, and with an index of words beside it."""
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=_CACHED_STATEMENTS)
    for pragma in (*_PRAGMAS, f"PRAGMA synchronous = {synchronous}"):
        raw.execute(pragma)
    if words is not None:
        raw.execute("ATTACH ? AS words", (str(words),))
    if not is_writer:
        raw.execute("PRAGMA query_only = ON")
    return raw


@cache
def insert_statement(target: Target, count: int) -> str:
    """The text that inserts ``count`` rows."""
    marks = f"({', '.join('?' * len(target.columns))})"
    text = f"INSERT INTO {target.table} ({', '.join(target.columns)}) VALUES {', '.join([marks] * count)}"
    if not target.key:
        return text
    changes = ", ".join(f"{column} = excluded.{column}" for column in target.updates)
    action = f"UPDATE SET {changes}" if changes else "NOTHING"
    return f"{text} ON CONFLICT ({', '.join(target.key)}) DO {action}"


@cache
def delete_statement(target: Removal, count: int) -> str:
    """The text that deletes the rows of ``count`` keys."""
    given = (*target.key, target.at_most) if target.at_most else target.key
    marks = ", ".join([f"({', '.join('?' * len(given))})"] * count)
    tests = [f"found.{name} = given.column{place}" for place, name in enumerate(target.key, start=1)]
    if target.at_most:
        tests.append(f"found.{target.at_most} <= given.column{len(given)}")
    # SQLite scans the whole table for "(a, b) IN (VALUES ...)", but looks each key up for this join.
    found = f"SELECT {', '.join(f'found.{name}' for name in target.key)} FROM (VALUES {marks}) given"
    join = f"CROSS JOIN {target.table} found ON {' AND '.join(tests)}"
    return f"DELETE FROM {target.table} WHERE ({', '.join(target.key)}) IN ({found} {join})"


class Matcher:
    """The function behind SQL's REGEXP; the whole text must match.

    Evil patterns meet a limit: one of time for all rows of a statement together.
    """

    def __init__(self) -> None:
        self._left = _REGEX_SECONDS

    def __call__(self, pattern: str, text: Any) -> bool:  # noqa: ANN401 (whatever the column holds)
        """Tell whether a value matches.

        Raises:
            TimeoutError: The time of the statement is used up.
        """
        import regex  # noqa: PLC0415 (few lists ask for it)

        if text is None:
            return False
        began = time.perf_counter()
        found = regex.fullmatch(pattern, str(text), timeout=self._left) is not None
        self._left -= time.perf_counter() - began
        if self._left <= 0:
            raise TimeoutError
        return found
