"""MariaDB, a real server, which the MySQL types speak to as well."""

from __future__ import annotations

import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from sql.conftest import Run
from sql.examples import run_examples
from sql.servers import Server
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost

COLUMNS = """
create table kinds (
  i int, b tinyint(1), t tinyint, u bigint unsigned, d decimal(14, 4), f double, s varchar(20), x text, j json, y blob,
  day date, c time, dt datetime(6), ts timestamp null, yr year, n int null, e enum('a', 'b')
)
"""
VALUES = """
insert into kinds values (1, 1, 5, 18446744073709551615, 2147483645.1234, 1.5, 'it''s \\\\ 100%', 'long', '{"a": [1]}',
  x'00ff', '2030-12-25', '838:59:58', '2004-10-19 10:23:54.25', '2004-10-19 08:23:54', 2024, null, 'b')
"""
EXPECTED: dict[str, Any] = {
    "i": 1,
    "b": True,
    "t": 5,
    "u": 18446744073709551615,
    "d": 2147483645.1234,
    "f": 1.5,
    "s": "it's \\ 100%",
    "x": "long",
    "y": "AP8=",
    "day": "2030-12-25",
    "c": "838:59:58",
    "dt": "2004-10-19T10:23:54.25",
    "ts": "2004-10-19T08:23:54Z",
    "yr": 2024,
    "n": None,
    "e": "b",
}


@pytest.fixture
def table(ask_mariadb: Run) -> Any:
    ask_mariadb(
        "create table things (id int primary key, name varchar(20), at datetime, price decimal(9, 2)) engine=innodb"
    )
    yield "things"
    ask_mariadb("drop table things")


@pytest.mark.parametrize("kind", ["mariadb.Query", "mysql.Query"])
def test_values_of_every_kind_are_given(ask_mariadb: Run, kind: str) -> None:
    ask_mariadb("drop table if exists kinds")
    ask_mariadb(COLUMNS)
    ask_mariadb(VALUES)
    row = ask_mariadb("select * from kinds", kind, fetchType="FETCH_ONE")["row"]
    json_value = row.pop("j")
    assert row == EXPECTED
    assert json_value in ({"a": [1]}, '{"a": [1]}')  # in MariaDB the type is another name of a text


@pytest.mark.usefixtures("table")
def test_parameters_are_values_never_sql(ask_mariadb: Run) -> None:
    name = "x\\' or 1=1; #%s"
    ask_mariadb("insert into things values (:id, :name, :at, 100 % 7)", parameters={"id": 1, "name": name, "at": None})
    found = ask_mariadb("select * from things where name = :name", parameters={"name": name}, fetchType="FETCH")
    assert found["rows"] == [{"id": 1, "name": name, "at": None, "price": 2}]


@pytest.mark.usefixtures("table")
def test_several_statements_are_one_transaction(ask_mariadb: Run) -> None:
    with pytest.raises(TaskError, match=r"MariaDB: 1146 Table 'shop.nowhere' doesn't exist"):
        ask_mariadb("insert into things (id) values (1); select * from nowhere", "mariadb.Queries")
    outputs = ask_mariadb(
        "insert into things (id) values (2); select id from things;", "mariadb.Queries", fetchType="FETCH"
    )
    assert outputs["outputs"] == [{"rows": [{"id": 2}], "size": 1}]


