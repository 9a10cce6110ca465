from __future__ import annotations

import pytest

from tiercel.plugins.registry import Registry
from tiercel.tasks.trigger.cron import check_cron
from tiercel.tasks.trigger.zones import check_zone


@pytest.mark.parametrize(
    "cron",
    [
        "* * * * *",
        "0 0 13 * FRI",
        "*/15 2 * * *",
        "/5 * * * *",
        "0  0\t1,15 * MON-FRI",
        "0 0 L * *",
        "0 0 * JAN-MAR SAT-SUN",
        "0 0 * * 7",
        "@daily",
        "@hourly",
        "0 0 30 2 *",
    ],
)
def test_crons(cron: str) -> None:
    check_cron(cron, with_seconds=False)


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
        "0 0 * * FRI-MON",
        "0 22-2 * * *",
        "*/60 * * * *",
        "0 */24 * * *",
        "0 0 * JANUARY *",
        "0 0 * * MONDAY",
        "0 0 * * mon",
        "60 * * * *",
        "0 0 0 * *",
        "@DAILY",
        "@reboot",
        " @daily",
        "1,,2 * * * *",
        "",
    ],
)
def test_crons_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="'"):
        check_cron(cron, with_seconds=False)


def test_seconds_are_a_sixth_field() -> None:
    check_cron("*/10 * * * * *", with_seconds=True)
    check_cron("@daily", with_seconds=True)
    with pytest.raises(ValueError, match="5 fields, not 6"):
        check_cron("* * * * *", with_seconds=True)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "+02:00", "Z", "UTC+3", "-0330", "America/New_York"])
def test_zones(zone: str) -> None:
    assert check_zone(zone) == zone


@pytest.mark.parametrize("zone", ["Mars/X", "EST", "PST", "utc", "", "europe/paris", "../etc/passwd"])
def test_zones_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        check_zone(zone)


def test_a_schedule_is_checked_when_the_flow_is_saved(registry: Registry) -> None:
    facts = registry.find_type("io.kestra.plugin.core.trigger.Schedule")
    assert facts is not None
    assert facts.check({"cron": "0 6 * * *", "timezone": "Europe/Paris"}) == []
    assert facts.check({"cron": "0 0 6 * * *", "withSeconds": True}) == []
    (wrong,) = facts.check({"cron": "* * *"})
    assert (wrong.path, wrong.is_error) == ("cron", True)
    assert wrong.message == "'* * *' has 3 fields, not 5; six need withSeconds: true"
    (zone,) = facts.check({"cron": "* * * * *", "timezone": "Mars/X"})
    assert (zone.path, zone.is_error) == ("timezone", True)
    (missing,) = facts.check({})
    assert (missing.path, missing.message) == ("cron", "must not be null")


def test_a_webhook_needs_a_key(registry: Registry) -> None:
    facts = registry.find_type("io.kestra.plugin.core.trigger.Webhook")
    assert facts is not None
    assert [violation.message for violation in facts.check({})] == ["must not be null"]
    assert facts.check({"key": "{{ secret('x') }}"}) == []
