"""Texts taken apart by grok."""

from __future__ import annotations

import re
from typing import Any

import pytest

from groups.conftest import Run
from groups.test_serdes_text import rows
from tiercel.plugins import TaskError
from tiercel.tasks.transform.grok_patterns import PATTERNS
from tiercel.testing.memory_host import MemoryHost

APACHE = (
    '203.0.113.7 - ana [31/Jan/2026:10:15:00 +0100] "GET /orders?day=1 HTTP/1.1" 200 5120 '
    '"https://example.com/" "curl/8.5"'
)
SYSLOG = "Jan  3 04:05:06 web1 sshd[812]: Accepted key for ana"


@pytest.mark.parametrize(
    ("text", "properties", "expected"),
    [
        ("took 12 ms", {"pattern": "%{NUMBER:ms:int} ms"}, {"ms": 12}),
        ("took 1.5 s", {"pattern": "%{NUMBER:s:float}"}, {"s": 1.5}),
        ("nothing", {"pattern": "%{NUMBER:n}"}, {}),
        ("a 1", {"pattern": "%{WORD} %{INT:n}"}, {"n": "1"}),
        ("a 1", {"pattern": "%{WORD} %{INT:n}", "namedCapturesOnly": False}, {"WORD": "a", "n": "1"}),
        ("x-7", {"pattern": "%{CODE:code}", "patternDefinitions": {"CODE": "x-%{INT}"}}, {"code": "x-7"}),
        ("id=77", {"pattern": r"id=(?<id>\d+)"}, {"id": "77"}),
        ("b2", {"patterns": [r"a(?<x>\d)", r"b(?<y>\d)"]}, {"y": "2"}),
        ("a1b2", {"patterns": [r"a(?<x>\d)", r"b(?<y>\d)"], "breakOnFirstMatch": False}, {"x": "1", "y": "2"}),
        ("a", {"pattern": r"(?<x>a)(?<y>b)?"}, {"x": "a"}),
        ("a", {"pattern": r"(?<x>a)(?<y>b?)", "keepEmptyCaptures": True}, {"x": "a", "y": ""}),
        ("a=1", {"pattern": "(?:%{WORD:k}=%{INT:v}|%{INT:v}:%{WORD:k})"}, {"k": "a", "v": "1"}),
        (
            SYSLOG,
            {"pattern": "%{SYSLOGLINE}"},
            {
                "timestamp": "Jan  3 04:05:06",
                "logsource": "web1",
                "program": "sshd",
                "pid": "812",
                "message": "Accepted key for ana",
            },
        ),
        (
            APACHE,
            {"pattern": "%{COMBINEDAPACHELOG}"},
            {
                "clientip": "203.0.113.7",
                "ident": "-",
                "auth": "ana",
                "timestamp": "31/Jan/2026:10:15:00 +0100",
                "verb": "GET",
                "request": "/orders?day=1",
                "httpversion": "1.1",
                "response": "200",
                "bytes": "5120",
                "referrer": '"https://example.com/"',
                "agent": '"curl/8.5"',
            },
        ),
    ],
)
def test_fields_of_a_text(run: Run, host: MemoryHost, text: str, properties: dict[str, Any], expected: Any) -> None:
    host.variables["text"] = text
    assert run("transform.grok.TransformValue", from_="{{ text }}", **properties) == {"value": expected}


EXAMPLES = {
    "UUID": "0b9f61a4-8f2e-4c1a-9d5e-1f2a3b4c5d6e",
    "EMAILADDRESS": "ana.b@example.com",
    "MAC": "00:1b:44:11:3a:b7",
    "IPV4": "192.0.2.255",
    "IPV6": "2001:db8::1",
    "IP": "::1",
    "HOSTPORT": "db1.example.com:5432",
    "UNIXPATH": "/var/log/a.log",
    "WINPATH": r"C:\logs\a.txt",
    "URI": "https://ana@example.com:8443/a/b?c=1&d=2",
    "TIMESTAMP_ISO8601": "2026-01-31T10:15:00.123+01:00",
    "DATE_EU": "31.01.2026",
    "DATE_US": "01/31/2026",
    "TIME": "10:15:00,5",
    "DATESTAMP_RFC2822": "Sat, 31 Jan 2026 10:15:00 +0100",
    "QUOTEDSTRING": r'"a \" b"',
    "LOGLEVEL": "WARNING",
    "BASE16NUM": "0xfF",
    "NUMBER": "-1.5",
    "TTY": "/dev/pts/3",
}


def test_every_name_can_be_used(run: Run, host: MemoryHost) -> None:
    for name in PATTERNS:
        text = EXAMPLES.get(name, "")
        host.variables["text"] = f"<{text}>"
        pattern = f"<%{{{name}:it}}>" if text else f"%{{{name}:it}}"
        found = run("transform.grok.TransformValue", from_="{{ text }}", pattern=pattern)["value"]
        assert not text or found["it"] == text, name


def test_rows_and_files_of_patterns(run: Run, host: MemoryHost) -> None:
    (host.directory / "grok").mkdir()
    (host.directory / "grok" / "own").write_text("# ours\nORDER o-%{INT}\n")
    uri = host.put("lines.ion", b'"o-1 sent" "o-22 lost" {order: "o-3"} "none"')
    out = run("transform.grok.TransformItems", from_=uri, pattern="%{ORDER:order}", patternsDir=["grok"])
    assert rows(host, out["uri"]) == [{"order": "o-1"}, {"order": "o-22"}, {"order": "o-3"}, {}]
    assert out["processedItemsTotal"] == 4


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({}, "there must be one"),
        ({"pattern": "%{NOPE:a}"}, "there is no pattern NOPE"),
        ({"pattern": "%{A}", "patternDefinitions": {"A": "%{B}", "B": "%{A}"}}, "A is defined by itself"),
        ({"pattern": "%{INT:a:money}"}, "money is no type"),
        ({"pattern": "(%{INT:a}"}, "pattern: "),
        ({"pattern": "%{A}" * 20, "patternDefinitions": {"A": "%{B}" * 20, "B": "%{DATA}" * 200}}, "longer than"),
        ({"pattern": "a", "patternsDir": ["../.."]}, "leads out of"),
        ({"pattern": "a", "patternsDir": ["none"]}, "there is no folder none"),
    ],
)
def test_what_is_refused(run: Run, properties: dict[str, Any], message: str) -> None:
    with pytest.raises(TaskError, match=re.escape(message)):
        run("transform.grok.TransformValue", from_="x" * 40, **properties)
