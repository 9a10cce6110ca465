"""The one thread that writes, and its commit queue.

Requests that wait while a commit is on its way to the disk are taken together: one BEGIN, each request in a savepoint
of its own, one COMMIT, then all are answered. A request that raises is rolled back to its savepoint and the others go
on. Some failures (a full disk above all) make SQLite drop the whole transaction; then, and when the commit itself
fails, every request of the group is run again in a transaction of its own, so that each gets its own verdict. So a
request may be run twice, and must have no effect but on the connection.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from tiercel.errors import UnavailableError
from tiercel.repository.connection import Connection
from tiercel.repository.sqlite import word_rows
from tiercel.repository.sqlite.connection import SqliteConnection
from tiercel.repository.sqlite.failures import translate
from tiercel.repository.sqlite.words import WordIndex

STOPPING = "the server is stopping; the same call may be repeated when it runs again"
"""What those are told whose request comes too late."""

_LARGEST_GROUP = 256

Outcome = tuple[Any, Exception | None]
"""What a request returned, or what it raised."""


class Request:
    """A function to run and the future that awaits its outcome."""

    __slots__ = ("future", "work")

    def __init__(self, work: Callable[[Connection], Any], future: asyncio.Future[Any]) -> None:
        self.work = work
        self.future = future


class Writer:
    """Owns the writing connection and the thread that uses it."""

    def __init__(self, raw: sqlite3.Connection, path: str, words: WordIndex | None = None) -> None:
        self._raw = raw
        self._path = path
        self._words = words
        self._connection = SqliteConnection(raw)
        self._requests: SimpleQueue[Request | None] = SimpleQueue()
        self._is_open = True
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="tiercel-sqlite-writer", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> None:
        """Queue a request.

        Raises:
            UnavailableError: The database is closed.
        """
        if not self._is_open:
            raise UnavailableError(STOPPING)
        self._requests.put(request)
        if self._is_over:  # it ended since the question above
            self._refuse_rest()

    def close(self) -> None:
        """Finish what is queued, refuse what still comes, move the log into the file and close it. Blocks."""
        if self._is_open:
            self._is_open = False
            self._requests.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_last = False
        try:
            while not is_last:
                group, is_last = self._next_group()
                if group:
                    _answer(group, self._commit(group))
                    self._tell()
        finally:
            # In this order nothing is left: what is queued before the first line is refused by the second, and whoever
            # queues after it sees that it is over.
            self._is_over = True
            self._refuse_rest()
            self._raw.close()

    def _tell(self) -> None:
        """Tell the index of words what there is to follow; what was rolled back is looked at in vain."""
        connection = self._connection
        if self._words is not None:
            if connection.has_news:
                self._words.note(connection.changed)
            if connection.has_removed_lines:
                self._words.note_removed(word_rows.find_last_line(self._raw, "main"))
        connection.changed, connection.has_news, connection.has_removed_lines = [], False, False

    def _refuse_rest(self) -> None:
        """Answer what was queued behind the last request, which nobody would answer otherwise."""
        with suppress(Empty):
            while True:
                request = self._requests.get_nowait()
                if request is not None:
                    _answer([request], [(None, UnavailableError(STOPPING))])

    def _next_group(self) -> tuple[list[Request], bool]:
        request = self._requests.get()
        group: list[Request] = []
        while request is not None:
            group.append(request)
            if len(group) == _LARGEST_GROUP:
                return group, False
            try:
                request = self._requests.get_nowait()
            except Empty:
                return group, False
        return group, True

    def _commit(self, group: list[Request]) -> list[Outcome]:
        if len(group) == 1:
            return [self._commit_alone(group[0])]
        try:
            self._raw.execute("BEGIN IMMEDIATE")
            outcomes = [self._run_in_savepoint(request) for request in group]
            self._raw.execute("COMMIT")
        except sqlite3.Error:
            self._roll_back()
            return [self._commit_alone(request) for request in group]
        return outcomes

    def _run_in_savepoint(self, request: Request) -> Outcome:
        self._raw.execute("SAVEPOINT request")
        try:
            result = request.work(self._connection)
        except Exception as error:  # noqa: BLE001 (it belongs to the caller, who gets it)
            # Raises when SQLite has dropped the whole transaction, which is the group's affair then.
            self._raw.execute("ROLLBACK TO request")
            self._raw.execute("RELEASE request")
            return None, translate(error, self._path)
        self._raw.execute("RELEASE request")
        return result, None

    def _commit_alone(self, request: Request) -> Outcome:
        try:
            self._raw.execute("BEGIN IMMEDIATE")
            result = request.work(self._connection)
            self._raw.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 (it belongs to the caller, who gets it)
            self._roll_back()
            return None, translate(error, self._path)
        return result, None

    def _roll_back(self) -> None:
        # A failure that has dropped the transaction already leaves nothing to roll back.
        with suppress(sqlite3.Error):
            self._raw.execute("ROLLBACK")


def _answer(group: list[Request], outcomes: list[Outcome]) -> None:
    loops = {request.future.get_loop() for request in group}
    for loop in loops:
        answered = [
            (request.future, outcome)
            for request, outcome in zip(group, outcomes, strict=True)
            if request.future.get_loop() is loop
        ]
        # A loop that is closed has nobody left to tell.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, answered)


def _resolve(answered: list[tuple[asyncio.Future[Any], Outcome]]) -> None:
    for future, (result, error) in answered:
        if future.done():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
