"""Texts are found through the index of words, which follows commits by itself and survives whatever happens to it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tiercel.model.execution import Execution
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.repository import executions, lists, logs
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.repository.connection import Connection, Words
from tiercel.repository.query import Filter, Operation, Page, Query, Sort
from tiercel.repository.sqlite import word_rows, words
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.repository.sqlite.words import WordIndex
from tiercel.testing.builders import build_execution, build_log

SECRET = {"type": "io.kestra.datatype:aes_encrypted", "value": "Y2lwaGVydGV4dA"}
PATIENCE_SECONDS = 60
Search: TypeAlias = Callable[[Connection, Query], Page[Json]]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase.open(tmp_path, is_durable=False, is_searchable=True)
    yield database
    await database.close()


async def add(
    database: SqliteDatabase,
    number: int,
    *,
    state: State = State.SUCCESS,
    message: str = "",
    version: int = 1,
    **fields: Json,
) -> Execution:
    run = build_execution(number, state, namespace="company.team", flow_id="flow", **fields)
    run.version = version
    lines = [build_log(run, message=message)] if message else []
    await database.write(prepare_batch(Batch(executions=[run], logs=lines)))
    return run


async def found(database: SqliteDatabase, search: Search, text: str) -> tuple[Words | None, Page[Json]]:
    def look(connection: Connection) -> tuple[Words | None, Page[Json]]:
        known = connection.find_words("logs" if search is lists.search_logs else "executions", text, 100)
        return known, search(connection, Query(where=(Filter("q", Operation.EQUALS, text),)))

    return await database.read(look)


async def until_indexed(database: SqliteDatabase, search: Search, text: str) -> list[Json]:
    """Wait until the index itself, not the look at what is not in it yet, knows the text."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            known, page = await found(database, search, text)
            if known is not None and known.keys:
                return page.items
            await asyncio.to_thread(threading.Event().wait, 0.05)


async def test_lines_are_found_at_once_and_by_the_index_soon(database: SqliteDatabase) -> None:
    await add(database, 1, message="The Quick brown fox; naïve Ünïcode")
    await add(database, 2, message="something else")
    for text in ("quick BROWN", "ünïcode", "fox; na"):
        _, page = await found(database, lists.search_logs, text)
        assert [entry.message[:9] for _, entry in page.items] == ["The Quick"] or text.startswith("ü")
    items = await until_indexed(database, lists.search_logs, "uick brow")
    assert [entry.message[:9] for _, entry in items] == ["The Quick"]


async def test_letters_in_another_order_are_not_the_text(database: SqliteDatabase) -> None:
    await add(database, 1, message="abcd then bcde")
    await until_indexed(database, lists.search_logs, "abcd")
    known, page = await found(database, lists.search_logs, "abcde")
    assert known is not None
    assert len(known.keys) == 1
    assert page.items == []


@pytest.mark.parametrize("text", ['say "hello" AND \\ OR *', "100%_sure", "line\nbreak", "日本語のテキスト"])
async def test_executions_are_found_by_inputs_outputs_and_labels(database: SqliteDatabase, text: str) -> None:
    await add(database, 1, inputs={"note": f"before {text} after"})
    await add(database, 2, outputs={"note": text})
    await add(database, 3, labels=[("note", text)])
    await add(database, 4, inputs={"note": "nothing"})
    await until_indexed(database, lists.search_executions, "nothing")
    _, page = await found(database, lists.search_executions, text)
    assert len(page.items) == 3


async def test_what_changes_is_found_as_it_is_now(database: SqliteDatabase) -> None:
    run = await add(database, 1, state=State.RUNNING, inputs={"a": "original"})
    assert await until_indexed(database, lists.search_executions, "original")
    run.inputs, run.outputs, run.version = {"a": "replaced"}, {"b": "produced"}, 2
    await database.write(lambda connection: executions.save_executions(connection, [run]))
    assert await until_indexed(database, lists.search_executions, "produced")
    assert (await found(database, lists.search_executions, "original"))[1].items == []


async def test_encrypted_values_are_not_in_the_index(database: SqliteDatabase) -> None:
    await add(database, 1, inputs={"password": SECRET, "user": "visible"})
    await until_indexed(database, lists.search_executions, "visible")
    known, _ = await found(database, lists.search_executions, SECRET["value"])
    assert known is not None
    assert known.keys == []


async def test_names_are_found_without_the_index(database: SqliteDatabase) -> None:
    run = await add(database, 1)
    for text in (run.id, run.id[:8], "pany.te", "flo", "low"):
        _, page = await found(database, lists.search_executions, text)
        assert [one.id for one in page.items] == [run.id], text
    assert (await found(database, lists.search_executions, "nobody"))[1].items == []