def test_a_stored_result_takes_no_memory(ask_mariadb: Run, host: MemoryHost, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def swallow(name: str, chunks: Any) -> str:
        sizes.append(sum(map(len, chunks)))
        return f"kestra:///{name}"

    monkeypatch.setattr(host, "write_file", swallow)
    ask_mariadb("select 1")
    tracemalloc.start()
    ask_mariadb("select seq, repeat('x', 1000) as x from seq_1_to_20000", fetchType="STORE")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sizes[-1] > 20_000_000
    assert peak < 4_000_000


@pytest.mark.usefixtures("table")
def test_a_batch_writes_what_a_query_stored(run: Run, ask_mariadb: Run, mariadb: Server) -> None:
    sql = "select seq as id, concat('n', seq) as name, timestamp('2024-01-01 10:00') as at, "
    sql += "seq + 0.5 as price from seq_1_to_25"
    uri = ask_mariadb(sql, fetchType="STORE")["uri"]
    login = {**mariadb.login, "url": mariadb.login["url"].replace("mariadb", "mysql")}
    outputs = run("mysql.Batch", **login, from_=uri, table="things", chunk=10)
    assert outputs == {"rowCount": 25, "updatedCount": 25}
    last = ask_mariadb("select * from things order by id desc", fetchType="FETCH_ONE")["row"]
    assert last == {"id": 25, "name": "n25", "at": "2024-01-01T10:00:00", "price": 25.5}


@pytest.mark.usefixtures("table")
def test_a_file_is_loaded(ask_mariadb: Run, host: MemoryHost) -> None:
    uri = host.put("rows.csv", b"1,a\n2,b\n")
    sql = "load data local infile '{{ inputFile }}' into table things fields terminated by ',' (id, name)"
    ask_mariadb(sql, inputFile=uri)
    assert ask_mariadb("select name from things order by id", fetchType="FETCH")["rows"] == [
        {"name": "a"},
        {"name": "b"},
    ]


@pytest.mark.parametrize("with_file", ["with", ""])
@pytest.mark.usefixtures("table")
def test_no_other_file_is_loaded(ask_mariadb: Run, host: MemoryHost, tmp_path: Path, with_file: str) -> None:
    (tmp_path / "secret").write_text("7,geheim\n")
    sql = f"load data local infile '{tmp_path}/secret' into table things fields terminated by ',' (id, name)"
    properties = {"inputFile": host.put("rows.csv", b"1,a\n")} if with_file else {}
    with pytest.raises((TaskError, RuntimeError), match=r"Only rows.csv|LOAD_LOCAL|not allowed|LOCAL INFILE"):
        ask_mariadb(sql, **properties)
    assert ask_mariadb("select * from things", fetchType="FETCH")["size"] == 0


@pytest.mark.usefixtures("table")
def test_a_trigger_fires_for_rows_and_marks_them(host: MemoryHost, ask_mariadb: Run, mariadb: Server) -> None:
    plugin = host.registry.get_task("io.kestra.plugin.jdbc.mariadb.Trigger")
    properties = {**mariadb.login, "sql": "select id from things", "afterSQL": "delete from things"}
    assert host.run(plugin, properties) is None
    ask_mariadb("insert into things (id) values (5)")
    assert host.run(plugin, properties) == {"trigger": {"rows": [{"id": 5}], "size": 1}}
    assert host.run(plugin, properties) is None


def test_a_killed_task_stops_its_statement(ask_mariadb: Run, host: MemoryHost) -> None:
    timer = threading.Timer(0.3, lambda: setattr(host, "is_stopped", True))
    timer.start()
    with pytest.raises(TaskError, match="the statement was cancelled"):
        ask_mariadb("select benchmark(1000000000000, md5('x'))", fetchType="FETCH")
    timer.join()


def test_who_may_not_is_told_why(run: Run, mariadb: Server) -> None:
    with pytest.raises(TaskError, match="Access denied for user 'ana'"):
        run("mariadb.Query", **{**mariadb.login, "password": "wrong"}, sql="select 1")
    with pytest.raises(TaskError, match="Can't connect to MySQL server"):
        run("mysql.Query", url="jdbc:mysql://127.0.0.1:1/x", sql="select 1")


def test_examples_run(ask_mariadb: Run, host: MemoryHost, mariadb: Server) -> None:
    ran, left = run_examples(ask_mariadb, host, mariadb, ("mariadb", "mysql"))
    assert (len(ran), left) == (5, 0)
