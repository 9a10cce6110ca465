"""Rows through jq and through Polars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from groups.test_serdes_text import rows
from tiercel.errors import ExpressionError
from tiercel.plugins import Resources, TaskError
from tiercel.plugins.registry import Registry
from tiercel.testing.memory_host import MemoryHost


@pytest.fixture(scope="module")
def processes() -> Iterator[Resources]:
    """Keep the processes JSONata runs in from one test to the next."""
    made = Resources()
    yield made
    made.close()


@pytest.fixture
def host(host: MemoryHost, processes: Resources) -> MemoryHost:
    host.resources = processes
    return host


ORDERS = b'{id: 1, customer: "a", amount: 2.5, day: 2024-01-01} {id: 2, customer: "b", amount: 1., day: null}'


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("select(.amount > 2) | {id, day}", [{"id": 1, "day": "2024-01-01"}]),
        (".id, .customer", [1, "a", 2, "b"]),
        ("empty", []),
    ],
)
def test_rows_go_through_jq(host: MemoryHost, registry: Registry, program: str, expected: list[Any]) -> None:
    plugin = registry.get_task("io.tiercel.plugin.transform.Jq")
    out = host.run(plugin, {"from": host.put("o.ion", ORDERS), "program": program})
    assert rows(host, out["uri"]) == expected
    assert (out["processedItemsTotal"], out["size"]) == (2, len(expected))


def test_data_is_never_a_program(host: MemoryHost, registry: Registry) -> None:
    plugin = registry.get_task("io.tiercel.plugin.transform.Jq")
    uri = host.put("o.ion", b'{a: "{{ 1 + 1 }}"}')
    assert rows(host, host.run(plugin, {"from": uri, "program": ".a"})["uri"]) == ["{{ 1 + 1 }}"]
    with pytest.raises(ExpressionError):
        host.run(plugin, {"from": uri, "program": ".a |"})


def test_rows_go_through_sql(host: MemoryHost, registry: Registry) -> None:
    plugin = registry.get_task("io.tiercel.plugin.transform.Polars")
    tables = {"orders": host.put("o.ion", ORDERS), "names": host.put("n.csv", b"customer,name\na,Ana\nb,Ben\n")}
    sql = "SELECT name, amount, day FROM orders JOIN names USING (customer) ORDER BY name"
    out = host.run(plugin, {"tables": tables, "sql": sql})
    assert rows(host, out["uri"]) == [
        {"name": "Ana", "amount": Decimal("2.5"), "day": date(2024, 1, 1)},
        {"name": "Ben", "amount": Decimal(1), "day": None},
    ]
    assert out["size"] == 2
    for kind in ("CSV", "JSONL", "PARQUET"):
        there = host.run(plugin, {"tables": tables, "sql": "SELECT id FROM orders ORDER BY id", "format": kind})
        back = host.run(plugin, {"tables": {"t": there["uri"]}, "sql": "SELECT SUM(id) AS n FROM t"})
        assert rows(host, back["uri"]) == [{"n": 3}]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM read_csv('{file}')", "may not read files"),
        ("SELECT * FROM \"Read_Csv\"('{file}')", "may not read files"),
        ("SELECT * FROM read_csv/**/('{file}')", "may not read files"),
        ("SELECT * FROM '{file}'", "The statement failed"),
        ("SELECT * FROM missing", "The statement failed"),
        ("nonsense", "The statement failed"),
    ],
)
def test_a_statement_sees_its_tables_only(
    host: MemoryHost, registry: Registry, tmp_path: Path, sql: str, message: str
) -> None:
    plugin = registry.get_task("io.tiercel.plugin.transform.Polars")
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n")
    with pytest.raises(TaskError, match=message):
        host.run(plugin, {"tables": {"t": host.put("o.ion", ORDERS)}, "sql": sql.format(file=file)})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a.n FROM t a CROSS JOIN t b CROSS JOIN t c ORDER BY b.n",
        "SELECT a.n, b.n AS m, c.n AS o FROM t a CROSS JOIN t b CROSS JOIN t c",
    ],
)
def test_a_statement_that_explodes_harms_only_itself(host: MemoryHost, registry: Registry, sql: str) -> None:
    plugin = registry.get_task("io.tiercel.plugin.transform.Polars")
    tables = {"t": host.put("t.csv", b"n\n" + b"\n".join(b"%d" % number for number in range(3000)))}
    host.run(plugin, {"tables": tables, "sql": "SELECT 1 AS n"})  # in a process of another bound
    host.answers["settings.isolation"] = {"most_memory_bytes": 1024**3, "grace_seconds": 1.0}
    with pytest.raises(TaskError, match="most_memory_bytes"):
        host.run(plugin, {"tables": tables, "sql": sql})
    out = host.run(plugin, {"tables": tables, "sql": "SELECT COUNT(*) AS n FROM t"})
    assert rows(host, out["uri"]) == [{"n": 3000}]


def test_a_table_needs_a_name(host: MemoryHost, registry: Registry) -> None:
    plugin = registry.get_task("io.tiercel.plugin.transform.Polars")
    with pytest.raises(TaskError, match="no name of a table"):
        host.run(plugin, {"tables": {"../x": host.put("o.csv", b"a\n")}, "sql": "SELECT 1"})


VALUE = "io.kestra.plugin.transform.jsonata.TransformValue"
ITEMS = "io.kestra.plugin.transform.jsonata.TransformItems"


@pytest.mark.parametrize(
    ("given", "expression", "expected"),
    [
        ('{"a": [{"b": 1}, {"b": 2.5}]}', "$sum(a.b)", 3.5),
        ('{"a": [{"b": 1}, {"b": 2}]}', "a[b > 1].{'c': b * 2}", {"c": 4}),
        ('{"a": [1, 2]}', "{'n': [a.($ * 2)], 's': $string(a)}", {"n": [2, 4], "s": "[1,2]"}),
        ('{"a": null}', "a", None),
        ('"x1y22"', r"$match($, /[0-9]+/).match", ["1", "22"]),
        ('"aXbxc"', "$split($, /x/i)", ["a", "b", "c"]),
        ('"2024"', r"$replace($, /(\\d)(\\d)/, '$2$1')".replace("\\\\", "\\"), "0242"),
        ('"{{ 1 + 1 }}"', "$", "{{ 1 + 1 }}"),
        (f"[{2**63 - 1}, {2**70}]", "$", [2**63 - 1, float(2**70)]),
    ],
)
def test_a_value_goes_through_jsonata(
    host: MemoryHost, registry: Registry, given: str, expression: str, expected: Any
) -> None:
    host.variables["given"] = given
    plugin = registry.get_task(VALUE)
    assert host.run(plugin, {"from": "{{ given }}", "expression": expression}).get("value") == expected


@pytest.mark.parametrize(
    ("is_exploded", "expected"),
    [(True, [1, "a", 2, "b"]), (False, [[1, "a"], [2, "b"]])],
)
def test_rows_go_through_jsonata(
    host: MemoryHost, registry: Registry, expected: list[Any], *, is_exploded: bool
) -> None:
    properties = {"from": host.put("o.ion", ORDERS), "expression": "[id, customer]", "explodeArray": is_exploded}
    out = host.run(registry.get_task(ITEMS), properties)
    assert rows(host, out["uri"]) == expected
    assert out["processedItemsTotal"] == len(expected)


@pytest.mark.parametrize(
    ("given", "expression", "message"),
    [
        ("{a", "a", "from: a JSON value is needed"),
        ("1", "a +", "expression: "),
        ("1", "$nope()", "expression: "),
        ("1", "$substring", "no JSON value"),
        ("1", "/a**/", "is no regular expression"),
        ("1", "/* a", "expression: it cannot be read"),
        (f'"{"a" * 40}"', "$match($, /(a|a|aa)+(a|b|ab)*c$/)", "a regular expression takes too long"),
        ("1", "($f := function($n) { 1 + $f($n) }; $f(1))", "expression: "),
    ],
)
def test_what_jsonata_refuses(host: MemoryHost, registry: Registry, given: str, expression: str, message: str) -> None:
    host.variables["given"] = given
    with pytest.raises(TaskError, match=re.escape(message)):
        host.run(registry.get_task(VALUE), {"from": "{{ given }}", "expression": expression, "maxDepth": 50})


def test_memory_of_jsonata_is_bounded(host: MemoryHost, registry: Registry) -> None:
    plugin = registry.get_task(VALUE)
    host.run(plugin, {"from": "1", "expression": "$"})  # in a process of another bound, which is not used again
    host.answers["settings.isolation"] = {"most_memory_bytes": 300 * 1024**2, "grace_seconds": 1.0}
    with pytest.raises(TaskError, match="more memory than plugins"):
        host.run(plugin, {"from": "1", "expression": "$pad('x', 1000000000)"})
    assert host.run(plugin, {"from": "1", "expression": "$ + 1"}) == {"value": 2}
