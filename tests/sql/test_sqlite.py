"""SQLite: in memory, in the working directory, and where the installation allows."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from sql.conftest import Run
from tiercel.model.json import Json
from tiercel.plugins import TaskError
from tiercel.tasks.sql.database import Rows
from tiercel.tasks.sql.drivers.sqlite import SqliteSession
from tiercel.tasks.sql.sqlite import Trigger
from tiercel.testing.flows import run_flow
from tiercel.testing.memory_host import MemoryHost

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as c from n"


def allow(host: MemoryHost, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def resolve(path: str) -> str:
        real = Path(path).resolve()
        if not real.is_relative_to(folder):
            raise TaskError(f"{path} is outside of the allowed paths")
        return str(real)

    monkeypatch.setattr(host, "_local_resolve", resolve, raising=False)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "srv" / "shop.db"
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(
        "create table orders (id integer, total real); insert into orders values (1, 9.5), (2, 1);"
    )
    connection.close()
    return path


def test_values_of_every_kind_are_given(run: Run) -> None:
    sql = "select 1 as i, 1.5 as f, 'x' as t, x'00ff' as b, null as n"
    outputs = run("sqlite.Query", sql=sql, fetchType="FETCH_ONE")
    assert outputs == {"row": {"i": 1, "f": 1.5, "t": "x", "b": "AP8=", "n": None}, "size": 1}


def test_a_stored_database_is_asked_changed_and_stored_again(run: Run, host: MemoryHost, shop: Path) -> None:
    uri = host.put("shop.db", shop.read_bytes())
    asked = run(
        "sqlite.Query",
        url="jdbc:sqlite:copy.db",
        sqliteFile=uri,
        sql="select id from orders where total > :least",
        parameters={"least": 5},
        fetchType="FETCH",
    )
    assert asked == {"rows": [{"id": 1}], "size": 1}
    changed = run(
        "sqlite.Queries",
        url="jdbc:sqlite:copy.db",
        sqliteFile=uri,
        outputDbFile=True,
        sql="delete from orders; vacuum into '{{ outputFiles.small }}'",
        transaction=False,
        outputFiles=["small"],
    )
    again = run("sqlite.Query", sqliteFile=changed["databaseUri"], sql="select * from orders", fetchType="FETCH")
    assert again["size"] == 0
    assert host.files[changed["outputFiles"]["small"]].startswith(b"SQLite format 3")


def test_a_file_of_the_machine_needs_to_be_allowed(
    run: Run, host: MemoryHost, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    properties = {"url": f"jdbc:sqlite:{shop}", "sql": "select count(*) as c from orders", "fetchType": "FETCH_ONE"}
    with pytest.raises(TaskError):
        run("sqlite.Query", **properties)
    allow(host, monkeypatch, shop.parent)
    assert run("sqlite.Query", **properties)["row"] == {"c": 2}
    with pytest.raises(TaskError, match="outside of the allowed paths"):
        run("sqlite.Query", **{**properties, "url": f"jdbc:sqlite:{shop.parent}/../elsewhere/x.db"})


@pytest.mark.parametrize(
    "sql",
    [
        "attach '{}/stolen.db' as s",
        "attach 'file:{}/stolen.db' as s",
        "vacuum into '{}/stolen.db'",
        "attach '../x.db' as s",
        "attach 'x.db' as s",
    ],
)
def test_statements_open_no_other_file(run: Run, tmp_path: Path, sql: str) -> None:
    with pytest.raises(TaskError, match=r"not authorized|authorization denied"):
        run("sqlite.Query", sql=sql.format(tmp_path))
    assert not (tmp_path / "stolen.db").exists()
    run("sqlite.Query", sql="attach '{{ workingDir }}/mine.db' as s")


def test_an_extension_cannot_be_loaded(run: Run) -> None:
    with pytest.raises(TaskError, match="not authorized"):
        run("sqlite.Query", sql="select load_extension('x')")


@pytest.mark.parametrize("url", ["jdbc:sqlite:../x.db", "jdbc:sqlite:a/../../x.db"])
def test_a_path_does_not_lead_out_of_the_working_directory(run: Run, url: str) -> None:
    with pytest.raises(TaskError, match="leads out of the working directory"):
        run("sqlite.Query", url=url, sql="select 1")


def test_statements_are_one_transaction(run: Run) -> None:
    url = "jdbc:sqlite:a.db"
    run("sqlite.Query", url=url, sql="create table t (a integer primary key)")
    with pytest.raises(TaskError, match="UNIQUE constraint failed"):
        run("sqlite.Queries", url=url, sql="insert into t values (1); insert into t values (1)")
    assert run("sqlite.Query", url=url, sql="select * from t", fetchType="FETCH")["size"] == 0


def test_a_trigger_may_hold_semicolons(run: Run) -> None:
    sql = """
    create table a (n); create table log (n);
    create trigger t after insert on a begin insert into log values (new.n); insert into log values (-new.n); end;
    insert into a values (3);
    select n from log order by n;
    """
    outputs = run("sqlite.Queries", sql=sql, fetchType="FETCH")
    assert outputs["outputs"] == [{"rows": [{"n": -3}, {"n": 3}], "size": 2}]


def test_a_killed_task_stops_its_statement(run: Run, host: MemoryHost) -> None:
    timer = threading.Timer(0.3, lambda: setattr(host, "is_stopped", True))
    timer.start()
    with pytest.raises(TaskError, match="the statement was cancelled"):
        run("sqlite.Query", sql=ENDLESS, fetchType="FETCH")
    timer.join()


def test_a_task_killed_before_its_statement_begins_stops_it_too(
    run: Run, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.is_stopped = True
    was_told = threading.Event()
    execute, cancel = SqliteSession.run, SqliteSession.cancel

    def tell(session: SqliteSession) -> None:
        cancel(session)
        was_told.set()

    def begin_late(session: SqliteSession, statement: str, values: list[Json] | None, fetch_size: int) -> Rows | None:
        assert was_told.wait(60)
        return execute(session, statement, values, fetch_size)

    monkeypatch.setattr(SqliteSession, "cancel", tell)
    monkeypatch.setattr(SqliteSession, "run", begin_late)
    with pytest.raises(TaskError, match="the statement was cancelled"):
        run("sqlite.Query", sql=ENDLESS, fetchType="FETCH")


def test_a_look_that_is_only_tried_changes_nothing(host: MemoryHost) -> None:
    written: dict[str, Any] = {"url": "jdbc:sqlite:t.db", "sql": "select 1 as a", "afterSQL": "create table t (a)"}
    trigger = host.make_task(Trigger, written)
    ctx = host.run_context(Trigger)
    ctx.facts = type(ctx.facts)(
        **{**{name: getattr(ctx.facts, name) for name in ctx.facts.__struct_fields__}, "is_dry": True}
    )
    for _ in range(2):
        found = trigger.evaluate(ctx)
        assert found is not None
        assert found.rows == [{"a": 1}]


def test_a_flow_hands_rows_on() -> None:
    done = run_flow("""
id: rows
namespace: tests
inputs:
  - {id: least, type: INT, defaults: 2}
tasks:
  - id: make
    type: io.kestra.plugin.jdbc.sqlite.Queries
    url: jdbc:sqlite:shop.db
    outputDbFile: true
    sql: create table orders (id, total); insert into orders values (1, 1.5), (2, 2.5), (3, 3.5)
  - id: ask
    type: io.kestra.plugin.jdbc.sqlite.Query
    url: jdbc:sqlite:shop.db
    sqliteFile: "{{ outputs.make.databaseUri }}"
    sql: select id, total from orders where id >= :least order by id
    parameters:
      least: "{{ inputs.least }}"
    fetchType: STORE
  - id: each
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.ask.size }} {{ read(outputs.ask.uri) }}"
""")
    assert done.state.value == "SUCCESS", done.messages()
    assert "2 {id:2,total:2.5e+0}\n{id:3,total:3.5e+0}\n" in "\n".join(done.messages()) + "\n"
