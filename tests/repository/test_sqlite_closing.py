"""Writes that come while the database is being closed: each is answered, none waits for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tiercel.errors import UnavailableError
from tiercel.repository.connection import Connection
from tiercel.repository.sqlite.connection import open_raw
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.repository.sqlite.writer import Request, Writer


def number(connection: Connection) -> object:
    return connection.fetch("SELECT 7")[0][0]


class Ending(Writer):
    """Ends as it does when it is closed after ``submit`` has found it open."""

    def end(self) -> None:
        self._requests.put(None)

    def wait_for_end(self) -> None:
        self._thread.join()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Ending]:
    path = tmp_path / "some.db"
    writer = Ending(open_raw(path, is_writer=True, synchronous="OFF"), str(path))
    yield writer
    writer.close()


async def test_a_write_after_closing_has_begun_is_refused(tmp_path: Path) -> None:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    gate = threading.Event()
    reading = asyncio.create_task(database.read(lambda _: gate.wait(60)))
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())  # waits for the reader
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError, match="is stopping"):
        await database.write(number)
    gate.set()
    assert await reading
    await closing


async def test_what_is_queued_behind_the_last_request_is_refused(writer: Ending) -> None:
    loop = asyncio.get_running_loop()
    gate = threading.Event()
    first, late = loop.create_future(), loop.create_future()
    writer.submit(Request(lambda _: gate.wait(60), first))
    writer.end()
    writer.submit(Request(number, late))
    gate.set()
    async with asyncio.timeout(60):
        assert await first
        with pytest.raises(UnavailableError, match="is stopping"):
            await late


async def test_what_is_queued_when_the_writer_has_ended_is_refused(writer: Ending) -> None:
    writer.end()
    writer.wait_for_end()
    late = asyncio.get_running_loop().create_future()
    writer.submit(Request(number, late))
    async with asyncio.timeout(60):
        with pytest.raises(UnavailableError, match="is stopping"):
            await late
