from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from expressions.rendering import evaluate, failure, render
from tiercel.expressions import Value
from tiercel.expressions.values import Instant, LegacyDate, LocalDateTime, ZonedDateTime

MOMENT = "2024-02-29T13:07:09.123456Z"
PARIS = ZonedDateTime(datetime(2024, 2, 29, 14, 7, 9, tzinfo=ZoneInfo("Europe/Paris")), 123_456_000, "Europe/Paris")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2024-02-29T13:07:09.123Z"),
        ("EEEE d MMMM yy, h:mm a", "Thursday 29 February 24, 1:07 PM"),
        ("EEE EEEEE MMM MMMMM QQQ QQQQ G", "Thu T Feb F Q1 1st quarter AD"),
        ("e c w W D F", "5 5 9 5 60 5"),
        ("YYYY-'W'ww", "2024-W09"),
        ("k K H h", "13 1 13 1"),
        ("A n N", "47229123 123456000 47229123456000"),
        ("VV z O X x Z ZZZZ", "UTC UTC GMT Z +00 +0000 GMT"),
        ("B", "in the afternoon"),
        ("[yyyy][-MM]", "2024-02"),
        ("ppppd|pppM", "  29|  2"),
        ("'it''s' ''", "it's '"),
        ("iso", "2024-02-29T13:07:09.123456Z"),
        ("sql_sec", "2024-02-29 13:07:09"),
        ("iso_date", "2024-02-29Z"),
        ("iso_ordinal_date", "2024-060Z"),
        ("iso_week_date", "2024-W09-4Z"),
        ("iso_zoned_date_time", "2024-02-29T13:07:09.123456Z[UTC]"),
        ("rfc_1123_date_time", "Thu, 29 Feb 2024 13:07:09 GMT"),
        ("full", "Thursday, February 29, 2024, 1:07:09\u202fPM Coordinated Universal Time"),
        ("short", "2/29/24, 1:07\u202fPM"),
    ],
)
def test_patterns(pattern: str, expected: str) -> None:
    assert render("{{ v | date(p) }}", v=MOMENT, p=pattern) == expected


@pytest.mark.parametrize("pattern", ["b", "V", "p", "MMMMMM", "yyyy]", "'open", "{", "iso_nano", "cc"])
def test_malformed_patterns(pattern: str) -> None:
    error = failure("{{ v | date(p) }}", v=MOMENT, p=pattern)
    assert error.kind == "evaluation"
    assert "is no date pattern" in error.message


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Kolkata", "2024-02-29 18:37 +05:30 IST India Standard Time"),
        ("America/New_York", "2024-02-29 08:07 -05:00 EST Eastern Standard Time"),
        ("Asia/Kathmandu", "2024-02-29 18:52 +05:45 GMT+05:45 Nepal Time"),
        ("-0330", "2024-02-29 09:37 -03:30 -03:30 -03:30"),
        ("UTC+3", "2024-02-29 16:07 +03:00 UTC+03:00 UTC+03:00"),
    ],
)
def test_zones(zone: str, expected: str) -> None:
    assert render("{{ v | date('yyyy-MM-dd HH:mm XXX z zzzz', timeZone=z) }}", v=MOMENT, z=zone) == expected


@pytest.mark.parametrize("zone", ["EST", "europe/paris", "", "+19:00", "Nope/Zone"])
def test_what_is_no_zone(zone: str) -> None:
    assert failure("{{ v | date(timeZone=z) }}", v=MOMENT, z=zone).kind == "evaluation"


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("fr", "jeudi 29 février 2024"),
        ("pt-BR", "quinta-feira 29 fevereiro 2024"),
        ("ko", "목요일 29 2월 2024"),
        ("xx", "Thu 29 Feb 2024"),
        ("pl", "czwartek 29 lutego 2024"),
    ],
)
def test_languages(locale: str, expected: str) -> None:
    assert render("{{ v | date('EEEE d MMMM yyyy', locale=l) }}", v=MOMENT, l=locale) == expected


def test_one_language_does_not_change_another() -> None:
    """The library that holds the words writes what it looks up into data that languages share."""
    render("{{ v | date('LLLL LLL', locale='ja') }}", v=MOMENT)
    assert render("{{ v | date('LLLL', locale='hi') }}", v=MOMENT) == "फ़रवरी"
    assert render("{{ v | date('a', locale='ko') }}", v=MOMENT) == "오후"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (PARIS, "2024-02-29T13:07:09.123456Z"),
        (Instant(1704067200, 5), "2024-01-01T00:00:00.000000Z"),
        (LocalDateTime(datetime(2024, 1, 1, 10)), "2024-01-01T10:00:00.000000Z"),  # noqa: DTZ001 (a local date-time)
        (date(2024, 1, 1), "2024-01-01T12:00:00.000000Z"),
        (LegacyDate(1704067200123), "2024-01-01T00:00:00.123000Z"),
        (1704067200, "2024-01-01T00:00:00.000000Z"),
        (1704067200123, "2024-01-01T00:00:00.123000Z"),
        (-1, "1969-12-31T23:59:59.000000Z"),
        ("2024-01-01T10:00:00+05:30", "2024-01-01T04:30:00.000000Z"),
        ("2024-01-01T10:00", "2024-01-01T10:00:00.000000Z"),
        ("2024-01-01", "2024-01-01T00:00:00.000000Z"),
    ],
)
def test_what_dates_are_read_from(value: Value, expected: str) -> None:
    assert render("{{ v | date }}", v=value) == expected


