from __future__ import annotations

import pytest

from tiercel.plugins.registry import Registry


def problems(registry: Registry, **properties: object) -> list[str]:
    """Where a schedule is wrong, errors only."""
    facts = registry.find_type("io.kestra.plugin.core.trigger.Schedule")
    assert facts is not None
    return [violation.path for violation in facts.check(properties) if violation.is_error]


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
        ({"type": "SLIDING_WINDOW"}, None),
        ({"type": "DAILY_TIME_DEADLINE"}, "Time window of type `DAILY_TIME_DEADLINE` must have a deadline."),
        (
            {"type": "DAILY_TIME_WINDOW", "endTime": "09:00:00"},
            "Time window of type `DAILY_TIME_WINDOW` must have a start time.",
        ),
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
        ({"type": "IS_NULL"}, "`value` cannot be null for type IS_NULL"),
        ({"type": "IN", "value": "a"}, "`value` must be null for type IN"),
        ({"type": "EQUAL_TO", "values": ["a"]}, "`value` cannot be null for type EQUAL_TO"),
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
