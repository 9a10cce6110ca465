"""kill -9 at random points: nothing is lost, nothing is done twice, nothing is stuck.

``TEST_TIERCEL_CRASH_EXECUTIONS`` and ``TEST_TIERCEL_CRASH_KILLS`` make it as long as one likes.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from itertools import accumulate
from pathlib import Path

import tiercel
from tiercel.repository.connection import Row

EXECUTIONS = int(os.environ.get("TEST_TIERCEL_CRASH_EXECUTIONS", "48"))
KILLS = int(os.environ.get("TEST_TIERCEL_CRASH_KILLS", "3"))
SEED = int(os.environ.get("TEST_TIERCEL_CRASH_SEED", "1"))
LONGEST_SECONDS = 60 + EXECUTIONS / 5

TASKS = {
    "inline": {"a": 1, "b": 1},
    "worker": {"a": 1, "b": 1, "c": 1},
    "each": {"each": 1, "a": 40, "b": 40},
    "parent": {"child": 1, "after": 1},
    "paused": {"pause": 1, "after": 1},
    "directory": {"wd": 1, "a": 1},
    "limited": {"a": 1},
    "loop": {"loop": 1},
    "stored": {"loop": 1, "read": 1},
    "items": {"w": 1, "each": 1, "each_split": 1, "each_items": 1, "each_merge": 1},
    "listener": {"a": 1},
}
LINES = {"inline": ["x is 1"], "parent": ["Started", "child is done"], "paused": ["on again"], "stored": ['{o:"c"}']}


class Site:
    """The process, and what it has acknowledged."""

    def __init__(self, home: Path, count: int) -> None:
        paths = os.pathsep.join([str(Path(tiercel.__file__).parents[1]), str(Path(__file__).parents[1])])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "executor.crash_site", str(home), str(count)],
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started: list[str] = []
        self.is_open = threading.Event()
        self.is_over = False
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "started" and line.endswith("\n"):
                self.started.append(rest)
            elif word == "open":
                self.is_open.set()
            elif word == "over":
                self.is_over = True

    def kill(self, after_seconds: float) -> None:
        """Kill it that long after it has opened, unless it ends before."""
        assert self.is_open.wait(30)
        try:
            self.process.wait(after_seconds)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
        self.finish(10)

    def finish(self, seconds: float) -> None:
        """Wait for its end."""
        try:
            self.process.wait(seconds)
        finally:
            self.process.kill()
            self._reader.join()
            assert self.process.stdout is not None
            self.process.stdout.close()


def test_nothing_is_lost_doubled_or_stuck(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 (points in time)
    started: list[str] = []
    for _ in range(KILLS):
        site = Site(tmp_path, EXECUTIONS // (KILLS + 1))
        site.kill(chance.uniform(0.0, 0.1 + EXECUTIONS / (KILLS + 1) / 100))
        started += site.started
    site = Site(tmp_path, EXECUTIONS // (KILLS + 1))
    site.finish(LONGEST_SECONDS)
    started += site.started
    assert site.is_over
    check(tmp_path / "tiercel.db", started)


def check(path: Path, started: list[str]) -> None:
    """Compare what was acknowledged with what is in the database."""
    database = sqlite3.connect(path)
    executions = {
        row[0]: row[1:]
        for row in database.execute("SELECT id, flow_id, state, is_over, history, kind, parent_id FROM executions")
    }
    assert [one for one in started if one not in executions] == []
    assert {row[1:3] for row in executions.values()} == {("SUCCESS", 1)}
    assert [row[3] for row in executions.values() if row[3].count('"SUCCESS"') != 1] == []
    check_task_runs(database, executions)
    check_children(executions)
    check_triggered(database, executions)
    check_limit(executions)
    for table in ("jobs", "timers", "inbox", "announcements"):
        assert database.execute(f"SELECT * FROM {table}").fetchall() == []
    database.close()


def check_task_runs(database: sqlite3.Connection, executions: dict[str, Row]) -> None:
    """Every task ran as often as its flow says, and every line is there once."""
    counted: dict[str, Counter[str]] = {one: Counter() for one in executions}
    for execution_id, task_id, state in database.execute("SELECT execution_id, task_id, state FROM task_runs"):
        counted[execution_id][task_id] += 1
        assert state == "SUCCESS"
    lines: dict[str, list[str]] = {one: [] for one in executions}
    rows = database.execute("SELECT execution_id, message FROM logs WHERE level >= 2 ORDER BY id")
    for execution_id, message in rows:
        lines[execution_id].append("Started" if message.startswith("Started execution") else message)
    for execution_id, (flow_id, _, _, _, kind, _) in executions.items():
        expected = {"a": 1} if kind == "LOOP" else TASKS[flow_id]
        assert counted[execution_id] == expected, (flow_id, execution_id)
        if kind == "NORMAL" and flow_id in LINES:
            assert lines[execution_id] == LINES[flow_id]
        if kind == "NORMAL" and flow_id == "each":
            assert sorted(lines[execution_id], key=int) == [str(number) for number in range(1, 41)]


def check_triggered(database: sqlite3.Connection, executions: dict[str, Row]) -> None:
    """What executions lead to came to be once for each state that is looked at, and once for each pair."""
    rows = database.execute("SELECT trigger FROM executions WHERE flow_id = 'listener'").fetchall()
    triggers = [json.loads(trigger) for (trigger,) in rows]
    by_flow = Counter(row[0] for row in executions.values())
    found = Counter(
        (one["variables"]["executionId"], one["variables"]["state"]) for one in triggers if one["id"] == "each"
    )
    inline = [one for one, row in executions.items() if row[0] == "inline"]
    assert found == Counter((one, state) for one in inline for state in ("RUNNING", "SUCCESS"))
    pairs = sum(one["id"] == "pairs" for one in triggers)
    # Two that end side by side meet both halves; one half may be met anew before the other is.
    assert 1 <= pairs <= min(by_flow["worker"], by_flow["paused"])


def check_limit(executions: dict[str, Row]) -> None:
    """No more of the limited flow ran at once than two, through all crashes."""
    moments: list[tuple[int, int]] = []
    for flow_id, _, _, history, _, _ in executions.values():
        if flow_id == "limited":
            entered = dict(json.loads(history))
            moments += [(entered["RUNNING"], 1), (entered["SUCCESS"], -1)]
    at_once = list(accumulate(step for _, step in sorted(moments)))
    assert max(at_once) <= 2


def check_children(executions: dict[str, Row]) -> None:
    """Every parent has the children its flow says, each once."""
    children = Counter(row[5] for row in executions.values() if row[5] is not None)
    for execution_id, (flow_id, _, _, _, kind, _) in executions.items():
        expected = {"parent": 1, "loop": 5, "stored": 3, "items": 4}.get(flow_id, 0) if kind == "NORMAL" else 0
        assert children[execution_id] == expected, (flow_id, execution_id)
