from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from expressions.rendering import FixedHost, context_of, evaluate, failure, render
from tiercel.expressions import IO_FUNCTIONS, Value, compile_template
from tiercel.expressions.catalogue import FILTERS, FUNCTIONS
from tiercel.expressions.functions.crypto import decrypt_text, encrypt_text
from tiercel.expressions.values import ZonedDateTime
from tiercel.model.dialect import Dialect

KEY = "AAECAwQFBgcICQoLDA0ODw=="


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("max(1, 2.5, null)", 2.5),
        ("min(3, 1, 2)", 1),
        ("max([1])", [1]),
        ("max()", None),
        ("range(1, 5, 2)", [1, 3, 5]),
        ("range(3, 1)", []),
        ("range(3, 1, -1)", [3, 2, 1]),
        ("range('a', 'c')", ["a", "b", "c"]),
        ("range(1.9, 3)", [1, 2, 3]),
        ("now('yyyy-MM-dd HH:mm')", "2024-02-29 13:07"),
        ("now(timeZone='Asia/Tokyo')", "2024-02-29T22:07:09.123456+09:00"),
        ("uuid() | length", 36),
        ("id() | length", 22),
        ("ksuid() | length", 27),
        ("nanoId() | length", 21),
        ("nanoId(4, 'z')", "zzzz"),
        ("randomInt(7, 8)", 7),
        ("randomPort() > 1023", True),
        ("decrypt(k, encrypt(k, 'héllo'))", "héllo"),
        ("encrypt(k, null)", ""),
    ],
)
def test_functions(source: str, expected: Value) -> None:
    assert evaluate("{{ " + source + " }}", k=KEY) == expected


@pytest.mark.parametrize(
    "source",
    [
        "max(1, 'a')",
        "range(1)",
        "range('aa', 'c')",
        "range(1, 3, 0)",
        "randomInt(5, 1)",
        "randomInt('1', 2)",
        "nanoId(-1)",
        "nanoId(3, '')",
        "encrypt('short', 'a')",
        "decrypt(k, 'AAAA')",
        "decrypt(k, encrypt('AQECAwQFBgcICQoLDA0ODw==', 'a'))",
        "now('nope')",
    ],
)
def test_what_functions_refuse(source: str) -> None:
    assert failure("{{ " + source + " }}", k=KEY).kind == "evaluation"


def test_a_range_is_paid_for() -> None:
    assert failure("{{ range(0, 2000000000) }}").kind == "budget"


def test_an_empty_nano_id_is_of_one_dialect() -> None:
    assert render("{{ nanoId(0) }}", Dialect.V1_3) == ""
    assert failure("{{ nanoId(0) }}", Dialect.V2_0).kind == "evaluation"


def test_uuids_order_by_time() -> None:
    found = UUID(str(evaluate("{{ uuid() }}")))
    assert found.version == 7
    assert found.variant == "specified in RFC 4122"
    assert found.int >> 80 == int(datetime(2024, 2, 29, 13, 7, 9, tzinfo=UTC).timestamp()) * 1000 + 123


def test_what_was_encrypted_elsewhere_can_be_read() -> None:
    """The nonce, then the text and its tag, in base 64."""
    key = bytes(range(16))
    assert decrypt_text(key, encrypt_text(key, "text", bytes(12))) == "text"
    assert encrypt_text(key, "text", bytes(12)).startswith("AAAAAAAAAAAAAAAA")


SATURDAY = ZonedDateTime(datetime(2024, 8, 31, 23, 30, tzinfo=UTC), 0, "UTC")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("dayOfWeek(d)", "SATURDAY"),
        ("isWeekend(d)", True),
        ("hourOfDay(d)", 23),
        ("dayOfMonth(d)", 31),
        ("monthOfYear(d)", 8),
        ("dayOfWeek('2024-03-09T23:00:00-05:00')", "SATURDAY"),
        ("dayOfWeek(day)", "FRIDAY"),
        ("isLastWorkingDay(day)", True),
        ("isLastWorkingDay(d)", False),
        ("isLastWorkingDay(d, 'SATURDAY')", True),
        ("isDayWeekInMonth(day, 'friday', 'last')", True),
        ("isDayWeekInMonth(day, 'FRIDAY', 'FOURTH')", False),
        ("isPublicHoliday('2024-12-25', 'de', 'by')", True),
        ("isPublicHoliday('2024-12-25', 'US', 'zz')", True),
        ("isPublicHoliday('2024-07-03', 'US')", False),
        ("isPublicHoliday('2024-07-03', '')", False),
        ("isDateBetween(d, '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z')", True),
        ("isDateBetween('2025-01-01T00:00:00Z', '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z')", False),
    ],
)
def test_calendar(source: str, expected: Value) -> None:
    pytest.importorskip("holidays")
    assert evaluate("{{ " + source + " }}", d=SATURDAY, day=date(2024, 8, 30)) == expected


@pytest.mark.parametrize(
    "source",
    [
        "dayOfWeek('nope')",
        "dayOfWeek(1704067200)",
        "hourOfDay('2024-01-01')",
        "dayOfWeek(null)",
        "isDayWeekInMonth('2024-01-01', 'FUNDAY', 'LAST')",
        "isDayWeekInMonth('2024-01-01', 'MONDAY', 'FIFTH')",
        "isLastWorkingDay('2024-01-01', 'X')",
        "isPublicHoliday('2024-01-01', 'XX')",
        "isDateBetween('2024-01-01T00:00:00', '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z')",
    ],
)
def test_what_the_calendar_refuses(source: str) -> None:
    pytest.importorskip("holidays")
    assert failure("{{ " + source + " }}").kind == "evaluation"


def test_tasks_with_state() -> None:
    tasks = {
        "a": {"state": "FAILED"},
        "b": {"state": "SUCCESS"},
        "each": {"1": {"state": "FAILED"}, "2": {"state": "KILLED"}},
    }
    found = evaluate("{{ tasksWithState('failed') }}", tasks=tasks)
    assert found == [{"taskId": "a", "state": "FAILED"}, {"taskId": "each", "state": "FAILED", "value": "1"}]
    assert evaluate("{{ tasksWithState('FAILED') }}") == []


def test_current_each_output() -> None:
    outputs = {"x": {"1": {"inner": {"value": "found"}}}}
    parents = [{"taskrun": {"value": "1"}}]
    source = "{{ currentEachOutput(outputs.x).value }}"
    assert evaluate(source, outputs=outputs, parents=parents, taskrun={"value": "inner"}) == "found"
    assert failure(source, outputs=outputs, parents=parents, taskrun={"value": "other"}).kind == "evaluation"


def test_the_host_gets_arguments_by_name() -> None:
    host = FixedHost({"kv": "v", "secret": "s"})
    context = context_of(host=host)
    assert (
        compile_template("{{ kv('key', errorOnMissing=false) }}{{ secret('X') }}", context.dialect).render(context)
        == "vs"
    )
    assert host.calls == [("kv", {"key": "key", "errorOnMissing": False}), ("secret", {"key": "X"})]


def test_every_name_is_there_once() -> None:
    assert len(FILTERS) > 60
    assert {name for name, function in FUNCTIONS.items() if function.is_io} == IO_FUNCTIONS
    assert all(name == entry.name for table in (FILTERS, FUNCTIONS) for name, entry in table.items())
