"""What a function of this package gets to work with: one open transaction of one backend.

Fixed statements are text with ``?`` for each parameter; lists compose SQLAlchemy statements, which costs an import that
a one-off run does not pay. Rows of the hot tables go through ``insert``, so that each backend can send many at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

Row: TypeAlias = tuple[Any, ...]
"""One row: text, bytes, int, float or None in each place."""


class Target(Struct, frozen=True, kw_only=True):
    """Where rows are inserted, and what happens to a row whose key is there already.

    Attributes:
        key: Columns of the primary key; empty when every row is new.
        updates: Columns that take the new value when the key exists; when empty such a row is left as it is.
    """

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()


class Removal(Struct, frozen=True, kw_only=True):
    """Which rows are deleted by their key.

    Attributes:
        at_most: A further column: a row goes only when its value there is not above the last value given.
    """

    table: str
    key: tuple[str, ...]
    at_most: str | None = None


class Words(Struct, frozen=True):
    """What an index of words knows of a text.

    Attributes:
        keys: Of rows that may hold it: numbers of log lines, ids of executions.
        mark: Rows after it are not in the index yet: by number for lines, by start for executions.
    """

    keys: list[str | int]
    mark: int


class Connection(Protocol):
    """One transaction. It ends with the function it was given to: kept if it returns, undone if it raises."""

    @property
    def has_statistics(self) -> bool:
        """Whether the planner knows how common a value is, and so chooses well by itself."""

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement that writes; returns how many rows it touched."""

    def execute_many(self, statement: str, rows: Sequence[Row]) -> None:
        """Run a statement that writes once for each row of parameters."""

    def insert(self, target: Target, rows: Sequence[Row]) -> None:
        """Insert the rows, in the order of the columns of ``target``."""

    def delete(self, target: Removal, keys: Sequence[Row]) -> None:
        """Delete the rows of these keys; no error for one that is missing."""

    def fetch(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run a statement that returns rows."""

    def select(self, statement: object) -> list[Row]:
        """Run a SQLAlchemy ``Select`` and return its rows."""

    def find_words(self, kind: str, text: str, limit: int) -> Words | None:
        """Look for a text in the index of words of ``logs`` or ``executions``.

        Gives None when there is no such index, when more than ``limit`` rows may hold the text, or when it is too
        short to be looked for: then the rows have to be read.
        """
