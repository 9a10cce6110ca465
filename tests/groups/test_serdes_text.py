"""CSV, JSON, YAML and XML from and to rows."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from amazon.ion import simpleion

from groups.conftest import Run
from tiercel.model.dialect import Dialect
from tiercel.plugins import TaskError
from tiercel.tasks.serdes.json_values import read_json
from tiercel.tasks.serdes.values import native
from tiercel.tasks.serdes.xml_elements import read_elements
from tiercel.testing.memory_host import MemoryHost


def rows(host: MemoryHost, uri: str) -> list[Any]:
    return [native(row) for row in simpleion.loads(host.files[uri], single_value=False)]


@pytest.mark.parametrize(
    ("content", "properties", "expected"),
    [
        ("a,b\n1,x\n2,\n", {}, [{"a": "1", "b": "x"}, {"a": "2", "b": ""}]),
        ("\ufeffa\r\n1\r\n", {}, [{"a": "1"}]),
        ('a;b\n"1;2";"x\ny"\n', {"fieldSeparator": ";"}, [{"a": "1;2", "b": "x\ny"}]),
        ("a|b\n'it''s'|2\n", {"fieldSeparator": "|", "textDelimiter": "'"}, [{"a": "it's", "b": "2"}]),
        ("a\n\\N\n", {}, [{"a": None}]),
        ("1,2\n3\n", {"header": False}, [["1", "2"], ["3"]]),
        ("a\n1\n2\n3\n", {"skipRows": 2}, [{"a": "3"}]),
        ("a\n\n1\n", {"skipEmptyRows": True}, [{"a": "1"}]),
        ("a,b,,\n1,2,3,4\n", {}, [{"a": "1", "b": "2"}]),
        ("a,,col_1\n1,2,3\n", {"onEmptyHeader": "RENAME"}, [{"a": "1", "col_1_2": "2", "col_1": "3"}]),
        ('a\n"x"y\n', {"allowExtraCharsAfterClosingQuote": True}, [{"a": "xy"}]),
        ("a,b\n1\n2,3\n", {"onBadLines": "SKIP"}, [{"a": "2", "b": "3"}]),
        ("", {}, []),
    ],
)
def test_csv_to_rows(run: Run, host: MemoryHost, content: str, properties: dict[str, Any], expected: list[Any]) -> None:
    out = run("serdes.csv.CsvToIon", from_=host.put("in.csv", content.encode()), **properties)
    assert rows(host, out["uri"]) == expected
    assert out["size"] == len(expected)
    assert ("counter", "records", float(len(expected)), {}) in host.metrics


def test_csv_in_another_charset(run: Run, host: MemoryHost) -> None:
    out = run("serdes.csv.CsvToIon", from_=host.put("in.csv", "é\nü\n".encode("latin-1")), charset="ISO-8859-1")
    assert rows(host, out["uri"]) == [{"é": "ü"}]


@pytest.mark.parametrize(
    ("content", "properties", "message"),
    [
        ("a,b\n1\n", {}, "Line 2 has 1 fields, and the header 2"),
        ('a\n"x"y\n', {}, "Line 2 cannot be read"),
        ("a\nxxxx\n", {"maxFieldSize": 3}, "longer than 3"),
        ("a\n1\n", {"fieldSeparator": "::"}, "fieldSeparator must be one character"),
        ("a\n1\n", {"charset": "UTF-99"}, "not a charset"),
    ],
)
def test_csv_that_is_wrong(run: Run, host: MemoryHost, content: str, properties: dict[str, Any], message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("serdes.csv.CsvToIon", from_=host.put("in.csv", content.encode()), **properties)


def test_csv_lines_left_out_with_a_warning(run: Run, host: MemoryHost) -> None:
    run("serdes.csv.CsvToIon", from_=host.put("in.csv", b"a,b\n1\n"), onBadLines="WARN")
    assert host.logs == [("WARN", "Line 2 has 1 fields, and the header 2; it is left out")]


ION = b"""{a: 1, b: "x;y", c: 2024-01-01, d: 2024-01-01T10:00:00.5Z, e: LocalTime::"10:30", f: null, g: 1.50, h: true}
{a: 2, b: "q\\"q", c: null, d: 2024-01-01T12:00:00+02:00, e: null, f: 1.5e0, g: 3d2, h: [1, {k: 2}]}"""


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            {},
            [
                "a,b,c,d,e,f,g,h\n",
                "1,x;y,2024-01-01,2024-01-01T10:00:00.500Z,10:30:00,,1.50,true\n",
                '2,"q""q",,2024-01-01T10:00:00.000Z,,1.5,300,"[1, {k=2}]"\n',
            ],
        ),
        (
            {"header": False, "fieldSeparator": ";", "lineDelimiter": "\r\n", "dateFormat": "dd.MM.yyyy"},
            [
                '1;"x;y";01.01.2024;2024-01-01T10:00:00.500Z;10:30:00;;1.50;true\r\n',
                '2;"q""q";;2024-01-01T10:00:00.000Z;;1.5;300;[1, {k=2}]\r\n',
            ],
        ),
        (
            {"header": False, "quoteMode": "NON_NUMERIC", "dateTimeFormat": "HH:mm"},
            [
                '1,"x;y","2024-01-01","10:00","10:30:00",,1.50,"true"\n',
                '2,"q""q",,"10:00",,1.5,300,"[1, {k=2}]"\n',
            ],
        ),
    ],
)
def test_rows_to_csv(run: Run, host: MemoryHost, properties: dict[str, Any], expected: list[str]) -> None:
    out = run("serdes.csv.IonToCsv", from_=host.put("in.ion", ION), **properties)
    assert host.files[out["uri"]].decode() == "".join(expected)
    assert out["size"] == 2


