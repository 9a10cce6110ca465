"""JSON to TOON and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from groups.conftest import Run
from tiercel.plugins import TaskError
from tiercel.tasks.serdes.toon_reading import read_toon
from tiercel.tasks.serdes.toon_writing import toon_lines
from tiercel.testing.memory_host import MemoryHost


@pytest.mark.parametrize(
    ("value", "toon"),
    [
        ({}, ""),
        ([], "[0]:"),
        ("a b", "a b"),
        (None, "null"),
        ({"id": 1, "name": "Ada", "ok": True}, "id: 1\nname: Ada\nok: true"),
        ({"a": {"b": {}, "c": []}}, "a:\n  b:\n  c[0]:"),
        ({"tags": ["x", "y, z", "1", "true", ""]}, 'tags[5]: x,"y, z","1","true",""'),
        (
            {"users": [{"id": 1, "name": "Ada"}, {"name": "Li:nus", "id": 2}]},
            'users[2]{id,name}:\n  1,Ada\n  2,"Li:nus"',
        ),
        ([{"a": 1}, {"b": 2}], "[2]:\n  - a: 1\n  - b: 2"),
        ([1, [2, 3], {}, {"x": {"y": 1}, "z": 2}], "[4]:\n  - 1\n  - [2]: 2,3\n  -\n  - x:\n      y: 1\n    z: 2"),
        (
            {"items": [{"rows": [{"a": 1}, {"a": 2}], "n": [1, {"b": 1}]}]},
            "items[1]:\n  - rows[2]{a}:\n      1\n      2\n    n[2]:\n      - 1\n      - b: 1",
        ),
        ([[[1], []]], "[1]:\n  - [2]:\n    - [1]: 1\n    - [0]:"),
        ({"a-b": 1, "": 2, "x.y": 3}, '"a-b": 1\n"": 2\nx.y: 3'),
        ({"t": 'a"b\\c\nd', "m": "-x", "s": " x"}, 't: "a\\"b\\\\c\\nd"\nm: "-x"\ns: " x"'),
        ({"n": 1e21, "m": -0.0, "k": 1.50, "s": 1e-7}, "n: 1000000000000000000000\nm: 0\nk: 1.5\ns: 0.0000001"),
    ],
)
def test_values_and_their_lines(value: Any, toon: str) -> None:
    assert "\n".join(toon_lines(value)) == toon
    assert read_toon(toon) == value


_NUMBERS = st.integers(-(2**70), 2**70) | st.floats(-1e15, 1e15)  # whole ones beyond are read as integers
_JSON = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


@given(_JSON)
def test_what_is_written_is_read(value: Any) -> None:
    assert read_toon("\n".join(toon_lines(value))) == value


@pytest.mark.parametrize(
    ("toon", "value"),
    [
        ("a[2|]: x|y, z", {"a": ["x", "y, z"]}),
        ("a[1\t]{b,c}:\n  1\t2".replace("b,c", "b\tc"), {"a": [{"b": 1, "c": 2}]}),
        ("a: 007\nb: 1e3\nc: x\r\n\n", {"a": "007", "b": 1000, "c": "x"}),
        ('a: "\\u00e9"', {"a": "é"}),
        ("hello there", "hello there"),
    ],
)
def test_other_ways_to_write_it(toon: str, value: Any) -> None:
    assert read_toon(toon) == value


@pytest.mark.parametrize(
    ("toon", "message"),
    [
        ("a[2]: x", "line 1: it says that there are 2, and there are 1"),
        ("a[1]{b,c}:\n  1", "line 2: there are 2 fields, and 1 values"),
        ("a: 1\n   b: 2", "line 2: lines are indented by two spaces"),
        ("a: 1\n\tb: 2", "line 2: lines are indented by two spaces"),
        ("a: 1\n    b: 2", "line 2: it does not belong"),
        ("a: 1\nb", "line 2: a key with a colon is missing"),
        ("x\ny", "line 2: it does not belong"),
        ('a: "x', "line 1: what begins with a quotation mark"),
        ('a: "\\x"', "line 1: .* is no way to write"),
        ("  a: 1", "line 1: the first line is indented"),
        ("\n".join("  " * depth + "a:" for depth in range(3000)), "nested too deep"),
    ],
)
def test_what_is_not_toon_says_where(toon: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        read_toon(toon)


def test_files(run: Run, host: MemoryHost) -> None:
    given = [{"id": 1, "name": "Zoë"}, {"id": 2.5, "name": None}]
    there = run(
        "serdes.json.JsonToToon", from_=host.put("a.json", json.dumps(given).encode("utf-16")), charset="UTF-16"
    )
    assert there["size"] == 2
    assert host.files[there["uri"]].decode("utf-16") == "[2]{id,name}:\n  1,Zoë\n  2.5,null"
    back = run("serdes.json.ToonToJson", from_=there["uri"], charset="UTF-16")
    assert json.loads(host.files[back["uri"]].decode("utf-16")) == given


@pytest.mark.parametrize(("text", "message"), [(b"", "not JSON"), (b"[" * 100_000, "nested too deep")])
def test_what_is_not_json_is_told(run: Run, host: MemoryHost, text: bytes, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("serdes.json.JsonToToon", from_=host.put("a.json", text))