async def test_it_goes_on_where_a_process_died(tmp_path: Path) -> None:
    database = SqliteDatabase.open(tmp_path, is_durable=False)  # nobody follows
    await add(database, 1, message="first message")
    await add(database, 2, state=State.RUNNING, inputs={"a": "unfinished"})
    raw = word_rows.open_index(tmp_path / words.FILE, tmp_path / "tiercel.db")
    assert word_rows.add_lines(raw)
    assert word_rows.add_started(raw)
    raw.close()
    await add(database, 2, version=2, outputs={"a": "finished now"})
    await add(database, 3, message="second message")
    await database.close()
    database = SqliteDatabase.open(tmp_path, is_durable=False, is_searchable=True)
    assert len(await until_indexed(database, lists.search_logs, "second message")) == 1
    assert len(await until_indexed(database, lists.search_executions, "finished now")) == 1
    assert len((await found(database, lists.search_logs, "first message"))[1].items) == 1
    await database.close()


async def test_a_broken_file_is_made_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    await add(database, 1, message="still here")
    await database.close()
    (tmp_path / words.FILE).write_bytes(b"this is no database at all, " * 100)
    database = SqliteDatabase.open(tmp_path, is_durable=False, is_searchable=True)
    assert await until_indexed(database, lists.search_logs, "still here")
    assert "made anew" in caplog.text
    await database.close()


async def test_numbers_that_are_used_again_are_indexed_again(database: SqliteDatabase) -> None:
    run = await add(database, 1, message="the former line")
    await until_indexed(database, lists.search_logs, "former line")
    await database.write(lambda connection: logs.delete_execution_logs(connection, [run.id]))
    await add(database, 2, message="the latter line")
    items = await until_indexed(database, lists.search_logs, "latter line")
    assert [number for number, _ in items] == [1]
    assert (await found(database, lists.search_logs, "former line"))[1].items == []


async def test_what_retention_removes_leaves_the_index(tmp_path: Path) -> None:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    runs = [await add(database, number, message=f"message {number}") for number in range(1, 9)]
    raw = word_rows.open_index(tmp_path / words.FILE, tmp_path / "tiercel.db")
    while word_rows.add_lines(raw) | word_rows.add_started(raw):
        pass
    gone = [run.id for run in runs[:4]]
    await database.write(lambda connection: logs.delete_execution_logs(connection, gone))
    await database.write(lambda connection: executions.delete_executions(connection, gone))
    word_rows.sweep(raw)
    assert raw.execute("SELECT kind, indexed FROM parts ORDER BY kind").fetchall() == [("executions", 4), ("logs", 4)]
    assert matches(raw, "logs_0", "message") == [5, 6, 7, 8]
    assert raw.execute("SELECT count(*) FROM documents").fetchone() == (4,)
    rest = [run.id for run in runs[4:]]
    await database.write(lambda connection: logs.delete_execution_logs(connection, rest))
    word_rows.sweep(raw)
    assert raw.execute("SELECT kind FROM parts").fetchall() == [("executions",)]
    raw.close()
    await database.close()


async def test_rows_go_into_the_part_of_their_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_rows, "PART", 3)
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    for number in range(1, 9):
        await add(database, number, message=f"message {number}", inputs={"n": f"input {number}"})
    await database.close()
    index = WordIndex.open(tmp_path / "tiercel.db")
    index.close()  # the thread may or may not have begun
    raw = word_rows.open_index(tmp_path / words.FILE, tmp_path / "tiercel.db")
    while word_rows.add_lines(raw) | word_rows.add_started(raw):
        pass
    names = [name for (name,) in raw.execute("SELECT name FROM parts ORDER BY name")]
    assert names == ["executions_0", "executions_1", "executions_2", "logs_0", "logs_1", "logs_2"]
    raw.close()
    database = SqliteDatabase.open(tmp_path, is_durable=False, is_searchable=True)
    for search, text in ((lists.search_logs, "message"), (lists.search_executions, "input")):
        assert len((await found(database, search, text))[1].items) == 8
    query = Query(where=(Filter("q", Operation.EQUALS, "message"),), sort=(Sort("timestamp", is_descending=True),))
    assert len((await database.read(lambda connection: lists.search_logs(connection, query))).items) == 8
    await database.close()


def matches(raw: sqlite3.Connection, table: str, run: str) -> list[int]:
    statement = f"SELECT rowid FROM {table} WHERE {table} MATCH ?"
    return [row for (row,) in raw.execute(statement, (f'"{run[:3]}"',))]
