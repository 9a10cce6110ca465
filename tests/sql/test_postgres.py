"""PostgreSQL, a real server."""

from __future__ import annotations

import threading
import tracemalloc
from typing import Any

import pytest

from sql.conftest import Run
from sql.examples import run_examples
from sql.servers import Server
from tiercel.plugins import TaskError
from tiercel.tasks.storage.ion import plain, read_rows
from tiercel.testing.memory_host import MemoryHost

TYPES = """
select 1::int as whole, 9223372036854775807::bigint as large, 2147483645.1234::numeric as decimal,
  12345678901234567890.123::numeric as exact, 5::numeric as five, 'NaN'::float8 as none, 1.5::real as real,
  true as yes, 'x'::varchar as text, null::text as nothing, '2030-12-25'::date as day, '04:05:30'::time as clock,
  '2004-10-19 10:23:54.250'::timestamp as local, '2004-10-19 08:23:54.25+02'::timestamptz as zoned,
  interval '10 years 4 months 5 days 10 seconds' as length, '{100,200}'::int[] as list,
  array[array['a', 'b'], array['c', 'd']] as lists, '{"color": "red"}'::json as j, '[1, null]'::jsonb as jb,
  '\\xDEADBEEF'::bytea as bytes, '6ecd8c99-4036-403d-bf84-cf8400f67836'::uuid as id, '10.0.0.1'::inet as address,
  'infinity'::date as never, int4range(1, 5) as range, pg_sleep(0) as void
"""
EXPECTED = {
    "whole": 1,
    "large": 9223372036854775807,
    "decimal": 2147483645.1234,
    "exact": "12345678901234567890.123",
    "five": 5,
    "none": "nan",
    "real": 1.5,
    "yes": True,
    "text": "x",
    "nothing": None,
    "day": "2030-12-25",
    "clock": "04:05:30",
    "local": "2004-10-19T10:23:54.25",
    "zoned": "2004-10-19T08:23:54.25+02:00",
    "length": "P10Y4M5DT0H0M10S",
    "list": [100, 200],
    "lists": [["a", "b"], ["c", "d"]],
    "j": {"color": "red"},
    "jb": [1, None],
    "bytes": "3q2+7w==",
    "id": "6ecd8c99-4036-403d-bf84-cf8400f67836",
    "address": "10.0.0.1",
    "never": "infinity",
    "range": "[1, 5)",
    "void": None,
}


@pytest.fixture
def table(ask: Run) -> Any:
    ask("create table things (id int primary key, name text, at timestamptz, price numeric)")
    yield "things"
    ask("drop table things")


def stored(host: MemoryHost, uri: str) -> list[Any]:
    return [plain(row) for row in read_rows([host.files[uri]])]


def test_one_row_has_values_of_json(ask: Run) -> None:
    outputs = ask(TYPES, fetchType="FETCH_ONE", timeZoneId="Europe/Paris")
    assert outputs == {"row": EXPECTED, "size": 1}


def test_rows_are_given_with_their_number(ask: Run, host: MemoryHost) -> None:
    outputs = ask("select g as n from generate_series(1, 3) g", fetchType="FETCH", fetchSize=2)
    assert outputs == {"rows": [{"n": 1}, {"n": 2}, {"n": 3}], "size": 3}
    assert host.metrics == [("counter", "fetch.size", 3.0, {"fetch": "true", "store": "false"})]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("FETCH", {"rows": [], "size": 0}), ("FETCH_ONE", {"size": 0}), ("NONE", {"size": 0})],
)
def test_no_rows_is_an_answer_too(ask: Run, kind: str, expected: dict[str, Any]) -> None:
    assert ask("select 1 as n where false", fetchType=kind) == expected


@pytest.mark.parametrize(("old", "output"), [("fetch", "rows"), ("fetchOne", "row"), ("store", "uri")])
def test_old_spellings_of_the_fetch_type_work(ask: Run, old: str, output: str) -> None:
    assert output in ask("select 1 as n", **{old: True})


def test_a_file_keeps_what_json_cannot(ask: Run, host: MemoryHost) -> None:
    outputs = ask(TYPES, fetchType="STORE", timeZoneId="Europe/Paris")
    text = host.files[outputs["uri"]].decode()
    assert outputs["size"] == 1
    assert "12345678901234567890.123" in text
    assert "day:2030-12-25" in text
    assert 'local:LocalDateTime::"2004-10-19T10:23:54.25"' in text
    assert 'zoned:ZonedDateTime::"2004-10-19T08:23:54.25+02:00[Europe/Paris]"' in text
    assert "bytes:{{3q2+7w==}}" in text
    (row,) = stored(host, outputs["uri"])
    assert row["list"] == [100, 200]
    assert row["j"] == {"color": "red"}


