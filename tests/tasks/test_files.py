from __future__ import annotations

from typing import Any

import pytest
from amazon.ion import simpleion

from tasks.conftest import Run
from tiercel.errors import ExpressionError
from tiercel.model.dialect import Dialect
from tiercel.plugins import TaskError
from tiercel.tasks.storage.contents import _lines_from_end
from tiercel.tasks.storage.splitting import size_bytes
from tiercel.testing.memory_host import MemoryHost

ROWS = b'{key: "k1", value: 1}\n{key: "k2", value: 2}\n{key: "k1", value: 3}\n{key: "k3", value: null}\n'


def rows(content: bytes) -> list[dict[str, Any]]:
    return list(simpleion.loads(content, single_value=False))


@pytest.mark.parametrize(
    ("properties", "content", "extension"),
    [
        ({"content": "hé", "extension": ".txt"}, "hé".encode(), ".txt"),
        ({"content": "x", "extension": "txt"}, b"x", ".txt"),
        ({"content": 5}, b"5", ".tmp"),
    ],
)
def test_write(run: Run, host: MemoryHost, properties: dict[str, Any], content: bytes, extension: str) -> None:
    uri = run("storage.Write", **properties)["uri"]
    assert uri.endswith(extension)
    assert host.files[uri] == content


def test_size_and_delete(run: Run, host: MemoryHost) -> None:
    uri = host.put("a.txt", b"12345")
    assert run("storage.Size", uri=uri) == {"size": 5}
    assert run("storage.Delete", uri=uri) == {"uri": uri, "deleted": True}
    assert run("storage.Delete", uri=uri) == {"uri": uri, "deleted": False}
    with pytest.raises(TaskError, match="errorOnMissing"):
        run("storage.Delete", uri=uri, errorOnMissing=True)


