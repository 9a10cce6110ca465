"""The embedded database: opens the file, reads in a pool of threads, writes through the writer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from tiercel.errors import UnavailableError
from tiercel.repository.connection import Connection
from tiercel.repository.sqlite.connection import SqliteConnection, open_raw
from tiercel.repository.sqlite.failures import translate
from tiercel.repository.sqlite.lock import DirectoryLock, lock_directory
from tiercel.repository.sqlite.schema import prepare_schema
from tiercel.repository.sqlite.words import WordIndex
from tiercel.repository.sqlite.writer import STOPPING, Request, Writer

T = TypeVar("T")

_FILE = "tiercel.db"
_READERS = 4


class SqliteDatabase:
    """Fulfils ``tiercel.repository.database.Database``. Made by ``open``."""

    def __init__(
        self, path: Path, writer: Writer, lock: DirectoryLock, synchronous: str, words: WordIndex | None = None
    ) -> None:
        self._path = path
        self._writer = writer
        self._lock = lock
        self._synchronous = synchronous
        self._words = words
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="tiercel-sqlite-reader")
        self._idle: list[sqlite3.Connection] = []
        self._is_open = True

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        is_durable: bool = True,
        is_searchable: bool = False,
        before_migration: Callable[[str], None] | None = None,
    ) -> Self:
        """Open the database of a data directory, which is made when it is not there, and lock the directory.

        Args:
            directory: Where the file and the lock are.
            is_durable: False for data nobody will miss after a power cut (one-off runs, tests): no wait for the disk.
            is_searchable: An index of words is kept beside the file.
            before_migration: Called with the revision of an older file, before anything of it is changed.

        Raises:
            ConflictError: Another process owns the directory.
            UnavailableError: The file cannot be opened or brought to the present schema.
        """
        try:
            directory.mkdir(parents=True, exist_ok=True)
            lock = lock_directory(directory)
        except OSError as error:
            raise UnavailableError(f"the data directory {directory} cannot be used: {error}") from error
        path = directory / _FILE
        synchronous = "FULL" if is_durable else "OFF"
        try:
            raw = open_raw(path, is_writer=True, synchronous=synchronous)
            prepare_schema(raw, path, before_migration)
        except sqlite3.Error as error:
            lock.release()
            raise translate(error, str(path)) from error
        words = WordIndex.open(path) if is_searchable else None
        return cls(path, Writer(raw, str(path), words), lock, synchronous, words)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on a snapshot in one of the reader threads."""
        self._check_open()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, work)
        except sqlite3.Error as error:
            raise translate(error, str(self._path)) from error

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction and return after its commit is on disk."""
        self._check_open()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._writer.submit(Request(work, future))
        return await future

    async def close(self) -> None:
        """Finish what was asked for, close the file and unlock the directory."""
        self._is_open = False
        await asyncio.get_running_loop().run_in_executor(None, self._close)

    def _check_open(self) -> None:
        if not self._is_open:
            raise UnavailableError(STOPPING)

    def _read(self, work: Callable[[Connection], T]) -> T:
        raw = self._idle.pop() if self._idle else self._open_reader()
        try:
            raw.execute("BEGIN")
            return work(SqliteConnection(raw, has_words=self._words is not None))
        finally:
            raw.rollback()
            self._idle.append(raw)

    def _open_reader(self) -> sqlite3.Connection:
        words = self._words.path if self._words is not None else None
        return open_raw(self._path, is_writer=False, synchronous=self._synchronous, words=words)

    def _close(self) -> None:
        self._threads.shutdown()
        while self._idle:
            self._idle.pop().close()
        self._writer.close()
        if self._words is not None:
            self._words.close()
        self._lock.release()