def test_a_stored_result_takes_no_memory(ask: Run, host: MemoryHost, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def swallow(name: str, chunks: Any) -> str:
        sizes.append(sum(map(len, chunks)))
        return f"kestra:///{name}"

    monkeypatch.setattr(host, "write_file", swallow)
    ask("select 1")  # so that libraries are loaded before memory is counted
    tracemalloc.start()
    ask("select g, repeat('x', 1000) as x from generate_series(1, 20000) g", fetchType="STORE", fetchSize=100)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sizes[-1] > 20_000_000
    assert peak < 4_000_000


@pytest.mark.usefixtures("table")
def test_parameters_are_values_never_sql(ask: Run) -> None:
    name = "x'); drop table things; --"
    ask(
        "insert into things values (:id, :name, :at, :price)",
        parameters={"id": 1, "name": name, "at": None, "price": 2.5},
    )
    row = ask("select name, price from things where name = :name", parameters={"name": name}, fetchType="FETCH_ONE")
    assert row["row"] == {"name": name, "price": 2.5}
    listed = ask("select :list as l, :map as m", parameters={"list": [1, 2], "map": {"a": 1}}, fetchType="FETCH_ONE")
    assert listed["row"] == {"l": [1, 2], "m": {"a": 1}}


def test_sql_is_rendered(ask: Run, host: MemoryHost) -> None:
    host.variables["inputs"] = {"n": 7}
    assert ask("select {{ inputs.n }} as n", fetchType="FETCH_ONE")["row"] == {"n": 7}


def test_a_query_runs_one_statement(ask: Run) -> None:
    with pytest.raises(TaskError, match="use Queries"):
        ask("select 1; select 2")
    with pytest.raises(TaskError, match="holds no statement"):
        ask("-- nothing")


def test_what_the_database_says_is_the_message(ask: Run) -> None:
    with pytest.raises(TaskError, match=r'PostgreSQL: relation "nowhere" does not exist'):
        ask("select * from nowhere")


def test_a_failing_row_fails_while_it_is_stored(ask: Run) -> None:
    with pytest.raises(TaskError, match="division by zero"):
        ask("select 1 / (3 - g) from generate_series(1, 5) g", fetchType="STORE", fetchSize=1)


def test_a_wrong_password_is_told(run: Run, postgres: Server) -> None:
    with pytest.raises(TaskError, match="password authentication failed"):
        run("postgresql.Query", **{**postgres.login, "password": "wrong"}, sql="select 1")


@pytest.mark.usefixtures("table")
def test_after_sql_counts_with_the_statement_or_not_at_all(ask: Run) -> None:
    ask("insert into things (id) values (1)")
    assert ask("select id from things", fetchType="FETCH", afterSQL="delete from things")["size"] == 1
    with pytest.raises(TaskError, match="does not exist"):
        ask("insert into things (id) values (2)", afterSQL="delete from nowhere")
    assert ask("select id from things", fetchType="FETCH")["size"] == 0


@pytest.mark.usefixtures("table")
def test_several_statements_give_their_rows_in_order(ask: Run) -> None:
    sql = "insert into things (id) values (1), (2); select max(id) as m from things; select count(*) as c from things;"
    outputs = ask(sql, kind="Queries", fetchType="FETCH_ONE")
    assert outputs == {"outputs": [{"row": {"m": 2}, "size": 1}, {"row": {"c": 2}, "size": 1}]}


@pytest.mark.parametrize(("transaction", "kept"), [(True, 0), (False, 1)])
@pytest.mark.usefixtures("table")
def test_several_statements_are_one_transaction_unless_told(
    ask: Run,
    transaction: bool,
    kept: int,
) -> None:
    with pytest.raises(TaskError, match="nowhere"):
        ask("insert into things (id) values (1); select * from nowhere", kind="Queries", transaction=transaction)
    assert ask("select * from things", fetchType="FETCH")["size"] == kept


def test_a_killed_task_stops_its_statement(ask: Run, host: MemoryHost) -> None:
    timer = threading.Timer(0.3, lambda: setattr(host, "is_stopped", True))
    timer.start()
    with pytest.raises(TaskError, match="the statement was cancelled"):
        ask("select pg_sleep(1000000)")
    timer.join()


@pytest.mark.parametrize("properties", [{"table": "things"}, {"sql": "insert into things values (?, ?, ?, ?)"}])
@pytest.mark.usefixtures("table")
def test_a_batch_writes_what_a_query_stored(
    run: Run, ask: Run, host: MemoryHost, postgres: Server, properties: dict[str, Any]
) -> None:
    source = "select g as id, 'n' || g as name, '2024-01-01 10:00+00'::timestamptz as at, g + 0.5 as price "
    source += "from generate_series(1, 25) g"
    uri = ask(source, fetchType="STORE", timeZoneId="Europe/Paris")["uri"]
    outputs = run("postgresql.Batch", **postgres.login, from_=uri, chunk=10, **properties)
    assert outputs == {"rowCount": 25, "updatedCount": 25}
    assert ("counter", "records", 25.0, {}) in host.metrics
    last = ask("select * from things order by id desc", fetchType="FETCH_ONE")["row"]
    assert last == {"id": 25, "name": "n25", "at": "2024-01-01T10:00:00Z", "price": 25.5}


@pytest.mark.usefixtures("table")
def test_a_batch_takes_the_columns_it_is_told(run: Run, ask: Run, host: MemoryHost, postgres: Server) -> None:
    uri = host.put("rows.ion", b'{id:1,extra:2,name:"a"}\n{id:2,extra:3,name:null}\n')
    run("postgresql.Batch", **postgres.login, from_=uri, table="things", columns=["id", "name"])
    assert ask("select id, name from things order by id", fetchType="FETCH")["rows"] == [
        {"id": 1, "name": "a"},
        {"id": 2, "name": None},
    ]


@pytest.mark.parametrize(
    ("rows", "properties", "message"),
    [
        (b"{id:1}", {}, "needs `sql`, or `table`"),
        (b"{id:1}\n{nr:2}", {"table": "things", "columns": ["id"]}, "Row 2 has no id; it has nr"),
        (b"{id:1}", {"sql": "insert into things (id, name) values (?, ?)"}, "has 1 values, and the statement has 2"),
        (b"[1, 2]\n3", {"sql": "insert into things (id, name) values (?, ?)"}, "Row 2 is neither a map nor a list"),
    ],
)
@pytest.mark.usefixtures("table")
def test_rows_that_do_not_fit_are_told(
    run: Run, host: MemoryHost, postgres: Server, rows: bytes, properties: dict[str, Any], message: str
) -> None:
    with pytest.raises(TaskError, match=message):
        run("postgresql.Batch", **postgres.login, from_=host.put("rows.ion", rows), **properties)


@pytest.mark.usefixtures("table")
def test_a_chunk_counts_whole_or_not_at_all(run: Run, ask: Run, host: MemoryHost, postgres: Server) -> None:
    rows = b"".join(b"{id:%d}\n" % number for number in (1, 2, 3, 3))
    with pytest.raises(TaskError, match="duplicate key"):
        run("postgresql.Batch", **postgres.login, from_=host.put("rows.ion", rows), table="things", chunk=2)
    assert ask("select id from things order by id", fetchType="FETCH")["rows"] == [{"id": 1}, {"id": 2}]


@pytest.mark.usefixtures("table")
def test_files_are_copied_in_and_out(run: Run, host: MemoryHost, postgres: Server) -> None:
    uri = host.put("rows.csv", b"id;name\n1;'a;b'\n2;-\n")
    copied = run(
        "postgresql.CopyIn",
        **postgres.login,
        from_=uri,
        table="things",
        columns=["id", "name"],
        format="CSV",
        header=True,
        delimiter=";",
        quote="'",
        nullString="-",
    )
    assert copied == {"rowCount": 2}
    for source in ({"sql": "select id, name from things order by id"}, {"table": "things", "columns": ["id", "name"]}):
        outputs = run("postgresql.CopyOut", **postgres.login, format="CSV", header=True, **source)
        assert outputs["rowCount"] == 2
        assert host.files[outputs["uri"]] == b"id,name\n1,a;b\n2,\n"


@pytest.mark.usefixtures("table")
def test_a_copy_that_fails_says_where(run: Run, host: MemoryHost, postgres: Server) -> None:
    with pytest.raises(TaskError, match=r"(?s)invalid input syntax for type integer.*COPY things, line 2"):
        run(
            "postgresql.CopyIn",
            **postgres.login,
            from_=host.put("x", b"1\nx\n"),
            table="things",
            columns=["id"],
            format="CSV",
        )
    with pytest.raises(TaskError, match="must be one statement"):
        run("postgresql.CopyOut", **postgres.login, sql="select 1; drop table things")


@pytest.mark.usefixtures("table")
def test_a_trigger_fires_for_rows_and_marks_them(host: MemoryHost, ask: Run, postgres: Server) -> None:
    plugin = host.registry.get_task("io.kestra.plugin.jdbc.postgresql.Trigger")
    properties = {**postgres.login, "sql": "select id from things", "afterSQL": "delete from things"}
    assert host.run(plugin, properties) is None
    ask("insert into things (id) values (5)")
    assert host.run(plugin, properties) == {"trigger": {"rows": [{"id": 5}], "size": 1}}
    assert host.run(plugin, properties) is None


def test_the_search_path_of_an_address_counts(run: Run, ask: Run, postgres: Server) -> None:
    ask("create schema if not exists other")
    login = {**postgres.login, "url": f"{postgres.login['url']}?currentSchema=other&ApplicationName=test"}
    sql = "select current_schema() as s, current_setting('application_name') as a"
    assert run("postgresql.Query", **login, sql=sql, fetchType="FETCH_ONE")["row"] == {"s": "other", "a": "test"}


def test_encryption_that_is_asked_for_is_not_given_up(run: Run, postgres: Server) -> None:
    with pytest.raises(TaskError, match="server does not support SSL"):
        run("postgresql.Query", **postgres.login, sql="select 1", ssl=True)


def test_examples_run(ask: Run, host: MemoryHost, postgres: Server) -> None:
    ran, left = run_examples(ask, host, postgres, ("postgresql",))
    assert (len(ran), left) == (5, 1)