@pytest.mark.parametrize("as_text", [False, True])
def test_concat_writes_the_separator_after_each(run: Run, host: MemoryHost, *, as_text: bool) -> None:
    uris = [host.put("a", b"a"), host.put("b", b"b")]
    files = f'["{uris[0]}", "{uris[1]}"]' if as_text else uris
    assert host.files[run("storage.Concat", files=files, separator="--")["uri"]] == b"a--b--"
    with pytest.raises(TaskError, match="neither a list nor a JSON list"):
        run("storage.Concat", files="kestra:///a")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"rows": 2}, [b"a1\nb2\n", b"a3\n"]),
        ({"partitions": 2}, [b"a1\na3\n", b"b2\n"]),
        ({"partitions": 5}, [b"a1\n", b"b2\n", b"a3\n"]),
        ({"regexPattern": "([ab])"}, [b"a1\na3\n", b"b2\n"]),
        ({"bytes": "7"}, [b"a1\nb2\n", b"a3\n"]),
        ({"bytes": "1KB"}, [b"a1\nb2\na3\n"]),
        ({"rows": 3, "separator": "|"}, [b"a1|b2|a3|"]),
    ],
)
def test_split(run: Run, host: MemoryHost, rule: dict[str, Any], expected: list[bytes]) -> None:
    uri = host.put("in.txt", b"a1\r\nb2\na3")
    uris = run("storage.Split", from_=uri, **rule)["uris"]
    assert [host.files[piece] for piece in uris] == expected
    assert all(piece.endswith(".txt") for piece in uris)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, "Nothing says how to split"),
        ({"rows": 0}, "rows must be 1 or more"),
        ({"partitions": 0}, "partitions must be 1 or more"),
        ({"bytes": "15B"}, "Invalid size with value '15B'"),
        ({"regexPattern": "("}, "is not a regular expression"),
        ({"regexPattern": "a"}, "needs a group"),
        ({"regexPattern": "((?R))"}, "regexPattern: .* may not call itself"),
    ],
)
def test_split_refuses_rules_that_cannot_be(run: Run, host: MemoryHost, rule: dict[str, Any], message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("storage.Split", from_=host.put("in.txt", b"a\n"), **rule)


def test_sizes_are_powers_of_1024() -> None:
    assert [size_bytes(text) for text in ("10", "2KB", "10MB", "1gb")] == [10, 2048, 10 * 1024**2, 1024**3]


def test_reverse(run: Run, host: MemoryHost) -> None:
    for content, expected in [(b"a\nb\nc\n", b"c\nb\na\n"), (b"a\nb", b"b\na\n"), (b"\n\na", b"a\n\n\n"), (b"", b"")]:
        assert host.files[run("storage.Reverse", from_=host.put("in", content))["uri"]] == expected
    uri = run("storage.Reverse", from_=host.put("in.txt", b"a,b\nc\n"), separator=",")["uri"]
    assert (host.files[uri], uri[-4:]) == (b"c,a,b,", ".txt")
    with pytest.raises(TaskError, match="not a charset"):
        run("storage.Reverse", from_=host.put("in", b"a"), charset="nope")


def test_lines_are_read_from_the_end_over_the_borders_of_blocks(host: MemoryHost) -> None:
    lines = [b"%d" % index * (index % 700) for index in range(1_000)]
    path = host.directory / "long"
    path.write_bytes(b"\n".join(lines) + b"\n")
    assert list(_lines_from_end(path)) == lines[::-1]


@pytest.mark.parametrize(
    ("properties", "values"),
    [
        ({"filterCondition": "{{ value is not null and value > 1 }}"}, [2, 3]),
        ({"filterCondition": " {{ key == 'k1' }} ", "filterType": "EXCLUDE"}, [2, None]),
        ({"filterCondition": "{{ value + 1 > 2 }}", "errorOrNullBehavior": "INCLUDE"}, [2, 3, None]),
        ({"filterCondition": "{{ value + 1 > 2 }}", "errorOrNullBehavior": "EXCLUDE"}, [2, 3]),
    ],
)
@pytest.mark.parametrize("dialect", list(Dialect))
def test_filter(
    run: Run, host: MemoryHost, properties: dict[str, Any], values: list[int | None], dialect: Dialect
) -> None:
    host.dialect = dialect
    outputs = run("storage.FilterItems", from_=host.put("in.ion", ROWS), **properties)
    content = host.files[outputs["uri"]]
    assert [None if row["value"] is None or not row["value"] else int(row["value"]) for row in rows(content)] == values
    assert (outputs["processedItemsTotal"], outputs["droppedItemsTotal"]) == (4, 4 - len(values))
    assert content.startswith(b"\xe0\x01\x00\xea") is (dialect is Dialect.V2_0)


def test_filter_fails_on_rows_it_cannot_judge(run: Run, host: MemoryHost) -> None:
    with pytest.raises(ExpressionError):
        run("storage.FilterItems", from_=host.put("in.ion", ROWS), filterCondition="{{ nope }}")
    with pytest.raises(TaskError, match="does not hold Ion rows"):
        run("storage.FilterItems", from_=host.put("in.ion", b"{key: "), filterCondition="{{ true }}")


def test_binary_rows_are_read_as_text_ones(run: Run, host: MemoryHost) -> None:
    binary = host.put("in.ion", simpleion.dumps(rows(ROWS), binary=True, sequence_as_stream=True))
    outputs = run("storage.DeduplicateItems", from_=binary, expr="{{ key }}")
    assert host.files[outputs["uri"]] == b'{key:"k2",value:2}\n{key:"k1",value:3}\n{key:"k3",value:null}\n'
    assert (outputs["numKeys"], outputs["processedItemsTotal"], outputs["droppedItemsTotal"]) == (3, 4, 1)


def test_rows_keep_their_types(run: Run, host: MemoryHost) -> None:
    row = b"{d:2026-01-02T03:04:05.123Z,e:1.50,f:2.5e+0,h:2026-01-01,l:[1,{a:true}],'odd key':\"x\"}\n"
    outputs = run("storage.FilterItems", from_=host.put("in.ion", row), filterCondition="{{ h == '2026-01-01' }}")
    assert host.files[outputs["uri"]] == row


def test_local_files_go_in_and_out(run: Run, host: MemoryHost) -> None:
    host.variables["name"] = "tata"
    inputs = {"test/a.txt": "Hello", "test/sub/b.txt": "{{ name }}", "c.yml": host.put("f.yml", b"stored")}
    uris = run("storage.LocalFiles", inputs=inputs, outputs=["test/**", "*.yml"])["uris"]
    assert {path: host.files[uri] for path, uri in uris.items()} == {
        "c.yml": b"stored",
        "test/a.txt": b"Hello",
        "test/sub/b.txt": b"tata",
    }


def test_local_files_stay_inside_and_replace_what_is_there(run: Run, host: MemoryHost) -> None:
    with pytest.raises(TaskError, match="outside the working directory"):
        run("storage.LocalFiles", inputs={"../evil.txt": "x"})
    (host.directory / "a.txt").write_text("there")
    run("storage.LocalFiles", inputs={"a.txt": "x"})
    assert (host.directory / "a.txt").read_text() == "x"


def test_namespace_files_are_put_listed_and_removed(run: Run, host: MemoryHost) -> None:
    uri = host.put("a.txt", b"first")
    where = {"namespace": "ns"}
    assert run("namespace.UploadFiles", filesMap={"a.txt": uri, "/dir/b.txt": uri}, **where) is None
    assert host.logs[0] == ("DEBUG", "File '/a.txt' added to namespace 'ns'.")
    found = run("namespace.DownloadFiles", files=["**.txt"], **where)["files"]
    assert {path: host.files[copy] for path, copy in found.items()} == {"/a.txt": b"first", "/dir/b.txt": b"first"}
    assert run("namespace.DownloadFiles", files="*.txt", destination="x", **where)["files"].keys() == {"x/a.txt"}
    assert run("namespace.DownloadFiles", files=["nope"], **where) == {"files": {}}
    run("namespace.DeleteFiles", files=["dir/*"], **where)
    assert "nsfile://ns/dir/b.txt" not in host.files


@pytest.mark.parametrize(("conflict", "content"), [("OVERWRITE", b"second"), ("SKIP", b"first")])
def test_a_file_that_is_there(run: Run, host: MemoryHost, conflict: str, content: bytes) -> None:
    first, second = host.put("1", b"first"), host.put("2", b"second")
    for uri in (first, second):
        run("namespace.UploadFiles", namespace="ns", filesMap={"a": uri}, destination="/folder", conflict=conflict)
    assert host.files["nsfile://ns/folder/a"] == content
    problem = (
        "File '/folder/a' already exists in namespace 'ns' and conflict is set to ERROR; set conflict to OVERWRITE"
    )
    with pytest.raises(TaskError, match=problem):
        run("namespace.UploadFiles", namespace="ns", filesMap={"a": first}, destination="folder", conflict="ERROR")


def test_files_of_the_working_directory_are_uploaded(run: Run, host: MemoryHost) -> None:
    (host.directory / "sub").mkdir()
    (host.directory / "sub" / "x.sql").write_text("select 1")
    run("namespace.UploadFiles", namespace="ns", files=["**/*.sql"], destination="/sql/")
    assert host.files["nsfile://ns/sql/sub/x.sql"] == b"select 1"
    with pytest.raises(TaskError, match="`files` and `filesMap`"):
        run("namespace.UploadFiles", namespace="ns")
