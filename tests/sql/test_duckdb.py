"""DuckDB: files as tables, and no others than those that are allowed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from sql.conftest import Run
from tiercel.plugins import TaskError
from tiercel.testing.flows import run_flow
from tiercel.testing.memory_host import MemoryHost

TYPES = """
select 1::hugeint as h, 1.50::decimal(9, 2) as d, [1, 2] as l, {'a': 1, 'b': date '2024-02-03'} as s, map {'k': 1} as m,
  'x'::blob as b, date '2024-01-02' as day, time '10:00' as t, timestamp '2024-01-02 03:04:05.5' as ts,
  timestamptz '2024-01-02 03:04:05+00' as tz, interval 90 minute as i, true as y, null as n
"""
EXPECTED: dict[str, Any] = {
    "h": 1,
    "d": 1.5,
    "l": [1, 2],
    "s": {"a": 1, "b": "2024-02-03"},
    "m": {"k": 1},
    "b": "eA==",
    "day": "2024-01-02",
    "t": "10:00:00",
    "ts": "2024-01-02T03:04:05.5",
    "tz": "2024-01-02T04:04:05+01:00",
    "i": "01:30:00",
    "y": True,
    "n": None,
}


def test_values_of_every_kind_are_given(run: Run) -> None:
    outputs = run("duckdb.Query", sql=TYPES, fetchType="FETCH_ONE", timeZoneId="Europe/Paris")
    assert outputs == {"row": EXPECTED, "size": 1}


def test_files_are_asked_and_written(run: Run, host: MemoryHost) -> None:
    uri = host.put("in.csv", b"name,total\nana,1\nbo,2\nana,3\n")
    outputs = run(
        "duckdb.Queries",
        inputFiles={"in.csv": uri, "more.csv": "name,total\nbo,10\n"},
        outputFiles=["out"],
        sql="""
        create table t as select * from read_csv_auto('{{ workingDir }}/in.csv');
        insert into t select * from '{{ workingDir }}/more.csv';
        copy (select name, sum(total) as total from t group by name order by name) to '{{ outputFiles.out }}' (header);
        select count(*) as c from t;
        """,
        fetchType="FETCH_ONE",
    )
    assert outputs["outputs"] == [{"row": {"c": 4}, "size": 1}]
    assert host.files[outputs["outputFiles"]["out"]] == b"name,total\nana,4\nbo,12\n"


def test_a_database_is_handed_on_as_a_file(run: Run) -> None:
    made = run("duckdb.Query", sql="create table t as select range as n from range(5)", outputDbFile=True)
    assert set(made) == {"size", "databaseUri"}
    asked = run("duckdb.Query", databaseUri=made["databaseUri"], sql="select max(n) as m from t", fetchType="FETCH_ONE")
    assert asked["row"] == {"m": 4}


def test_parameters_are_values(run: Run) -> None:
    properties = {"sql": "select :a as a, :b::integer + 1 as b", "parameters": {"a": "x'; drop", "b": 4}}
    assert run("duckdb.Query", fetchType="FETCH_ONE", **properties)["row"] == {"a": "x'; drop", "b": 5}


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('{}/secret.txt')",
        "select * from '{{{{ workingDir }}}}/../secret.csv'",
        "select * from 'secret.csv'",
        "copy (select 1) to '{}/stolen.csv'",
        "attach '{}/stolen.db'",
        "install httpfs",
        "set enable_external_access = true",
        "set temp_directory = '{}'",
    ],
)
def test_statements_reach_nothing_else(run: Run, tmp_path: Path, sql: str) -> None:
    (tmp_path / "secret.txt").write_text("geheim")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(TaskError, match="DuckDB: ") as caught:
        run("duckdb.Query", sql=sql.format(tmp_path))
    assert "geheim" not in str(caught.value)
    assert {path.name for path in tmp_path.iterdir()} == {"secret.txt", "secret.csv", "work"}


def test_the_installation_may_allow_folders_or_everything(run: Run, host: MemoryHost, tmp_path: Path) -> None:
    folder = tmp_path / "srv"
    folder.mkdir()
    (folder / "a.csv").write_text("n\n1\n2\n")
    sql = "select sum(n) as s from 'FOLDER/*.csv'".replace("FOLDER", str(folder))
    for settings in (
        {"allowed_paths": [str(folder)], "duckdb_is_open": False},
        {"allowed_paths": [], "duckdb_is_open": True},
    ):
        host.answers["settings.sql"] = settings
        assert run("duckdb.Query", sql=sql, fetchType="FETCH_ONE")["row"] == {"s": 3}


def test_a_file_that_was_not_written_is_told(run: Run) -> None:
    with pytest.raises(TaskError, match="has written no file 'out'"):
        run("duckdb.Query", sql="select 1", outputFiles=["out"])


def test_a_killed_task_stops_its_statement(run: Run, host: MemoryHost) -> None:
    timer = threading.Timer(0.3, lambda: setattr(host, "is_stopped", True))
    timer.start()
    with pytest.raises(TaskError, match="the statement was cancelled"):
        run("duckdb.Query", sql="select count(*) from range(100000000000) a, range(1000) b where a.range % 7 = b.range")
    timer.join()


def test_a_flow_asks_a_file_in_duckdb() -> None:
    done = run_flow("""
id: totals
namespace: tests
tasks:
  - id: write
    type: io.kestra.plugin.core.storage.Write
    extension: .csv
    content: |
      customer,total
      ana,1
      bo,2
      ana,3
  - id: ask
    type: io.kestra.plugin.jdbc.duckdb.Query
    inputFiles:
      orders.csv: "{{ outputs.write.uri }}"
    sql: SELECT customer, sum(total) AS total FROM '{{ workingDir }}/orders.csv' GROUP BY customer ORDER BY customer
    fetchType: FETCH
  - id: show
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.ask.rows }}"
""")
    assert done.state.value == "SUCCESS", done.messages()
    assert '[{"customer":"ana","total":4},{"customer":"bo","total":2}]' in done.messages()
