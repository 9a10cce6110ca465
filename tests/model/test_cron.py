from __future__ import annotations

import pytest

from tiercel.model.cron import parse_cron


@pytest.mark.parametrize(
    "cron",
    [
        "* * * * *",
        "0 0 13 * FRI",
        "*/15 2 * * *",
        "/5 * * * *",
        "0  0\t1,15 * MON-FRI ",
        "0 0 L * *",
        "0 0 l-3 * *",
        "0 0 * JAN-MAR SAT-SUN",
        "0 0 * jan Mon-fri",
        "0 0 * * 7",
        "0 0 * * */7",
        "0 0 */31 * *",
        "@daily",
        "@hourly",
        "0 0 30 2 *",
    ],
)
def test_crons(cron: str) -> None:
    parse_cron(cron)


@pytest.mark.parametrize(
    "cron",
    [
        "* * *",
        "* * * * * *",
        "? * * * *",
        "0 0 15W * *",
        "0 0 LW * *",
        "0 0 * * 5#2",
        "0 0 * * 5L",
        "0 0 * * L",
        "0 0 * * FRI-MON",
        "0 22-2 * * *",
        "*/60 * * * *",
        "*/0 * * * *",
        "0 */24 * * *",
        "0 0 */32 * *",
        "0 0 * JANUARY *",
        "0 0 * * MONDAY",
        "60 * * * *",
        "-1 * * * *",
        "1- * * * *",
        "*/5/2 * * * *",
        "0 0 0 * *",
        "0 0 L-100 * *",
        "0 0 L-0 * *",
        "0 0 L-32 * *",
        "0 0 * * SUN-MON",
        "0 0 * * 6-0",
        "0 0 * * 0-3/7",
        "@DAILY",
        "@reboot",
        " @daily",
        "1,,2 * * * *",
        "",
        "0 0 * * *\u00a0",
        "٣ * * * *",
        f"{'9' * 5000} * * * *",
    ],
)
def test_crons_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="'"):
        parse_cron(cron)


def test_seconds_are_a_sixth_field() -> None:
    assert parse_cron("*/30 * * * * *", with_seconds=True).seconds == (0, 30)
    assert parse_cron("@daily", with_seconds=True).seconds == (0,)
    with pytest.raises(ValueError, match="5 fields, not 6"):
        parse_cron("* * * * *", with_seconds=True)


def test_values() -> None:
    cron = parse_cron("1-10/3,50 /12 1,L 5/3 FRI-7")
    assert cron.minutes == (1, 4, 7, 10, 50)
    assert cron.hours == (0, 12)
    assert cron.days == (1,)
    assert cron.months == (5, 8, 11)
    assert cron.weekdays == (0, 5, 6)
    assert cron.is_either
    assert (cron.uses_last, cron.last_day) == (True, None)


def test_the_last_day_counts_from_the_end() -> None:
    assert parse_cron("0 0 L * *").last_day == 0
    assert parse_cron("0 0 L-2 * *").last_day == 2


def test_one_restricted_kind_of_day_is_not_either() -> None:
    assert not parse_cron("0 0 13 * *").is_either
    assert not parse_cron("0 0 * * FRI").is_either
    assert parse_cron("0 0 */1 * FRI").is_either


@pytest.mark.parametrize("word", ["SUN", "7", "0"])
def test_steps_from_sunday_go_through_the_week(word: str) -> None:
    assert parse_cron(f"0 0 * * {word}/3").weekdays == (0, 3, 6)
