from __future__ import annotations

import pytest

from engine.schedule.asking import micros, shown
from tiercel.engine.conditions.windows import Window, read_time_window, read_window
from tiercel.model.json import Json
from tiercel.model.zones import find_zone

NOW = "2024-03-04T10:20Z"


def span(window: Window, now: str = NOW) -> tuple[str | None, str | None] | None:
    found = window.span(micros(now))
    return None if found is None else (shown(found[0]), shown(found[1]))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("2024-03-04T00:00", "2024-03-05T00:00")),
        ({"type": "DURATION_WINDOW", "window": "PT6H"}, ("2024-03-04T06:00", "2024-03-04T12:00")),
        ({"window": "PT6H", "windowAdvance": "PT30M"}, ("2024-03-04T06:30", "2024-03-04T12:30")),
        ({"window": "P1D", "windowAdvance": "PT12H"}, ("2024-03-03T12:00", "2024-03-04T12:00")),
        ({"type": "SLIDING_WINDOW", "window": "PT1H"}, ("2024-03-04T09:20", "2024-03-04T10:20")),
        ({"type": "DAILY_TIME_DEADLINE", "deadline": "11:00:00"}, ("2024-03-04T00:00", "2024-03-04T11:00")),
        ({"type": "DAILY_TIME_DEADLINE", "deadline": "10:00:00"}, None),
        ({"type": "DAILY_TIME_DEADLINE", "deadline": "11:00:00+02:00"}, None),
        (
            {"type": "DAILY_TIME_WINDOW", "startTime": "09:00:00", "endTime": "17:00:00"},
            ("2024-03-04T09:00", "2024-03-04T17:00"),
        ),
        (
            {"type": "DAILY_TIME_WINDOW", "startTime": "22:00:00", "endTime": "11:00:00"},
            ("2024-03-03T22:00", "2024-03-04T11:00"),
        ),
        ({"type": "DAILY_TIME_WINDOW", "startTime": "11:00:00", "endTime": "12:00:00"}, None),
    ],
)
def test_windows_of_1_3(given: dict[str, Json], expected: tuple[str, str] | None) -> None:
    assert span(read_time_window(given)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("2024-03-04T00:00", "2024-03-05T00:00")),
        ({"every": "PT15M"}, ("2024-03-04T10:15", "2024-03-04T10:30")),
        ({"every": "PT1H", "offset": "PT30M"}, ("2024-03-04T09:30", "2024-03-04T10:30")),
        ({"lookback": "PT2H"}, ("2024-03-04T08:20", "2024-03-04T10:20")),
        ({"deadline": "12:00:00"}, ("2024-03-04T00:00", "2024-03-04T12:00")),
        ({"from": "10:00:00", "to": "11:00:00"}, ("2024-03-04T10:00", "2024-03-04T11:00")),
        (
            {"from": "10:00:00", "to": "12:00:00", "timezone": "Europe/Paris"},
            ("2024-03-04T09:00", "2024-03-04T11:00"),
        ),
    ],
)
def test_windows_of_2_0(given: dict[str, Json], expected: tuple[str, str] | None) -> None:
    assert span(read_window(given)) == expected


def test_a_day_in_a_zone_begins_at_its_midnight() -> None:
    window = read_time_window({}, find_zone("America/New_York"))
    assert span(window, "2024-03-04T03:00Z") == ("2024-03-03T05:00", "2024-03-04T05:00")


@pytest.mark.parametrize(
    "given", [{"window": "1 hour"}, {"window": "PT0S"}, {"type": "DAILY_TIME_DEADLINE", "deadline": "noon"}]
)
def test_what_is_no_window(given: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match=r"window|duration|noon"):
        read_time_window(given)
