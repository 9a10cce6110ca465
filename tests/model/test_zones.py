from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tiercel.model.zones import find_zone


@pytest.mark.parametrize(
    ("text", "hours"),
    [("UTC", 0), ("Europe/Paris", 1), ("+02:00", 2), ("Z", 0), ("UTC+3", 3), ("-0330", -3.5), ("EST5EDT", -5)],
)
def test_zones(text: str, hours: float) -> None:
    assert datetime(2024, 1, 1, tzinfo=find_zone(text)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["Mars/X", "EST", "PST", "utc", "", "europe/paris", "../etc/passwd", "Europe/"])
def test_zones_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        find_zone(text)


@pytest.mark.parametrize("text", ["+19", "+18:00:01", "UTC-05:60"])
def test_offsets_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an offset"):
        find_zone(text)
