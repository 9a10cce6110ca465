"""The index of words: which log lines and executions hold a text, found without reading them all.

It is a file of its own beside the database, kept by a thread of its own, so that no commit waits for it; it can be
deleted at any time and is made anew. What a row says is taken apart into runs of three letters; a text is looked for
by the runs in it, and whoever asks compares the rows found with the text itself. The index does not know the order of
the runs, so no text can be read from it.

Lines are followed by their number, executions by their start, up to a mark that is stored with every batch: a process
that dies begins again there. Executions that change are told by the writer; those that were not over are looked at
again when the index is opened. Rows are never taken out one by one, since that would need their texts: a part of the
index whose rows are gone is dropped, one that lost some of them is made anew.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from tiercel.repository.sqlite import word_rows
from tiercel.repository.sqlite.failures import translate

FILE = "search.db"

_CALM_SECONDS = 0.3
_BREATH_SECONDS = 0.002
_PATIENCE_SECONDS = 5.0
_SWEEP_SECONDS = 3600.0
_log = logging.getLogger("tiercel.repository")


class WordIndex:
    """Follows one database. Made by ``open``.

    Attributes:
        path: The file, for those who read it.
    """

    def __init__(self, raw: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._raw = raw
        self._changed = set(word_rows.step_back(raw, word_rows.find_last_line(raw, "tiercel")))
        self._removed_after: int | None = None
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._news.set()  # a former process may have left some
        self._is_closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tiercel-words", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, database: Path) -> Self:
        """Open the index beside the file of a database, make it when it is not there or broken, and begin to follow.

        Raises:
            UnavailableError: The file cannot be made.
        """
        path = database.with_name(FILE)
        try:
            return cls(word_rows.open_index(path, database), path)
        except sqlite3.DatabaseError as error:
            _log.warning("the index of words %s is made anew: %s", path, error)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(FILE + suffix).unlink(missing_ok=True)
        try:
            return cls(word_rows.open_index(path, database), path)
        except sqlite3.Error as error:
            raise translate(error, str(path)) from error

    def note(self, execution_ids: Iterable[str]) -> None:
        """Say that a commit added lines or changed executions, and which."""
        with self._lock:
            self._changed.update(execution_ids)
        self._news.set()

    def note_removed(self, last: int) -> None:
        """Say that a commit removed lines and which is the last now: the numbers after it will be used again."""
        with self._lock:
            self._removed_after = last if self._removed_after is None else min(last, self._removed_after)
        self._news.set()

    def close(self) -> None:
        """Stop following. Blocks until the present batch is done."""
        self._is_closed.set()
        self._news.set()
        self._thread.join()
        self._raw.close()

    def _run(self) -> None:
        swept_at = 0.0
        while not self._is_closed.is_set():
            self._news.wait(_SWEEP_SECONDS)
            self._is_closed.wait(_CALM_SECONDS)  # many commits are followed at once
            self._news.clear()
            try:
                self._catch_up()
                if time.monotonic() - swept_at >= _SWEEP_SECONDS and not self._is_closed.is_set():
                    word_rows.sweep(self._raw)
                    swept_at = time.monotonic()
            except sqlite3.Error as error:
                if not self._is_closed.is_set():
                    _log.warning("the index of words %s is behind, trying again: %s", self.path, error)
                self._news.set()
                self._is_closed.wait(_PATIENCE_SECONDS)

    def _catch_up(self) -> None:
        with self._lock:
            removed_after, self._removed_after = self._removed_after, None
        if removed_after is not None:
            word_rows.forget_lines(self._raw, removed_after)
        while not self._is_closed.is_set():
            is_more = word_rows.add_lines(self._raw)
            is_more = word_rows.add_started(self._raw) or is_more
            if not is_more:
                break
            self._is_closed.wait(_BREATH_SECONDS)  # others want the processor too
        with self._lock:
            changed, self._changed = self._changed, set()
        try:
            word_rows.add_changed(self._raw, changed)
        except sqlite3.Error:
            self.note(changed)
            raise