def test_csv_quotes_all_on_demand_and_writes_lists_without_names(run: Run, host: MemoryHost) -> None:
    uri = host.put("in.ion", b'[1, "a", null]')
    out = run("serdes.csv.IonToCsv", from_=uri, header=False, alwaysDelimitText=True)
    assert host.files[out["uri"]] == b'"1","a",""\n'
    with pytest.raises(TaskError, match="set header to false"):
        run("serdes.csv.IonToCsv", from_=uri)


def test_csv_comes_back_as_it_was_in_both_dialects(run: Run, host: MemoryHost) -> None:
    content = 'a,b\n1,"x, ""y"""\n2,é\n'
    for dialect in Dialect:
        host.dialect = dialect
        there = run("serdes.csv.CsvToIon", from_=host.put("in.csv", content.encode()))
        back = run("serdes.csv.IonToCsv", from_=there["uri"])
        assert host.files[back["uri"]].decode() == content


@pytest.mark.parametrize(
    ("content", "new_line", "expected"),
    [
        ('{"a":1}\n{"a":[1.5,null,true]}\n12\n', True, [{"a": 1}, {"a": [1.5, None, True]}, 12]),
        ('{"a":\n1} {"a":2}', True, [{"a": 1}, {"a": 2}]),
        ('[{"a":1}, 2 ,[3]]', False, [{"a": 1}, 2, [3]]),
        ('[{"a":1}]', True, [[{"a": 1}]]),
        ('{"a":[1]}', False, [{"a": [1]}]),
        ("[]", False, []),
        ("", True, []),
    ],
)
def test_json_to_rows(run: Run, host: MemoryHost, content: str, *, new_line: bool, expected: list[Any]) -> None:
    out = run("serdes.json.JsonToIon", from_=host.put("in.json", content.encode()), newLine=new_line)
    assert rows(host, out["uri"]) == expected
    assert out["size"] == len(expected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[1,\n{"a":', "line 2"),
        ("[1", "the list does not end"),
        ("[1 2]", "a comma"),
        ("[1] 2", "something follows"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_json_that_is_wrong(run: Run, host: MemoryHost, content: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("serdes.json.JsonToIon", from_=host.put("in.json", content.encode()), newLine=False)


def test_a_long_list_is_read_in_flat_memory() -> None:
    def pieces() -> Iterator[str]:
        yield "["
        for number in range(50_000):
            yield f'{{"id": {number}, "text": "{"x" * 100}"}},'
        yield "null]"

    tracemalloc.start()
    count = sum(1 for _ in read_json(pieces(), is_list=True))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 50_001
    assert peak < 1_000_000


def test_rows_to_json(run: Run, host: MemoryHost) -> None:
    uri = host.put("in.ion", b'{a: 1, d: 2024-01-01T10:00:00Z, x: base64::"eA==", b: {{aGk=}}, n: 1.50}\n{a: 2}')
    lines = run("serdes.json.IonToJson", from_=uri)
    assert lines["uri"].endswith(".jsonl")
    assert host.files[lines["uri"]].decode().splitlines() == [
        '{"a":1,"d":"2024-01-01T10:00:00.000Z","x":"eA==","b":"aGk=","n":1.5}',
        '{"a":2}',
    ]
    whole = run("serdes.json.IonToJson", from_=uri, newLine=False, shouldKeepAnnotations=True, timeZoneId="Asia/Tokyo")
    first = json.loads(host.files[whole["uri"]])[0]
    assert whole["uri"].endswith(".json")
    assert first["x"] == {"ion_annotations": ["base64"], "value": "eA=="}
    assert first["d"] == "2024-01-01T19:00:00.000+09:00"


def test_json_to_lines(run: Run, host: MemoryHost) -> None:
    out = run("serdes.json.JsonToJsonl", from_=host.put("in.json", b'[{"a": 1}, {"b": [2, "x y"]}]'))
    assert host.files[out["uri"]] == b'{"a":1}\n{"b":[2,"x y"]}\n'
    assert out["size"] == 2


def test_yaml_to_rows_takes_values_as_json_would(run: Run, host: MemoryHost) -> None:
    content = b"a: 2024-01-01\nb: yes\nc: 12:30\nd: 012\ne: ~\nf: 1.5\ng: true\n---\n- 1\n- 0x1f\n"
    out = run("serdes.yaml.YamlToIon", from_=host.put("in.yaml", content))
    first = {"a": "2024-01-01", "b": "yes", "c": "12:30", "d": "012", "e": None, "f": 1.5, "g": True}
    assert rows(host, out["uri"]) == [first, [1, 31]]


LEVELS = [f"x{level}: &x{level} [{', '.join([f'*x{level - 1}'] * 10)}]" for level in range(1, 9)]
BOMB = "\n".join(["x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", *LEVELS])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [", "not YAML"),
        ("a: !!python/object/apply:os.system [id]", "not YAML"),
        (BOMB, "aliases"),
    ],
)
def test_yaml_that_is_refused(run: Run, host: MemoryHost, content: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("serdes.yaml.YamlToIon", from_=host.put("in.yaml", content.encode()))


def test_rows_and_json_to_yaml(run: Run, host: MemoryHost) -> None:
    one = run("serdes.yaml.IonToYaml", from_=host.put("in.ion", b'{a: 1, b: "yes"}'))
    assert host.files[one["uri"]] == b"a: 1\nb: 'yes'\n"
    two = run("serdes.yaml.JsonToYaml", from_=host.put("in.json", b'{"a": 1}\n{"a": 2}'), jsonl=True)
    assert host.files[two["uri"]] == b"---\na: 1\n---\na: 2\n"
    assert two["size"] == 2


@pytest.mark.parametrize(
    ("content", "jsonl", "expected"),
    [
        (b"a: 1\n", False, b'{"a":1}'),
        (b"a: 1\n---\na: 2\n", False, b'[{"a":1},{"a":2}]'),
        (b"- 1\n", False, b"[1]"),
        (b"a: 1\n---\na: 2\n", True, b'{"a":1}\n{"a":2}\n'),
        (b"", False, b"{}"),
    ],
)
def test_yaml_to_json(run: Run, host: MemoryHost, content: bytes, *, jsonl: bool, expected: bytes) -> None:
    out = run("serdes.yaml.YamlToJson", from_=host.put("in.yaml", content), jsonl=jsonl)
    assert host.files[out["uri"]] == expected


XML = b'<orders n="1"><order id="7"><x>1.50</x><x>true</x><e/></order><order id="8">h&amp;\xc3\xa9</order></orders>'
ORDERS = [{"id": 7, "x": [Decimal("1.50"), True], "e": ""}, {"id": 8, "content": "h&é"}]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, [{"orders": {"n": 1, "order": ORDERS}}]),
        ({"query": "/orders/order"}, ORDERS),
        ({"query": "/orders/order/0/x"}, [Decimal("1.50"), True]),
        ({"query": "/orders/n"}, [1]),
        ({"query": "/orders/missing"}, [None]),
        ({"query": "/orders/order/e", "parserConfiguration": {"forceList": ["e"]}}, [""]),
    ],
)
def test_xml_to_rows(run: Run, host: MemoryHost, properties: dict[str, Any], expected: list[Any]) -> None:
    out = run("serdes.xml.XmlToIon", from_=host.put("in.xml", XML), **properties)
    assert rows(host, out["uri"]) == expected


def test_xml_elements_become_lists_on_demand(run: Run, host: MemoryHost) -> None:
    uri = host.put("in.xml", b"<a><b>1</b></a>")
    out = run("serdes.xml.XmlToIon", from_=uri, parserConfiguration={"forceList": ["b"]})
    assert rows(host, out["uri"]) == [{"a": {"b": [1]}}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<a><b></a>", "not XML"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "declares the entity x"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "declares the entity x"),
        (b"<a>" * 300, "nested deeper"),
    ],
)
def test_xml_that_is_refused(run: Run, host: MemoryHost, content: bytes, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("serdes.xml.XmlToIon", from_=host.put("in.xml", content))


def test_elements_of_a_large_file_are_read_in_flat_memory() -> None:
    def pieces() -> Iterator[str]:
        yield "<r>"
        for number in range(20_000):
            yield f"<i><id>{number}</id><t>{'x' * 100}</t></i>"
        yield "</r>"

    tracemalloc.start()
    count = sum(1 for _ in read_elements(pieces(), ["r", "i"], ()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 1_000_000


def test_rows_to_xml(run: Run, host: MemoryHost) -> None:
    uri = host.put("in.ion", b'{a: 1, "b c": [1, 2], d: null, e: {f: "<x>"}, t: 2024-01-01T00:00:00Z}')
    out = run("serdes.xml.IonToXml", from_=uri, rootName="orders")
    assert host.files[out["uri"]].decode() == (
        "<?xml version='1.0' encoding='UTF-8'?>\n<orders>\n  <item>\n    <a>1</a>\n    <b_c>1</b_c>\n    <b_c>2</b_c>\n"
        "    <d/>\n    <e>\n      <f>&lt;x&gt;</f>\n    </e>\n    <t>2024-01-01T00:00:00.000Z</t>\n"
        "  </item>\n</orders>\n"
    )
