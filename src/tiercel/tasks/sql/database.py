"""What a database must offer: the seam between the tasks and the drivers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Protocol

from msgspec import Struct

from tiercel.plugins import Json, RunContext
from tiercel.tasks.sql.statements import Syntax

_LOOK_SECONDS = 0.2


class Rows(Struct, frozen=True):
    """What a statement answered: names of columns, and its rows as they come."""

    columns: list[str]
    rows: Iterator[Sequence[Json]]


class Session(Protocol):
    """One connection. Statements count at once, unless they stand between ``begin`` and ``commit``."""

    def run(self, statement: str, values: list[Json] | None, fetch_size: int) -> Rows | None:
        """Run one statement; None when it is of a kind that answers nothing.

        Args:
            statement: With the marks of the database where there are values.
            values: For the marks; None when the statement holds none.
            fetch_size: How many rows to get at once.
        """

    def insert(self, statement: str, rows: list[list[Json]]) -> int:
        """Run a statement once for each row, and tell how many rows it changed."""

    def begin(self) -> None:
        """Begin a transaction."""

    def commit(self) -> None:
        """End it, and keep what was done."""

    def rollback(self) -> None:
        """End it, and undo what was done."""

    def cancel(self) -> None:
        """Stop the statement that runs; called from another thread."""

    def close(self) -> None:
        """End the connection; what was not committed is undone."""


class Database(Struct, frozen=True, kw_only=True):
    """One kind of database.

    Attributes:
        name: As people write it.
        syntax: How its statements are written.
        quote: What stands around names.
        errors: Gives the error of its library, for messages.
    """

    name: str
    syntax: Syntax
    quote: str
    errors: Callable[[], type[Exception]]

    def quoted(self, name: str) -> str:
        """Quote a name that may have a schema in front, unless it is quoted already."""
        return name if self.quote in name else ".".join(self.quoted_name(part) for part in name.split("."))

    def quoted_name(self, name: str) -> str:
        """Quote one name, whatever it holds."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"


@contextmanager
def cancelling(ctx: RunContext, session: Session) -> Iterator[None]:
    """Stop what the session runs when the task is killed or its time is over.

    It is stopped again and again until the session is left: what comes between two statements stops nothing.
    """
    is_done = Event()

    def watch() -> None:
        while not is_done.wait(_LOOK_SECONDS):
            if ctx.is_cancelled:
                session.cancel()

    watcher = Thread(target=watch, name="watcher of a statement", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_done.set()
        watcher.join()
