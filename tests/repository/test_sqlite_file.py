"""What only the embedded database does: files, locks, full disks, threads."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tiercel.errors import ConflictError, InvalidError, UnavailableError
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.repository.connection import Connection
from tiercel.repository.executions import find_execution
from tiercel.repository.lists import search_executions
from tiercel.repository.query import Filter, Operation, Query
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.testing.builders import build_execution, build_log

HOLDER = """
    import asyncio, sys
    from pathlib import Path
    from tiercel.repository.sqlite.database import SqliteDatabase
    async def main():
        SqliteDatabase.open(Path(sys.argv[1]))
        print("held", flush=True)
        sys.stdin.read()
    asyncio.run(main())
"""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    yield database
    await database.close()


async def test_what_was_committed_is_there_after_reopening(tmp_path: Path) -> None:
    execution = build_execution()
    database = SqliteDatabase.open(tmp_path)
    await database.write(prepare_batch(Batch(executions=[execution])))
    await database.close()
    again = SqliteDatabase.open(tmp_path)
    assert await again.read(lambda c: find_execution(c, execution.id)) == execution
    await again.close()


async def test_writes_asked_for_before_closing_are_kept(tmp_path: Path) -> None:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    writes = [
        asyncio.create_task(database.write(prepare_batch(Batch(executions=[build_execution(n)])))) for n in range(50)
    ]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*writes)
    again = SqliteDatabase.open(tmp_path, is_durable=False)
    assert await again.read(lambda c: c.fetch("SELECT count(*) FROM executions")) == [(50,)]
    await again.close()


def test_a_second_owner_is_refused_by_name_until_the_first_dies(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ConflictError, match=f"in use by process {holder.pid}: stop it, or"):
            SqliteDatabase.open(tmp_path)
    finally:
        holder.kill()
        holder.communicate()
    asyncio.run(SqliteDatabase.open(tmp_path).close())


@pytest.mark.usefixtures("database")
def test_the_same_process_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match=f"in use by process {os.getpid()}"):
        SqliteDatabase.open(tmp_path)


async def test_a_full_disk_is_explained_and_leaves_nothing_half_written(database: SqliteDatabase) -> None:
    await database.write(prepare_batch(Batch(executions=[build_execution(1)])))
    await database.write(lambda c: c.fetch(f"PRAGMA max_page_count = {_pages(c) + 4}"))
    large = build_execution(2, inputs={"text": "x" * 100_000})
    batch = Batch(executions=[large], logs=[build_log(large)])
    with pytest.raises(UnavailableError, match="disk that holds the database is full; nothing was written"):
        await database.write(prepare_batch(batch))
    assert await database.read(lambda c: c.fetch("SELECT count(*) FROM executions")) == [(1,)]
    assert await database.read(lambda c: c.fetch("SELECT count(*) FROM logs")) == [(0,)]
    await database.write(lambda c: c.fetch("PRAGMA max_page_count = 100000"))
    await database.write(prepare_batch(batch))
    assert await database.read(lambda c: find_execution(c, large.id)) == large


async def test_a_full_disk_fails_only_the_writes_that_do_not_fit(database: SqliteDatabase) -> None:
    await database.write(lambda c: c.fetch(f"PRAGMA max_page_count = {_pages(c) + 8}"))
    large = build_execution(1, inputs={"text": "x" * 100_000})
    results = await asyncio.gather(
        *(
            database.write(prepare_batch(Batch(executions=[e])))
            for e in (build_execution(2), large, build_execution(3))
        ),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), UnavailableError, type(None)]
    assert await database.read(lambda c: c.fetch("SELECT count(*) FROM executions")) == [(2,)]


async def test_readers_cannot_write(database: SqliteDatabase) -> None:
    with pytest.raises(UnavailableError, match="readonly"):
        await database.read(lambda c: c.execute("DELETE FROM executions"))


async def test_many_readers_run_beside_a_writer(database: SqliteDatabase) -> None:
    async def write() -> None:
        for number in range(30):
            await database.write(prepare_batch(Batch(executions=[build_execution(number)])))

    async def read() -> list[int]:
        counts = [await database.read(lambda c: c.fetch("SELECT count(*) FROM executions")) for _ in range(30)]
        return [count for ((count,),) in counts]

    writing = asyncio.create_task(write())
    seen = await asyncio.gather(*(read() for _ in range(8)))
    await writing
    assert all(counts == sorted(counts) for counts in seen)


async def test_an_evil_pattern_runs_into_its_time_limit(database: SqliteDatabase) -> None:
    await database.write(prepare_batch(Batch(executions=[build_execution(namespace="a" * 60)])))
    query = Query(where=(Filter("namespace", Operation.REGEX, "(a|a|aa)*b(a|a|aa)*c"),))
    with pytest.raises(InvalidError, match="takes too long"):
        await database.read(lambda c: search_executions(c, Query(where=(Filter("namespace", Operation.REGEX, "("),))))
    page = await database.read(lambda c: search_executions(c, query))
    assert page.items == []


def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / "tiercel.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(UnavailableError, match="file is not a database"):
        SqliteDatabase.open(tmp_path)
    # The lock is free again.
    (tmp_path / "tiercel.db").unlink()
    asyncio.run(SqliteDatabase.open(tmp_path).close())


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "tiercel.db")
    raw.execute("CREATE TABLE invoices (id INTEGER)")
    raw.close()
    with pytest.raises(UnavailableError, match="tables of another program: invoices"):
        SqliteDatabase.open(tmp_path)


def test_a_directory_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="cannot be used"):
        SqliteDatabase.open(tmp_path / "file" / "below")


def test_a_run_pays_for_neither_sqlalchemy_nor_alembic(tmp_path: Path) -> None:
    program = """
        import asyncio, sys
        from pathlib import Path
        from tiercel.repository import batch, executions, files, flows, kv, limits, lists, query, recovery, transport
        from tiercel.repository.sqlite.database import SqliteDatabase
        async def main():
            database = SqliteDatabase.open(Path(sys.argv[1]), is_durable=False)
            await database.write(batch.prepare_batch(batch.Batch()))
            await database.read(lambda c: executions.find_execution(c, "x"))
            await database.close()
        asyncio.run(main())
        print(sorted({"sqlalchemy", "alembic", "regex"} & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout == "[]\n"
    assert Path(tmp_path, "tiercel.db").exists()


def _pages(connection: Connection) -> int:
    ((count,),) = connection.fetch("PRAGMA page_count")
    return int(count)


async def test_a_closed_database_says_that_the_call_may_be_repeated(tmp_path: Path) -> None:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    await database.close()
    for call in (database.read, database.write):
        with pytest.raises(UnavailableError, match="the server is stopping; the same call may be repeated when it"):
            await call(lambda c: c.fetch("SELECT 1"))
