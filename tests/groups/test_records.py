"""Records mapped, filtered, joined, taken apart and summed up."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from groups.conftest import Run
from groups.test_serdes_text import rows
from tiercel.model.json import Json
from tiercel.plugins import TaskError
from tiercel.plugins.registry import Registry
from tiercel.tasks.transform.records.casting import shown
from tiercel.tasks.transform.records.language import read_expression
from tiercel.tasks.transform.records.paths import MISSING
from tiercel.testing.memory_host import MemoryHost

RECORD: dict[str, Json] = {
    "amount": 120,
    "country": "FR",
    "none": None,
    "user": {"first name": "Ana", "age": 30, "nick": None},
    "items": [{"price": 1.5, "sku": "a"}, {"sku": "b"}, {"price": Decimal("2.5"), "sku": None}],
    "orders": [{"lines": [{"n": 1}]}, {"lines": []}],
    "at": datetime(2026, 1, 31, 12, tzinfo=UTC),
    "day": "2026-01-31T13:00:00+01:00",
    "$1": {"event type": 7},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("amount", 120),
        ('user["first name"]', "Ana"),
        ("user.age", 30),
        ("items[0].price", 1.5),
        ("items[9].price", None),
        ("items[].price", [1.5, None, 2.5]),
        ("items[].sku", ["a", "b", None]),
        ("orders[].lines[].n", [[1], []]),
        ("none.a.b", None),
        ('$1["event type"]', 7),
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 5 - 1", 4),
        ("100 / 10 / 2", 5),
        ("1 / 3", 0.3333333333),
        ("1 / 0", None),
        ("-amount + 1", -119),
        ("1 + none", None),
        ("true || false && false", True),
        ("(true || false) && false", False),
        ("none && true", None),
        ("false && none", False),
        ("true || country.oops", True),
        ("!(1 > 2)", True),
        ("!none", None),
        ("null == null", True),
        ("none = missing", True),
        ("none != 1", True),
        ("none > 1", None),
        ("1.0 == 1", True),
        ('"1" == 1', False),
        ('"1" >= 1', True),
        ('"b" > "a"', True),
        ("1 + 2 * 3 = 7", True),
        ('country in ("DE", "FR")', True),
        ("amount in (1, 2)", False),
        ("amount in ()", False),
        ("at == parseTimestamp(day)", True),
        ("at > parseTimestamp(day)", False),
        ("parseTimestamp(day)", "2026-01-31T13:00:00+01:00"),
        ("sum(items[].price)", 4),
        ("avg(items[].price)", 2),
        ("count(items[].price)", 3),
        ("min(items[].price)", 1.5),
        ("max(items[].sku)", "b"),
        ("SUM(missing)", None),
        ("avg(missing)", None),
        ("coalesce(missing, none, country)", "FR"),
        ('concat(country, "-", amount, none)', "FR-120"),
        ('toInt("12") + toDecimal("0.5")', 12.5),
        ("toString(amount)", "120"),
        ('toBoolean("True")', True),
        (r'"a\"b\\c\n"', 'a"b\\c\n'),
        ("{{ 1 }}"[3], 1),
    ],
)
def test_an_expression_gives(text: str, expected: Json) -> None:
    found = read_expression(text, "expr")(RECORD)
    assert found is not MISSING
    assert shown(found) == expected


@pytest.mark.parametrize("text", ["missing", "user.missing", 'missing["x"].y', "items[].sku.x.y[0]"])
def test_a_path_may_lead_nowhere(text: str) -> None:
    record: dict[str, Json] = {"user": {}, "items": []}
    assert read_expression(text, "expr")(record) in (MISSING, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("user.", "character 6: the name of a field is missing"),
        ("(", "character 2: a value is missing at its end"),
        ("1 + 2)", "character 6: '\\)' is not expected"),
        ("user[foo]", "between \\[ and \\]"),
        ("items[0", "'\\]' is missing"),
        ('"abc', "a text does not end"),
        (r'"\x"', "no way to write a character"),
        ("nope(1)", "there is no function nope; there are avg, coalesce"),
        ("sum()", "sum takes one value, not 0"),
        ("coalesce()", "at least one value"),
        ("a ; b", "';' is not expected"),
        ("(" * 5000, "too deep"),
        ("!" * 5000 + "true", "too deep"),
        ("1e99999999999999999999", "too large"),
    ],
)
def test_what_is_no_expression_says_where(text: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        read_expression(text, "expr")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("country[]", "A list is needed at country\\[\\]"),
        ("items[0].sku[1]", "A list is needed at items\\[0\\].sku\\[1\\]"),
        ("country.x", "Field x cannot be looked up"),
        ("country + 1", "'FR' is not a number"),
        ("country && true", "'FR' is not true or false"),
        ("sum(amount)", "is not a list"),
        ("toInt(1.5)", "integer of 64 bits"),
        ("toInt(9e300)", "integer of 64 bits"),
        ('toDecimal("nan")', "not a number"),
        ('parseTimestamp("2026-01-31T12:00:00")', "with its zone"),
        ("1e999999 * 1e999999", "too large"),
        ("+".join(["1"] * 5000), "too many parts"),
    ],
)
def test_a_value_that_does_not_fit_is_told(text: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        read_expression(text, "expr")(RECORD)


ORDERS: list[Json] = [
    {"id": 1, "who": "a", "amount": 10, "note": None, "lines": [{"n": 1}, {"n": 2}]},
    {"id": 2, "who": "b", "amount": 2.5, "note": "x", "lines": []},
    {"id": 3, "who": "a", "amount": "oops", "note": "y", "lines": "none"},
]


def _records(run: Run, name: str, **properties: Any) -> Any:
    return run(f"transform.{name}", **properties)["records"]


def test_map_makes_new_records(run: Run) -> None:
    fields = {"id": {"expr": "id", "type": "STRING"}, "double": "toDecimal(amount) * 2", "note": "note"}
    assert _records(run, "Map", from_=ORDERS[:2], fields=fields) == [
        {"id": "1", "double": 20},
        {"id": "2", "double": 5, "note": "x"},
    ]
    kept = _records(
        run,
        "Map",
        from_=ORDERS[:1],
        fields={"id": "id + 1"},
        keepOriginalFields=True,
        dropNulls=False,
        outputType="RECORDS",
    )
    assert kept == [{**ORDERS[0], "id": 2}]


@pytest.mark.parametrize(
    ("on_error", "expected"),
    [("SKIP", [{"n": 10}, {"n": 2.5}]), ("NULL", [{"n": 10}, {"n": 2.5}, {"n": None}])],
)
def test_map_goes_on_after_an_error(run: Run, host: MemoryHost, on_error: str, expected: Json) -> None:
    fields = {"n": {"expr": "amount", "type": "DECIMAL"}}
    with pytest.raises(TaskError, match=r"fields.n: 'oops' is not a number"):
        run("transform.Map", from_=ORDERS, fields=fields)
    assert _records(run, "Map", from_=ORDERS, fields=fields, onError=on_error, dropNulls=False) == expected
    counted = {name: value for _, name, value, _ in host.metrics}
    assert (counted["processed"], counted["failed"], counted["dropped"]) == (3, 1, int(on_error == "SKIP"))


def test_a_field_that_is_not_there_is_an_error_unless_optional(run: Run) -> None:
    with pytest.raises(TaskError, match=r"fields.x: the record has no nope"):
        run("transform.Map", from_=ORDERS, fields={"x": "nope"})
    assert _records(run, "Map", from_=[{}], fields={"x": {"expr": "nope", "optional": True}}) == [{}]


def test_types_are_kept_in_a_stored_file(run: Run, host: MemoryHost) -> None:
    uri = host.put("o.ion", b'{a: 1, at: 2026-01-31T12:00:00Z} [{a: 2, at: "2026-01-31T12:00:00Z"}]')
    fields = {"a": {"expr": "a", "type": "DECIMAL"}, "at": {"expr": "at", "type": "TIMESTAMP"}}
    for output_format in ("TEXT", "BINARY"):
        stored = run("transform.Map", from_=uri, fields=fields, outputFormat=output_format)
        assert "records" not in stored
        found = rows(host, stored["uri"])
        assert [row["a"] for row in found] == [Decimal(1), Decimal(2)]
        assert all(row["at"] == datetime(2026, 1, 31, 12, tzinfo=UTC) for row in found)
        assert host.files[stored["uri"]].startswith(b"\xe0\x01\x00\xea") == (output_format == "BINARY")
    shown_again = run("transform.Map", from_=uri, fields=fields, outputType="RECORDS")["records"]
    assert shown_again == [{"a": 1, "at": "2026-01-31T12:00:00Z"}, {"a": 2, "at": "2026-01-31T12:00:00Z"}]


@pytest.mark.parametrize(("on_error", "expected"), [("SKIP", [1]), ("KEEP", [1, 3])])
def test_filter_keeps_what_is_true(run: Run, on_error: str, expected: list[int]) -> None:
    with pytest.raises(TaskError, match="where: 'oops' is not a number"):
        run("transform.Filter", from_=ORDERS, where="amount > 5")
    found = _records(run, "Filter", from_=json.dumps(ORDERS), where="amount > 5", onError=on_error)
    assert [row["id"] for row in found] == expected
    with pytest.raises(TaskError, match="where: 'note' is null"):
        run("transform.Filter", from_=ORDERS, where="note")


def test_unnest_makes_a_record_of_each_item(run: Run) -> None:
    found = _records(run, "Unnest", from_=ORDERS[:2], path="lines[]", as_="line")
    assert found == [
        {"id": 1, "who": "a", "amount": 10, "note": None, "line": {"n": 1}},
        {"id": 1, "who": "a", "amount": 10, "note": None, "line": {"n": 2}},
    ]
    nested = [{"o": {"lines": [7], "x": 1}}]
    assert _records(run, "Unnest", from_=nested, path="o.lines", as_="n") == [{"o": {"x": 1}, "n": 7}]
    assert _records(run, "Unnest", from_=nested, path="o.lines", as_="n", keepOriginalFields=False) == [{"n": 7}]
    with pytest.raises(TaskError, match=r"no list at lines|A list is needed at lines"):
        run("transform.Unnest", from_=ORDERS, path="lines[]", as_="line")
    skipped = _records(run, "Unnest", from_=ORDERS[2:], path="lines[]", as_="l", onError="SKIP")
    nulled = _records(run, "Unnest", from_=ORDERS[2:], path="lines[]", as_="l", onError="NULL")
    assert (skipped, nulled) == ([], [{"id": 3, "who": "a", "amount": "oops", "note": "y", "l": None}])


def test_zip_puts_records_side_by_side(run: Run) -> None:
    left, right = [{"a": 1}, {"a": 2, "b": 1}], [{"b": 3}, {"b": 4}]
    with pytest.raises(TaskError, match="two of them have a field b"):
        run("transform.Zip", inputs=[left, right])
    assert _records(run, "Zip", inputs=[left, right], onError="SKIP") == [{"a": 1, "b": 3}]
    assert _records(run, "Zip", inputs=[left, right], onConflict="LEFT")[1] == {"a": 2, "b": 1}
    assert _records(run, "Zip", inputs=[left, json.dumps(right)], onConflict="RIGHT")[1] == {"a": 2, "b": 4}
    with pytest.raises(TaskError, match="same number of records"):
        run("transform.Zip", inputs=[left, right[:1]])


def test_select_joins_filters_and_makes_fields(run: Run, host: MemoryHost) -> None:
    orders, people = [{"id": 1, "amount": 120}, {"id": 2, "amount": 70}], [{"id": 9, "name": "Ana"}, {"name": None}]
    found = _records(
        run, "Select", inputs=[orders, people], where="amount > 100", fields={"order": "$1.id", "who": "$2.name"}
    )
    assert found == [{"order": 1, "who": "Ana"}]
    assert _records(run, "Select", inputs=[orders, people])[0] == {"id": 9, "amount": 120, "name": "Ana"}
    stored = run(
        "transform.Select", inputs=[host.put("o.ion", b"{id: 5}"), [{"x": 1}]], fields={"y": "x"}, keepInputFields=[1]
    )
    assert rows(host, stored["uri"]) == [{"id": 5, "y": 1}]
    with pytest.raises(TaskError, match="there is no input 3"):
        run("transform.Select", inputs=[orders, people], keepInputFields=[3])
    with pytest.raises(TaskError, match="same number"):
        run("transform.Select", inputs=[orders, people[:1]])
    assert len(_records(run, "Select", inputs=[orders, people[:1]], onLengthMismatch="SKIP")) == 1
    kept = _records(run, "Select", inputs=[orders, people], fields={"n": "length"}, onError="KEEP")
    assert kept[1] == {"id": 2, "amount": 70}
    assert _records(run, "Select", inputs=[orders, people], fields={"n": "length"}, onError="SKIP") == []


def test_aggregate_sums_up_groups(run: Run) -> None:
    aggregates = {
        "n": "count()",
        "total": {"expr": "sum(amount)", "type": "FLOAT"},
        "mean": "avg(amount)",
        "least": "min(id)",
        "most": "max(note)",
        "first": "first(note)",
        "last": "last(id)",
    }
    found = _records(
        run,
        "Aggregate",
        from_=[*ORDERS[:2], {"who": "a", "amount": 5, "id": 0}],
        groupBy=["who"],
        aggregates=aggregates,
    )
    assert found == [
        {"who": "a", "n": 2, "total": 15.0, "mean": 7.5, "least": 0, "most": None, "first": None, "last": 0},
        {"who": "b", "n": 1, "total": 2.5, "mean": 2.5, "least": 2, "most": "x", "first": "x", "last": 2},
    ]


@pytest.mark.parametrize(("on_error", "expected"), [("SKIP", {"n": 1, "sum": 10}), ("NULL", {"n": 2, "sum": None})])
def test_aggregate_goes_on_after_an_error(run: Run, on_error: str, expected: dict[str, Json]) -> None:
    properties: dict[str, Json] = {"groupBy": ["who"], "aggregates": {"n": "count()", "sum": "sum(amount)"}}
    with pytest.raises(TaskError, match=r"aggregates.sum: 'oops' is not a number"):
        run("transform.Aggregate", from_=ORDERS, **properties)
    found = _records(run, "Aggregate", from_=ORDERS, onError=on_error, **properties)
    assert found == [{"who": "a", **expected}, {"who": "b", "n": 1, "sum": 2.5}]


@pytest.mark.parametrize("expr", ["sum()", "count(x)", "median(x)", "x", "sum(x"])
def test_what_cannot_be_summed_up_is_told(run: Run, expr: str) -> None:
    with pytest.raises(TaskError, match=r"aggregates.x: .* is not count\(\), or sum"):
        run("transform.Aggregate", from_=[], groupBy=["a"], aggregates={"x": expr})


@pytest.mark.parametrize(
    ("given", "message"),
    [("plain text", "from: records, or the URI"), ([1], "number 1 is not a record"), ("[[]]", "not a record")],
)
def test_what_are_no_records_is_told(run: Run, given: Json, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("transform.Filter", from_=given, where="true")


def test_data_is_never_a_template(run: Run, host: MemoryHost) -> None:
    host.variables["given"] = [{"a": "{{ 1 + 1 }}", "b": "1 + 1", "c": None}]
    assert _records(run, "Filter", from_="{{ given }}", where="true") == host.variables["given"]
    assert _records(run, "Zip", inputs=["{{ given }}", [{"d": None}]]) == [{**host.variables["given"][0], "d": None}]


def test_an_expression_that_cannot_be_read_is_told_of_when_the_flow_is_saved(registry: Registry) -> None:
    def told(name: str, **written: Json) -> list[str]:
        return [found.path for found in registry.get_task(f"io.kestra.plugin.transform.{name}").inspect(written)]

    assert told("Filter", where="a >") == ["where"]
    assert told("Filter", where="{{ inputs.where }}") == []
    assert told("Map", fields={"a": "1 +", "b": {"expr": "(", "type": "INT"}, "c": "fine"}) == [
        "fields.a",
        "fields.b.expr",
    ]
    assert told("Select", where="x", fields={"a": "$1."}) == ["fields.a"]
    assert told("Unnest", path="a[") == ["path"]
