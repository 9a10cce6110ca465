"""Avro, Parquet and Excel from and to rows, each read or written by the library of the format too."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import fastavro
import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from groups.conftest import Run
from groups.test_serdes_text import rows
from tiercel.plugins import TaskError
from tiercel.tasks.serdes.excel_reading import shown
from tiercel.testing.memory_host import MemoryHost

ION = b"""{id: 1, name: "a", price: 1.5e0, day: 2024-01-01, at: 2024-01-01T10:00:00.5Z, ok: true,
  tags: ["x"], in: {n: 1}}
{id: 5000000000, name: null, price: 2, day: null, at: null, ok: null, tags: [], in: {n: null, m: "y"}, b: {{aGk=}}}"""


def schema_of(*fields: tuple[str, Any]) -> str:
    named = [{"name": name, "type": kind} for name, kind in fields]
    return json.dumps({"type": "record", "name": "row", "fields": named})


def test_the_schema_of_rows_is_found_out(run: Run, host: MemoryHost) -> None:
    out = run("serdes.avro.InferAvroSchemaFromIon", from_=host.put("in.ion", ION))
    schema = json.loads(host.files[out["uri"]])
    fields = {field["name"]: field["type"] for field in schema["fields"]}
    assert schema["type"] == "record"
    assert fields["id"] == ["null", "long"]
    assert fields["name"] == ["null", "string"]
    assert fields["price"] == ["null", "double"]
    assert fields["day"] == ["null", {"type": "int", "logicalType": "date"}]
    assert fields["at"] == ["null", {"type": "long", "logicalType": "local-timestamp-millis"}]
    assert fields["ok"] == ["null", "boolean"]
    assert fields["b"] == ["null", "bytes"]
    first = run("serdes.avro.InferAvroSchemaFromIon", from_=host.put("in.ion", ION), numberOfRowsToScan=1)
    assert "b" not in {field["name"] for field in json.loads(host.files[first["uri"]])["fields"]}


@pytest.mark.parametrize(
    ("content", "count", "message"), [(b"", 100, "no rows"), (b"1", 100, "neither"), (ION, 0, "1 or more")]
)
def test_no_schema_is_found_out(run: Run, host: MemoryHost, content: bytes, count: int, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("serdes.avro.InferAvroSchemaFromIon", from_=host.put("in.ion", content), numberOfRowsToScan=count)


@pytest.mark.parametrize("format_", ["avro", "parquet"])
def test_rows_come_back_as_they_were(run: Run, host: MemoryHost, format_: str) -> None:
    there = run(f"serdes.{format_}.IonTo{format_.title()}", from_=host.put("in.ion", ION))
    back = run(f"serdes.{format_}.{format_.title()}ToIon", from_=there["uri"])
    first, second = rows(host, back["uri"])
    assert there["size"] == back["size"] == 2
    assert first == {
        "id": 1,
        "name": "a",
        "price": 1.5,
        "day": date(2024, 1, 1),
        "ok": True,
        "tags": ["x"],
        "b": None,
        "at": datetime(2024, 1, 1, 10, 0, 0, 500_000, tzinfo=UTC),
        "in": {"n": 1, "m": None},
    }
    assert second["id"] == 5_000_000_000
    assert second["in"] == {"n": None, "m": "y"}
    assert second["b"] == b"hi"


TEXTS = b"""{i: "7", d: "1,5", t: "Yes", f: "off", n: "N/A", day: "31.01.2024", at: "2024-01-31 10:00", clock: "10:30",
 price: "12,345", unit: "kg", map: {a: "1"}, list: ["1", "2"]}"""
SCHEMA = schema_of(
    ("i", "long"),
    ("d", "double"),
    ("t", "boolean"),
    ("f", ["null", "boolean"]),
    ("n", ["null", "long"]),
    ("day", {"type": "int", "logicalType": "date"}),
    ("at", {"type": "long", "logicalType": "timestamp-micros"}),
    ("clock", {"type": "int", "logicalType": "time-millis"}),
    ("price", {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}),
    ("unit", {"type": "enum", "name": "unit", "symbols": ["kg", "g"]}),
    ("map", {"type": "map", "values": "long"}),
    ("list", {"type": "array", "items": "long"}),
)


@pytest.mark.parametrize("format_", ["avro", "parquet"])
def test_texts_become_what_the_schema_says(run: Run, host: MemoryHost, format_: str) -> None:
    out = run(
        f"serdes.{format_}.IonTo{format_.title()}",
        from_=host.put("in.ion", TEXTS),
        schema=SCHEMA,
        decimalSeparator=",",
        dateFormat="dd.MM.yyyy",
        datetimeFormat="yyyy-MM-dd HH:mm",
        timeZoneId="Europe/Paris",
        nullValues=["N/A"],
    )
    content = io.BytesIO(host.files[out["uri"]])
    read = (
        list(fastavro.reader(content))
        if format_ == "avro"
        else parquet.read_table(content).to_pylist(maps_as_pydicts="lossy")
    )
    assert read == [
        {
            "i": 7,
            "d": 1.5,
            "t": True,
            "f": False,
            "n": None,
            "day": date(2024, 1, 31),
            "at": datetime(2024, 1, 31, 9, 0, tzinfo=UTC),
            "clock": time(10, 30),
            "price": Decimal("12.34"),
            "unit": "kg",
            "map": {"a": 1},
            "list": [1, 2],
        }
    ]


@pytest.mark.parametrize(
    ("row", "kind", "properties", "message"),
    [
        ('{a: "x"}', "long", {}, 'a is no long: "x"'),
        ("{b: 1}", "long", {}, "a is no long: null"),
        ("{a: 5000000000}", "int", {}, "a is no int"),
        ("{a: 1.5}", "long", {}, "a is no long"),
        ("{a: 1, b: 2}", "long", {"strictSchema": True}, "no field b"),
        ("[1, 2]", "long", {"strictSchema": True}, "2 values, and the schema 1"),
        ('{a: "maybe"}', "boolean", {}, "a is no boolean"),
        (
            "{a: {b: 1}}",
            {"type": "record", "name": "n", "fields": [{"name": "c", "type": "long"}]},
            {},
            "a.c is no long",
        ),
        ('{a: "x"}', {"type": "fixed", "name": "f", "size": 2}, {}, "a is no fixed"),
        ('{a: "x"}', ["null", "long"], {}, "a is none of null, long"),
        ("1", "long", {}, "neither a map nor a list"),
    ],
)
def test_a_row_that_does_not_fit(
    run: Run, host: MemoryHost, row: str, kind: Any, properties: dict[str, Any], message: str
) -> None:
    uri = host.put("in.ion", row.encode())
    with pytest.raises(TaskError, match=f"Row 1 does not fit the schema: .*{message}"):
        run("serdes.avro.IonToAvro", from_=uri, schema=schema_of(("a", kind)), **properties)
    out = run("serdes.avro.IonToAvro", from_=uri, schema=schema_of(("a", kind)), onBadLines="WARN", **properties)
    assert out["size"] == 0
    assert message in host.logs[-1][1]


@pytest.mark.parametrize(
    ("row", "expected"), [("[1, 2]", 1), ("{col0: 1, col1: 2}", 1), ('{a: "0007"}', 7), ("{old: 3}", 3)]
)
def test_rows_by_position_and_by_former_names(run: Run, host: MemoryHost, row: str, expected: int) -> None:
    schema = {"type": "record", "name": "row", "fields": [{"name": "a", "type": "long", "aliases": ["old"]}]}
    out = run("serdes.avro.IonToAvro", from_=host.put("in.ion", row.encode()), schema=json.dumps(schema))
    assert list(fastavro.reader(io.BytesIO(host.files[out["uri"]]))) == [{"a": expected}]


@pytest.mark.parametrize("schema", ["nonsense", '{"type": "string"}', '{"type": "record", "name": "r"}'])
def test_a_schema_that_is_none(run: Run, host: MemoryHost, schema: str) -> None:
    with pytest.raises(TaskError, match="`schema`"):
        run("serdes.avro.IonToAvro", from_=host.put("in.ion", b"{a: 1}"), schema=schema)


@pytest.mark.parametrize("codec", ["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"])
def test_parquet_is_compressed_in_groups_of_the_size_asked_for(run: Run, host: MemoryHost, codec: str) -> None:
    content = b"".join(b'{a: %d, b: "%s"}\n' % (number, b"x" * 20) for number in range(3000))
    out = run(
        "serdes.parquet.IonToParquet", from_=host.put("in.ion", content), compressionCodec=codec, rowGroupSize=1000
    )
    facts = parquet.read_metadata(io.BytesIO(host.files[out["uri"]]))
    assert facts.row_group(0).column(0).compression == codec
    assert facts.num_rows == out["size"] == 3000
    assert facts.num_row_groups == 3


def test_parquet_of_others(run: Run, host: MemoryHost) -> None:
    kinds = {
        "ns": pa.array([1_700_000_000_123_456_789], pa.timestamp("ns")),
        "price": pa.array([Decimal("1.50")], pa.decimal128(10, 2)),
        "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        "words": pa.array(["x"]).dictionary_encode(),
        "clock": pa.array([time(1, 2, 3)], pa.time64("us")),
    }
    buffer = io.BytesIO()
    parquet.write_table(pa.table(kinds), buffer)
    out = run("serdes.parquet.ParquetToIon", from_=host.put("in.parquet", buffer.getvalue()))
    assert rows(host, out["uri"]) == [
        {
            "ns": datetime(2023, 11, 14, 22, 13, 20, 123_456, tzinfo=UTC),
            "price": Decimal("1.50"),
            "map": {"a": 1},
            "words": "x",
            "clock": time(1, 2, 3),
        }
    ]


def test_parquet_has_no_columns_of_several_types(run: Run, host: MemoryHost) -> None:
    with pytest.raises(TaskError, match="Field a has several types"):
        run("serdes.parquet.IonToParquet", from_=host.put("in.ion", b'{a: 1} {a: "x"}'))


@pytest.mark.parametrize("format_", ["avro.AvroToIon", "parquet.ParquetToIon", "excel.ExcelToIon"])
def test_files_that_are_something_else(run: Run, host: MemoryHost, format_: str) -> None:
    with pytest.raises(TaskError, match="The file is not"):
        run(f"serdes.{format_}", from_=host.put("in", b"something else, long enough to be looked at"))


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_sheets_to_rows(run: Run, host: MemoryHost) -> None:
    day = datetime(2024, 1, 31, 10, 30)  # noqa: DTZ001 (cells have no zone)
    orders: list[list[Any]] = [["id", "name", "at"], [1, "a", day], [None, None, None], [2, None, None]]
    uri = host.put("in.xlsx", workbook(("Orders", orders), ("Other", [["x"], [True]])))
    out = run("serdes.excel.ExcelToIon", from_=uri, skipEmptyRows=True)
    assert rows(host, out["uris"]["Orders"]) == [
        {"id": 1.0, "name": "a", "at": day.replace(tzinfo=UTC)},
        {"id": 2.0, "name": None, "at": None},
    ]
    assert rows(host, out["uris"]["Other"]) == [{"x": True}]
    assert out["size"] == 5
    one = run("serdes.excel.ExcelToIon", from_=uri, sheetsTitle=["Other"], header=False, skipRows=1)
    assert {title: rows(host, uri) for title, uri in one["uris"].items()} == {"Other": [[True]]}
    with pytest.raises(TaskError, match="no sheet Missing; there are Orders, Other"):
        run("serdes.excel.ExcelToIon", from_=uri, sheetsTitle=["Missing"])


@pytest.mark.parametrize(
    ("render", "expected"), [("SERIAL_NUMBER", 45322.4375), ("FORMATTED_STRING", "2024-01-31 10:30:00")]
)
def test_dates_of_cells(run: Run, host: MemoryHost, render: str, expected: Any) -> None:
    lines = [[datetime(2024, 1, 31, 10, 30)]]  # noqa: DTZ001 (cells have no zone)
    uri = host.put("in.xlsx", workbook(("S", lines)))
    out = run("serdes.excel.ExcelToIon", from_=uri, header=False, dateTimeRender=render)
    assert rows(host, out["uris"]["S"]) == [[expected]]


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        ("yyyy-mm-dd hh:mm:ss", "2024-03-05 14:07:09"),
        ("d/m/yy", "5/3/24"),
        ("mm:ss", "07:09"),
        ("[$-409]h:mm AM/PM;@", "2:07 PM"),
        ('dd "of" mmm', "05 of Mar"),
    ],
)
def test_dates_as_cells_show_them(number_format: str, expected: str) -> None:
    assert shown(datetime(2024, 3, 5, 14, 7, 9), number_format) == expected  # noqa: DTZ001 (cells have no zone)


def test_rows_to_sheets(run: Run, host: MemoryHost) -> None:
    orders = host.put(
        "a.ion", b'{id: 1, text: "=1+1", day: 2024-01-31, at: 2024-01-31T10:00:00Z, big: 12345678901234567890, x: [1]}'
    )
    other = host.put("b.ion", b"[1, null]")
    out = run("serdes.excel.IonToExcel", from_={"Orders": orders, "Other": other}, timeZoneId="Asia/Tokyo")
    book = openpyxl.load_workbook(io.BytesIO(host.files[out["uri"]]))
    assert book.sheetnames == ["Orders", "Other"]
    assert [cell.value for cell in book["Orders"][1]] == ["id", "text", "day", "at", "big", "x"]
    values = [cell.value for cell in book["Orders"][2]]
    assert values[:2] == [1, "=1+1"]
    assert book["Orders"]["B2"].data_type == "s"
    assert values[2:4] == [datetime(2024, 1, 31), datetime(2024, 1, 31, 19, 0)]  # noqa: DTZ001 (the same)
    assert book["Orders"]["C2"].number_format == "yyyy-MM-dd"
    assert values[4:] == ["12345678901234567890", "[1]"]
    assert out["size"] == 3
    plain = run("serdes.excel.IonToExcel", from_=orders, styles=False, sheetsTitle="Only", dateFormat="dd.MM.yyyy")
    book = openpyxl.load_workbook(io.BytesIO(host.files[plain["uri"]]))
    assert book.sheetnames == ["Only"]
    assert book["Only"]["C2"].value == "31.01.2024"
