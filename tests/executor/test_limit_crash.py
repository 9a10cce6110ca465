"""kill -9 at random points: limits are never exceeded, no slot is lost, no gathered event is lost or used twice.

``TEST_TIERCEL_CRASH_STARTS`` and ``TEST_TIERCEL_CRASH_KILLS`` make it as long as one likes.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import tiercel
from executor.limit_site import KEY_LIMIT, PERIOD_SECONDS, POOL, RATE

STARTS = int(os.environ.get("TEST_TIERCEL_CRASH_STARTS", "80"))
KILLS = int(os.environ.get("TEST_TIERCEL_CRASH_KILLS", "4"))
SEED = int(os.environ.get("TEST_TIERCEL_CRASH_SEED", "3"))
_SOON = 5_000
"""Microseconds between the count of a start and its entry in the history."""


def run(home: Path, seconds: float | None) -> tuple[list[str], list[str], bool]:
    """Run the process; kill it that long after it has opened. Gives what it acknowledged, and whether it ended."""
    paths = os.pathsep.join([str(Path(tiercel.__file__).parents[1]), str(Path(__file__).parents[1])])
    process = subprocess.Popen(
        [sys.executable, "-m", "executor.limit_site", str(home), str(STARTS // (KILLS + 1))],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    try:
        process.wait(60 if seconds is None else seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    lines = [line.split() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    process.stdout.close()
    process.wait(10)
    started = [rest[0] for word, *rest in lines if word == "started"]
    return started, [rest[0] for word, *rest in lines if word == "called"], ["over"] in lines


def test_limits_hold_and_events_are_used_once_when_the_process_is_killed(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 (points in time)
    started: list[str] = []
    called: list[str] = []
    for _ in range(KILLS):
        more_started, more_called, _ = run(tmp_path, chance.uniform(0.02, 0.4))
        started += more_started
        called += more_called
    more_started, more_called, is_over = run(tmp_path, None)
    assert is_over
    check(tmp_path / "tiercel.db", started + more_started, called + more_called)


def check(path: Path, started: list[str], called: list[str]) -> None:
    """Compare what was acknowledged with what is in the database, and count what ran at once."""
    database = sqlite3.connect(path)
    rows = database.execute("SELECT id, flow_id, state, history, inputs, trigger FROM executions").fetchall()
    database.close()
    executions = {row[0]: row for row in rows}
    assert [one for one in started if one not in executions] == []
    assert {row[2] for row in rows} == {"SUCCESS"}
    spans: dict[str, list[tuple[int, int]]] = {}
    for _, flow_id, _, history, inputs, _ in rows:
        span = span_of(json.loads(history))
        if flow_id == "keyed":
            spans.setdefault(f"key {json.loads(inputs)['key']}", []).append(span)
        spans.setdefault("pool" if flow_id in {"keyed", "pooled"} else flow_id, []).append(span)
    for name, found in spans.items():
        if name.startswith("key "):
            assert most_at_once(found) <= KEY_LIMIT, name
    assert most_at_once(spans["pool"]) <= POOL
    starts = sorted(begin for begin, _ in spans["rated"])
    period = PERIOD_SECONDS * 1_000_000
    too_soon = [at for at, later in zip(starts, starts[RATE:], strict=False) if later - at < period - _SOON]
    assert too_soon == []
    events = Counter(
        event["body"]["event"]
        for _, flow_id, _, _, _, trigger in rows
        if flow_id == "hooked"
        for event in json.loads(trigger)["variables"]["events"]
    )
    assert [one for one in called if events[one] != 1] == []
    assert max(events.values()) == 1


def span_of(history: list[tuple[str, int]]) -> tuple[int, int]:
    """From when to when it held its slots."""
    begin = next(at for state, at in history if state == "RUNNING")
    return begin, history[-1][1]


def most_at_once(spans: list[tuple[int, int]]) -> int:
    """How many overlapped at most; one that begins when another ends does not."""
    changes = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans])
    most = count = 0
    for _, change in changes:
        count += change
        most = max(most, count)
    return most
