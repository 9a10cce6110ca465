from __future__ import annotations

import pytest

from tiercel.plugins.registry import Registry


def problems(registry: Registry, **properties: object) -> list[str]:
    """Where a schedule is wrong, errors only."""
    facts = registry.find_type("io.kestra.plugin.core.trigger.Schedule")
    assert facts is not None
    return [violation.path for violation in facts.check(properties) if violation.is_error]


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
def test_crons(registry: Registry, cron: str) -> None:
    assert problems(registry, cron=cron) == []


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
        "60 * * * *",
        "0 0 0 * *",
        "@DAILY",
        "@reboot",
        " @daily",
        "1,,2 * * * *",
        "",
    ],
)
def test_crons_refused(registry: Registry, cron: str) -> None:
    assert problems(registry, cron=cron) == ["cron"]


def test_seconds_are_a_sixth_field(registry: Registry) -> None:
    assert problems(registry, cron="*/10 * * * * *", withSeconds=True) == []
    assert problems(registry, cron="@daily", withSeconds=True) == []
    assert problems(registry, cron="* * * * *", withSeconds=True) == ["cron"]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "+02:00", "Z", "UTC+3", "-0330", "America/New_York"])
def test_zones(registry: Registry, zone: str) -> None:
    assert problems(registry, cron="@daily", timezone=zone) == []


@pytest.mark.parametrize("zone", ["Mars/X", "EST", "PST", "utc", "", "europe/paris", "../etc/passwd"])
def test_zones_refused(registry: Registry, zone: str) -> None:
    assert problems(registry, cron="@daily", timezone=zone) == ["timezone"]


def test_a_schedule_is_checked_when_the_flow_is_saved(registry: Registry) -> None:
    facts = registry.find_type("io.kestra.plugin.core.trigger.Schedule")
    assert facts is not None
    assert facts.check({"cron": "0 6 * * *", "timezone": "Europe/Paris"}) == []
    assert facts.check({"cron": "0 0 6 * * *", "withSeconds": True}) == []
    (wrong,) = facts.check({"cron": "* * *"})
    assert (wrong.path, wrong.is_error) == ("cron", True)
    assert "* * *" in wrong.message
    (zone,) = facts.check({"cron": "* * * * *", "timezone": "Mars/X"})
    assert (zone.path, zone.is_error) == ("timezone", True)
    (missing,) = facts.check({})
    assert (missing.path, missing.message) == ("cron", "must not be null")


def test_a_webhook_needs_a_key(registry: Registry) -> None:
    facts = registry.find_type("io.kestra.plugin.core.trigger.Webhook")
    assert facts is not None
    assert [violation.message for violation in facts.check({})] == ["must not be null"]
    assert facts.check({"key": "{{ secret('x') }}"}) == []


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ({"type": "DAILY_TIME_DEADLINE", "deadline": "09:00:00"}, None),
        ({"type": "DAILY_TIME_WINDOW", "startTime": "09:00:00", "endTime": "10:00:00"}, None),
        ({"window": "PT1H", "windowAdvance": "PT5M"}, None),
        (
            {"type": "DAILY_TIME_DEADLINE", "deadline": "09:00:00", "window": "PT1H"},
            "Time window of type `DAILY_TIME_DEADLINE` cannot have a window.",
        ),
        (
            {"type": "SLIDING_WINDOW", "deadline": "09:00:00", "window": "PT1H"},
            "Time window of type `SLIDING_WINDOW` cannot have a deadline.",
        ),
    ],
)
def test_a_time_window_has_the_parts_of_its_type(
    registry: Registry, window: dict[str, str], message: str | None
) -> None:
    facts = registry.find_type("io.kestra.plugin.core.trigger.Flow")
    assert facts is not None
    found = facts.check({"preconditions": {"id": "a", "timeWindow": window}})
    assert [(violation.message, violation.is_error) for violation in found] == ([(message, True)] if message else [])


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"type": "EQUAL_TO", "value": "a"}, None),
        ({"type": "IN", "values": ["a"]}, None),
        ({"type": "IS_TRUE", "value": "a"}, None),
        ({"type": "EQUAL_TO", "values": ["a"]}, "`values` must be null for type EQUAL_TO"),
        ({"type": "REGEX", "value": "a", "values": ["b"]}, "`values` must be null for type REGEX"),
        ({"type": "NOT_IN", "value": "a"}, "`value` must be null for type NOT_IN"),
        ({"type": "STARTS_WITH"}, "`value` cannot be null for type STARTS_WITH"),
    ],
)
def test_a_filter_has_the_values_of_its_type(
    registry: Registry, written: dict[str, object], message: str | None
) -> None:
    facts = registry.find_type("io.kestra.plugin.core.trigger.Flow")
    assert facts is not None
    where = [{"id": "w", "filters": [{"field": "FLOW_ID", **written}]}]
    found = facts.check({"preconditions": {"id": "a", "where": where}})
    assert [violation.message for violation in found] == ([message] if message else [])