@pytest.mark.parametrize("value", ["", "2024", "02/29/2024", "2024-02-30", "2024-01-01T10:00:00+0530", True, 1.5, [1]])
def test_what_is_no_date(value: Value) -> None:
    assert failure("{{ v | date }}", v=value).kind == "evaluation"


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("29-Feb-2024", "dd-MMM-yyyy", "2024-02-29 00:00:00"),
        ("February 29, 2024", "MMMM d, yyyy", "2024-02-29 00:00:00"),
        ("20240229130709", "yyyyMMddHHmmss", "2024-02-29 13:07:09"),
        ("2024-02-29 01:07 PM", "yyyy-MM-dd hh:mm a", "2024-02-29 13:07:00"),
        ("2024-02-29 13:07 +0100", "yyyy-MM-dd HH:mm Z", "2024-02-29 12:07:00"),
        ("2024-02-29 13:07 Europe/Paris", "yyyy-MM-dd HH:mm VV", "2024-02-29 12:07:00"),
        ("Tue, 08 Feb 2022 19:38:26 GMT", "rfc_1123_date_time", "2022-02-08 19:38:26"),
        ("2024-060", "yyyy-DDD", "2024-02-29 00:00:00"),
        ("2024-02-29 24:00", "yyyy-MM-dd HH:mm", "2024-03-01 00:00:00"),
        ("2024-02-31", "yyyy-MM-dd", "2024-02-29 00:00:00"),
        ("2/29/24, 1:07\u202fPM", "short", "2024-02-29 13:07:00"),
    ],
)
def test_existing_formats(text: str, pattern: str, expected: str) -> None:
    assert render("{{ v | date('sql_sec', existingFormat=p) }}", v=text, p=pattern) == expected


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("29-FEB-2024", "dd-MMM-yyyy"),
        ("2024-02-32", "yyyy-MM-dd"),
        ("2024-13-01", "yyyy-MM-dd"),
        ("2024-02", "yyyy-MM"),
        ("Fri, 29 Feb 2024", "EEE, d MMM yyyy"),
        ("12024-01-01", "yyyy-MM-dd"),
        ("13:07", "HH:mm"),
    ],
)
def test_text_that_does_not_fit(text: str, pattern: str) -> None:
    assert failure("{{ v | date(existingFormat=p) }}", v=text, p=pattern).kind == "evaluation"


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (1, "MONTHS", "2024-02-29T23:30:00.000000Z"),
        (-1, "MONTHS", "2023-12-31T23:30:00.000000Z"),
        (13, "MONTHS", "2025-02-28T23:30:00.000000Z"),
        (1, "HALF_DAYS", "2024-02-01T11:30:00.000000Z"),
        (13, "MILLENNIA", "+15024-01-31T23:30:00.000000Z"),
        (-1, "NANOS", "2024-01-31T23:29:59.999999Z"),
        ("2", "WEEKS", "2024-02-14T23:30:00.000000Z"),
        (1.9, "DAYS", "2024-02-01T23:30:00.000000Z"),
    ],
)
def test_date_add(amount: float | str, unit: str, expected: str) -> None:
    assert render("{{ v | dateAdd(a, u) }}", v="2024-01-31T23:30:00Z", a=amount, u=unit) == expected


def test_date_add_over_a_change_of_the_clock() -> None:
    """Days keep the time of day, hours do not; what has an offset of its own keeps that."""
    local = "2024-03-30T02:30:00"
    assert (
        render("{{ v | dateAdd(1, 'DAYS', timeZone='Europe/Paris') }}", v=local) == "2024-03-31T03:30:00.000000+02:00"
    )
    assert (
        render("{{ v | dateAdd(24, 'HOURS', timeZone='Europe/Paris') }}", v=local) == "2024-03-31T03:30:00.000000+02:00"
    )
    fixed = "2024-10-27T02:30:00+01:00"
    assert (
        render("{{ v | dateAdd(-1, 'DAYS', timeZone='Europe/Paris') }}", v=fixed) == "2024-10-26T03:30:00.000000+02:00"
    )


@pytest.mark.parametrize(
    ("amount", "unit"), [(1, "days"), (1, "FOREVER"), (None, "DAYS"), ("x", "DAYS"), (1, "ERAS"), (1, None)]
)
def test_date_add_refuses(amount: Value, unit: str | None) -> None:
    assert failure("{{ v | dateAdd(a, u) }}", v=MOMENT, a=amount, u=unit).kind == "evaluation"


def test_timestamps() -> None:
    assert evaluate("{{ v | timestamp }}", v=MOMENT) == 1709212029
    assert evaluate("{{ v | timestampMilli }}", v=MOMENT) == 1709212029123
    assert evaluate("{{ v | timestampMicro }}", v=MOMENT) == "1709212029123456"
    assert evaluate("{{ v | timestampNano }}", v=MOMENT) == "1709212029123456000"
    assert (
        evaluate("{{ v | timestamp(timeZone='Europe/Paris') }}", v="2024-02-29")
        == datetime(2024, 2, 28, 23, tzinfo=UTC).timestamp()
    )
    assert evaluate("{{ v | timestamp }}", v=None) is None
